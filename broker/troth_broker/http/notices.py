"""What a publisher is told, in words: the notices of `POST /contracts/publish`, in the order they are printed."""

from collections.abc import Iterator

from troth_broker.core.published import (
    MODIFIED_TEXT,
    ContractOutcome,
    Published,
    Refused,
    lookalike_text,
)
from troth_broker.core.publishing import NewPublication
from troth_broker.web.paths import PACT, TRIGGERED_WEBHOOK_LOGS

Notice = dict[str, str]


def notice(kind: str, text: str) -> Notice:
    """One notice; command lines colour it by its type."""
    return {"type": kind, "text": text}


def of_publication(new: NewPublication, done: Published, base: str) -> Iterator[Notice]:
    """Everything that a successful publication tells."""
    verb = "Created" if done.version_is_new else "Updated"
    branch = f" with branch {new.branch}" if new.branch else ""
    tags = f"{' and' if branch else ' with'} tags {', '.join(new.tags)}" if new.tags else ""
    yield notice("debug", f"{verb} {new.consumer} version {new.version}{branch}{tags}")
    if not new.branch:
        yield notice(
            "prompt",
            "  Next steps:\n    Publish with a branch (--branch), so that providers can select this contract by it.",
        )
    for outcome in done.contracts:
        yield from _of_contract(new, outcome, base)


def _of_contract(new: NewPublication, outcome: ContractOutcome, base: str) -> Iterator[Notice]:
    pair = f"{new.consumer} version {new.version} and provider {outcome.provider}"
    match outcome.change:
        case "published":
            yield notice("success", f"Pact successfully published for {pair}")
        case "unchanged":
            yield notice("success", f"Pact successfully republished for {pair} with no content changes")
        case "merged":
            yield notice("success", f"Pact successfully merged for {pair}")
        case "overwritten":
            yield notice(
                "warning",
                f"Pact for {pair} was overwritten with different content. This loses what was promised before: "
                f"publish each change under a version number of its own.",
            )
    url = PACT.url(base, provider=outcome.provider, consumer=new.consumer, version=new.version)
    yield notice("debug", f"  View the published pact at {url}")
    events = ", ".join(f"{event.name} ({event.reason})" for event in outcome.events)
    yield notice("debug", f"  Events detected: {events}")
    for call in outcome.triggered:
        logs = TRIGGERED_WEBHOOK_LOGS.url(base, uuid=call.uuid)
        yield notice("debug", f'  Webhook "{call.webhook}" triggered by {call.event}. Its log: {logs}')
    if outcome.has_webhook and not outcome.triggered:
        yield notice("debug", "  No enabled webhooks found for the detected events")
    yield from _next_steps(outcome)


def _next_steps(outcome: ContractOutcome) -> Iterator[Notice]:
    steps = []
    if not outcome.ever_verified:
        steps.append(f"    * Verify the pact with {outcome.provider}: no result has been published for this pair yet")
    if not outcome.has_webhook:
        steps.append(f"    * Set up a webhook that starts {outcome.provider}'s verification when a contract changes")
    if steps:
        yield notice("prompt", "  Next steps:")
        for step in steps:
            yield notice("prompt", step)


def of_refusal(new: NewPublication, refused: Refused) -> Iterator[Notice]:
    """Why nothing was recorded, and what to do."""
    for modified in refused.modified:
        pair = f"{new.consumer} version {new.version} and provider {modified.provider}"
        yield notice("error", f"Cannot change the content of the pact for {pair}. {MODIFIED_TEXT}")
        yield notice("info", modified.difference)
    for alike in refused.lookalikes:
        yield notice("error", lookalike_text(alike))
