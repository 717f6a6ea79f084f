"""What a provider asks for when it asks for its pacts: the body of a POST, or the older query of a GET."""

from collections.abc import Mapping
from dataclasses import dataclass

from troth_broker.core.errors import Fault
from troth_broker.core.selectors import Raw, Selector, named_environments, read_selectors, read_tag_selectors
from troth_broker.core.texts import fault_of_text
from troth_broker.core.times import parse_iso


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for pacts to verify (pact_broker_api 4.1), with every fault found in it."""

    selectors: tuple[Selector, ...] = ()
    branch: str | None = None
    tags: tuple[str, ...] = ()
    pending: bool = True
    wip_since: int | None = None
    deprecated: bool = False
    """It was asked in the older way, with GET."""
    environments: tuple[tuple[int, str], ...] = ()
    """The environments that selectors name, each with its selector's index; whether they exist, the store knows."""
    faults: tuple[Fault, ...] = ()


def read_body(body: object) -> Ask:
    """The request in a JSON body."""
    if not isinstance(body, Mapping):
        return Ask(faults=(Fault("", "the body must be a JSON object"),))
    faults: list[Fault] = []
    pending = body.get("includePendingStatus")
    if pending is not None and not isinstance(pending, bool):
        faults.append(Fault("includePendingStatus", "must be true or false"))
    tags = _tags(body.get("providerVersionTags"), "providerVersionTags", faults)
    since = _since(body.get("includeWipPactsSince"), "includeWipPactsSince", faults)
    # Left out, the status counts as asked for; yet an empty branch is a mistake only if it was asked for by name.
    needs_branch = not tags and (pending is True or body.get("includeWipPactsSince") is not None)
    branch = _branch(body.get("providerVersionBranch"), "providerVersionBranch", needs_branch, faults)
    raw = body.get("consumerVersionSelectors")
    selectors, wrong = read_selectors(raw, branch)
    faults += [Fault("consumerVersionSelectors", text) for text in wrong]
    return Ask(
        selectors=selectors,
        branch=branch,
        tags=tags,
        pending=pending is not False,
        wip_since=since,
        environments=named_environments(raw),
        faults=tuple(faults),
    )


def read_query(query: Raw) -> Ask:
    """The request in the nested parameters of a GET, in snake_case; its selectors can only name tags."""
    faults: list[Fault] = []
    pending = query.get("include_pending_status")
    if pending not in (None, "true", "false"):  # a list or an object may stand here
        faults.append(Fault("include_pending_status", "must be true or false"))
    tags = _tags(query.get("provider_version_tags"), "provider_version_tags", faults)
    since = _since(query.get("include_wip_pacts_since"), "include_wip_pacts_since", faults)
    needs_branch = not tags and (pending == "true" or since is not None)
    branch = _branch(query.get("provider_version_branch"), "provider_version_branch", needs_branch, faults)
    selectors, wrong = read_tag_selectors(query.get("consumer_version_selectors"))
    faults += [Fault("consumer_version_selectors", text) for text in wrong]
    return Ask(
        selectors=selectors,
        branch=branch,
        tags=tags,
        pending=pending != "false",
        wip_since=since,
        deprecated=True,
        faults=tuple(faults),
    )


def _tags(raw: object, place: str, faults: list[Fault]) -> tuple[str, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list) or not all(isinstance(tag, str) for tag in raw):
        faults.append(Fault(place, "must be an array of tags"))
        return ()
    faults += [Fault(place, text) for text in map(fault_of_text, raw) if text is not None]
    return tuple(dict.fromkeys(tag for tag in raw if tag.strip() and fault_of_text(tag) is None))


def _since(raw: object, place: str, faults: list[Fault]) -> int | None:
    if raw is None:
        return None
    try:
        return parse_iso(raw if isinstance(raw, str) else "")
    except (ValueError, OverflowError):
        faults.append(Fault(place, "must be a date, or a date and time, such as 2026-11-21"))
        return None


def _branch(raw: object, place: str, needed: bool, faults: list[Fault]) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        faults.append(Fault(place, "must be a string"))
        return None
    if (text := fault_of_text(raw)) is not None:
        faults.append(Fault(place, text))
        return None
    if raw and not raw.strip():
        faults.append(Fault(place, "cannot be blank"))
    elif not raw and needed:
        text = "cannot be empty when pending status or work in progress is asked for and there are no provider tags"
        faults.append(Fault(place, text))
    return raw if raw.strip() else None
