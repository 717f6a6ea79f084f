"""Recording where versions are."""

from collections.abc import Sequence

from troth_broker.client import reading
from troth_broker.client.errors import NotABroker, NotFound
from troth_broker.client.links import embedded, href
from troth_broker.client.values import Deployment, Document, Environment
from troth_broker.client.wire import Wire

_DEPLOYED = "currentlyDeployed"
_SUPPORTED = "currentlySupported"


async def record_deployment(
    wire: Wire, application: str, version: str, environment: str, instance: str | None
) -> Deployment:
    """A version now runs in an environment, as this application instance."""
    url = await _entry(wire, application, version, environment, "pb:record-deployment")
    body = {} if instance is None else {"applicationInstance": instance, "target": instance}
    return reading.deployment(await wire.post(url, body), application, environment, _DEPLOYED, version)


async def record_release(wire: Wire, application: str, version: str, environment: str) -> Deployment:
    """A version is released for use in an environment."""
    url = await _entry(wire, application, version, environment, "pb:record-release")
    return reading.deployment(await wire.post(url, {}), application, environment, _SUPPORTED, version)


async def record_undeployment(
    wire: Wire, application: str, environment: str, instance: str | None
) -> tuple[Deployment, ...]:
    """An application no longer runs in an environment as this instance (None is an instance of its own)."""
    place = await environment_named(wire, environment)
    found = await _current(
        wire, place, "pb:currently-deployed-deployed-versions", "deployedVersions", [("pacticipant", application)]
    )
    matching = [item for item in found if item.get("applicationInstance") == instance]
    if not matching:
        raise NotFound(_not_there(application, environment, instance, found), 404)
    return await _end(wire, matching, _DEPLOYED, application, environment)


async def record_support_ended(wire: Wire, application: str, version: str, environment: str) -> tuple[Deployment, ...]:
    """A released version is supported no longer."""
    place = await environment_named(wire, environment)
    query = [("pacticipant", application), ("version", version)]
    found = await _current(wire, place, "pb:currently-supported-released-versions", "releasedVersions", query)
    if not found:
        raise NotFound(
            f"version {version} of {application} is not released in {environment}, so nothing was recorded", 404
        )
    return await _end(wire, found, _SUPPORTED, application, environment)


async def environment_named(wire: Wire, name: str) -> Environment:
    """The environment of this name; `NotFound` tells which there are."""
    found = await wire.get(await wire.relation("pb:environments"))
    environments = [reading.environment(item) for item in embedded(found, "environments")]
    match = next((item for item in environments if item.name == name), None)
    if match is None:
        raise NotFound(_no_environment(name, [item.name for item in environments]), 404)
    return match


async def _entry(wire: Wire, application: str, version: str, environment: str, relation: str) -> str:
    try:
        document = await wire.get(
            await wire.relation("pb:pacticipant-version", pacticipant=application, version=version)
        )
    except NotFound as missing:
        raise NotFound(
            f"the broker knows no version {version} of {application}, so nothing was recorded: a version becomes known "
            "when its pacts or its verification results are published. Is this the version that your build published?",
            404,
            missing.problems,
        ) from None
    url = href(document, relation, environment)
    if url is None:
        await environment_named(wire, environment)
        raise NotABroker(f"version {version} of {application} offers no {relation} for {environment}")
    return url


async def _current(
    wire: Wire, place: Environment, relation: str, name: str, query: Sequence[tuple[str, str]]
) -> list[Document]:
    url = href(place.document, relation)
    if url is None:
        document = await wire.get(await wire.relation("pb:environment", uuid=place.uuid))
        url = href(document, relation)
    if url is None:
        raise NotABroker(f"the environment {place.name} offers no {relation}")
    return list(embedded(await wire.get(url, query), name))


async def _end(
    wire: Wire, found: Sequence[Document], member: str, application: str, environment: str
) -> tuple[Deployment, ...]:
    ended = []
    for item in found:
        url = href(item, "self")
        if url is None:
            raise NotABroker("the broker lists a deployment without a link to it")
        ended.append(reading.deployment(await wire.patch(url, {member: False}), application, environment, member))
    return tuple(ended)


def _not_there(application: str, environment: str, instance: str | None, found: Sequence[Document]) -> str:
    asked = f" as {instance}" if instance is not None else " without an application instance"
    others = sorted({str(item["applicationInstance"]) for item in found if item.get("applicationInstance")})
    hint = f"; it runs there as {', '.join(others)} (--application-instance)" if others else ""
    if found and not others:
        hint = "; it runs there without one"
    return f"{application} is not deployed to {environment}{asked}, so nothing was recorded{hint}"


def _no_environment(name: str, known: Sequence[str]) -> str:
    if known:
        return f"there is no environment {name}: the broker knows {', '.join(sorted(known))}"
    return f"there is no environment {name}, nor any other: create it with `troth environment create --name {name}`"
