"""What a webhook can tell about an event: every `${pactbroker.NAME}` with its value (pact_broker_api 8.3)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Context:
    """An event and all that was known at that time; an empty text where there is nothing to tell."""

    event: str = ""
    consumer: str = ""
    provider: str = ""
    consumer_version: str = ""
    consumer_branch: str = ""
    consumer_tags: tuple[str, ...] = ()
    consumer_labels: tuple[str, ...] = ()
    provider_version: str = ""
    provider_branch: str = ""
    provider_tags: tuple[str, ...] = ()
    provider_labels: tuple[str, ...] = ()
    provider_descriptions: tuple[str, ...] = ()
    """Why the provider's version needs a result: it is on the main branch, deployed to …, released in …"""
    pact_url: str = ""
    result_url: str = ""
    success: bool | None = None
    """The verdict of the result that this is about; None while there is none."""
    build_url: str = ""
    currently_deployed: str = ""
    """The number of one version of the provider that is deployed somewhere."""
    provider_contract_url: str = ""
    comparison_url: str = ""

    def to_json(self) -> str:
        """The context as the store keeps it: what is empty is left out."""
        return json.dumps({name: value for name, value in asdict(self).items() if value not in ("", (), None)})

    @classmethod
    def from_json(cls, text: str) -> "Context":
        """The context that was kept; members that this version does not know are passed over."""
        known = {one.name for one in fields(cls)}
        kept = {name: value for name, value in json.loads(text).items() if name in known}
        members: Any = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
        return cls(**members)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One template name: what it stands for, and how it is read from a context."""

    about: str
    of: Callable[[Context], str]


def _list(items: tuple[str, ...]) -> str:
    return ", ".join(items)


def _verdict(passed: str, failed: str, pending: str) -> Callable[[Context], str]:
    return lambda context: {True: passed, False: failed, None: pending}[context.success]


PARAMETERS: Mapping[str, Parameter] = {
    "eventName": Parameter("the event", lambda it: it.event),
    "consumerName": Parameter("the consumer", lambda it: it.consumer),
    "providerName": Parameter("the provider", lambda it: it.provider),
    "consumerVersionNumber": Parameter("the consumer's version", lambda it: it.consumer_version),
    "consumerVersionBranch": Parameter("the branch of that version", lambda it: it.consumer_branch),
    "consumerVersionTags": Parameter("its tags, with commas between them", lambda it: _list(it.consumer_tags)),
    "consumerLabels": Parameter("the consumer's labels", lambda it: _list(it.consumer_labels)),
    "providerVersionNumber": Parameter("the provider's version", lambda it: it.provider_version),
    "providerVersionBranch": Parameter("the branch of that version", lambda it: it.provider_branch),
    "providerVersionTags": Parameter("its tags, with commas between them", lambda it: _list(it.provider_tags)),
    "providerLabels": Parameter("the provider's labels", lambda it: _list(it.provider_labels)),
    "providerVersionDescriptions": Parameter(
        "why the provider's version needs a result", lambda it: _list(it.provider_descriptions)
    ),
    "pactUrl": Parameter("the contract to verify", lambda it: it.pact_url),
    "verificationResultUrl": Parameter("the result", lambda it: it.result_url),
    "githubVerificationStatus": Parameter("the verdict as GitHub takes it", _verdict("success", "failure", "pending")),
    "gitlabVerificationStatus": Parameter("the verdict as GitLab takes it", _verdict("success", "failed", "pending")),
    "bitbucketVerificationStatus": Parameter(
        "the verdict as Bitbucket takes it", _verdict("SUCCESSFUL", "FAILED", "INPROGRESS")
    ),
    "azureDevOpsVerificationStatus": Parameter(
        "the verdict as Azure DevOps takes it", _verdict("succeeded", "failed", "pending")
    ),
    "providerContractUrl": Parameter("what the provider says about itself", lambda it: it.provider_contract_url),
    "comparisonUrl": Parameter("the comparison with every finding", lambda it: it.comparison_url),
    "buildUrl": Parameter("the build that published the contract", lambda it: it.build_url),
    "currentlyDeployedProviderVersionNumber": Parameter(
        "a version of the provider that is deployed; the call is made once for each", lambda it: it.currently_deployed
    ),
}
"""Every name that may follow `pactbroker.` in a template."""


def values_of(context: Context) -> dict[str, str]:
    """The value of every parameter in a context."""
    return {name: parameter.of(context) for name, parameter in PARAMETERS.items()}
