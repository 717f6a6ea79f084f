"""Sending what one side has: a consumer's pacts, a provider's results."""

import base64
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from troth_broker.client import reading
from troth_broker.client.errors import NotABroker
from troth_broker.client.links import href
from troth_broker.client.values import ConsumerContract, ContractFiles, Pact, PactFile, Published, SelfVerification
from troth_broker.client.wire import Wire


async def publish(
    wire: Wire,
    pacts: Sequence[PactFile],
    *,
    version: str,
    branch: str | None,
    tags: tuple[str, ...],
    build_url: str | None,
    merge: bool,
) -> tuple[Published, ...]:
    """One publication per consumer, in order of their names."""
    url = await wire.relation("pb:publish-contracts")
    answers = []
    for consumer, group in groupby(sorted(pacts, key=lambda pact: pact.consumer), key=lambda pact: pact.consumer):
        body: dict[str, Any] = {
            "pacticipantName": consumer,
            "pacticipantVersionNumber": version,
            "tags": list(tags),
            "contracts": [_contract(pact, merge) for pact in group],
        }
        given = {"branch": branch, "buildUrl": build_url}
        body |= {key: value for key, value in given.items() if value is not None}
        document = await wire.post(url, body)
        answers.append(Published(reading.notices(document), document))
    return tuple(answers)


async def publish_contract(
    wire: Wire,
    contract: ContractFiles,
    *,
    provider: str,
    consumer: str | None,
    version: str,
    branch: str | None,
    tags: tuple[str, ...],
    build_url: str | None,
    verified: bool | SelfVerification | None,
) -> Published:
    """What a provider says about itself, or what a consumer expects of it."""
    if consumer is None:
        url = await wire.relation("pf:publish-provider-contract", provider=provider)
    else:
        url = await wire.relation("pb:publish-consumer-contract", provider=provider, consumer=consumer)
    told: dict[str, Any] = {
        "specification": reading.WORDS.get(contract.format, contract.format),
        **_documents(contract),
    }
    if contract.name:
        told["name"] = contract.name
    if verified is not None:
        told["selfVerificationResults"] = _self_verification(verified)
    body: dict[str, Any] = {"pacticipantVersionNumber": version, "tags": list(tags), "contract": told}
    given = {"branch": branch, "buildUrl": build_url}
    document = await wire.post(url, body | {key: value for key, value in given.items() if value is not None})
    return Published(reading.notices(document), document)


def _self_verification(verified: bool | SelfVerification) -> dict[str, Any]:
    if isinstance(verified, bool):
        return {"success": verified}
    told = {
        "content": base64.b64encode(verified.content).decode("ascii"),
        "contentType": verified.content_type,
        "verifier": verified.verifier,
        "verifierVersion": verified.verifier_version,
    }
    return {"success": verified.success, **{name: value for name, value in told.items() if value}}


def _documents(contract: ContractFiles) -> dict[str, Any]:
    sent = [
        {"name": name, "content": base64.b64encode(exact).decode("ascii")} for name, exact in contract.files.items()
    ]
    return {"content": sent[0]["content"]} if len(sent) == 1 else {"files": sent}


async def publish_results(
    wire: Wire,
    pact: Pact | ConsumerContract,
    *,
    provider_version: str,
    success: bool | None,
    branch: str | None,
    tags: tuple[str, ...],
    test_results: Sequence[Mapping[str, Any]] | None,
    build_url: str | None,
    verified_by: Mapping[str, Any] | None,
) -> str:
    """The provider's version with its branch and tags first, then the result; the result's address.

    `success` is None for a replay of a part.
    """
    partly = pact.partial_replays_url if isinstance(pact, ConsumerContract) else None
    url = pact.results_url if success is not None else partly
    if url is None:
        what = "results" if success is not None else "replays of a part"
        raise NotABroker(f"the contract at {pact.url} has no link to publish {what} to")
    await set_version(wire, pact.provider, provider_version, branch, tags)
    body: dict[str, Any] = {"success": success, "providerApplicationVersion": provider_version}
    given = {
        "buildUrl": build_url,
        "testResults": None if test_results is None else [dict(item) for item in test_results],
        "verifiedBy": None if verified_by is None else dict(verified_by),
    }
    body |= {key: value for key, value in given.items() if value is not None}
    document = await wire.post(url, body)
    return href(document, "self") or url


async def set_version(
    wire: Wire, application: str, number: str, branch: str | None, tags: tuple[str, ...], *, always: bool = False
) -> None:
    """Put a version on a branch and give it tags, creating it on the way; `always` creates it even without either."""
    names = {"pacticipant": application, "version": number}
    if branch is not None:
        await wire.put(await wire.relation("pb:pacticipant-branch-version", branch=branch, **names), {})
    for tag in tags:
        await wire.put(await wire.relation("pb:pacticipant-version-tag", tag=tag, **names), {})
    if always and branch is None and not tags:
        await wire.put(await wire.relation("pb:pacticipant-version", **names), {})


def _contract(pact: PactFile, merge: bool) -> dict[str, str]:
    return {
        "consumerName": pact.consumer,
        "providerName": pact.provider,
        "specification": "pact",
        "contentType": "application/json",
        "content": base64.b64encode(pact.content).decode("ascii"),
        "onConflict": "merge" if merge else "overwrite",
    }
