"""One job for the pact library: a small pact, where to replay it, and how its answer is judged.

Nothing is believed on the library's word alone. A pass needs a row for exactly this interaction that says so, and a
library that did not complain as a whole.
"""

from collections.abc import Mapping, Sequence
from re import compile as regex
from typing import Any
from urllib.parse import unquote, urlsplit

from troth_verifiers.api import Cause, Interaction, Outcome, Result, Target
from troth_verifiers.errors import ProviderUnreachable, TargetIncomplete
from troth_verifiers.pact.pieces import piece_of
from troth_verifiers.pact.pool import Pool
from troth_verifiers.pact.prepare import small_pact
from troth_verifiers.pact.rows import result_of
from troth_verifiers.preflight import check

_SLACK = 10.0
"""Seconds on top of all time-outs before the library counts as hung."""
_OUR_FILE = regex(r"Failed to load pact '[^']*' - ")
_NO_ANSWER = ("error sending request", "error decoding response body", "request or response body error")


async def replay(interactions: Sequence[Interaction], target: Target, pool: Pool) -> list[Result]:
    """Replay some interactions of one contract in one go; one result for each, in the same order."""
    answer = await pool.run(job_for(interactions, target), _SLACK + 2 * target.timeout * len(interactions))
    rows = {row["description"]: row for row in answer["rows"]}
    if not rows and len(interactions) > 1:  # one that cannot be loaded spoils all: find out which
        return [result for one in interactions for result in await replay([one], target, pool)]
    return [await judge(one, rows.get(str(one.index)), answer, target) for one in interactions]


def job_for(interactions: Sequence[Interaction], target: Target) -> dict[str, Any]:
    """What the child is told; all these interactions go to the same place in the same way."""
    first = interactions[0]
    message = first.kind != "http"
    address = target.message_url(first) if message else target.url
    if address is None:
        raise TargetIncomplete("The contract holds HTTP interactions, but no URL of the provider was given.")
    parts = urlsplit(address)
    return {
        "pact": small_pact(interactions, target.values),
        "provider": "provider",
        "scheme": parts.scheme,
        "host": _host(parts.hostname or ""),
        "port": parts.port or (443 if parts.scheme == "https" else 80),
        "path": unquote(parts.path).rstrip("/"),
        "message_path": parts.path if message else None,
        "state_url": target.state_url(first) if first.injects else None,
        "headers": [] if message else [list(header) for header in target.headers],
        "timeout_ms": max(1, round(target.timeout * 1000)),
        "insecure": target.insecure,
        "follow_redirects": follows(first, target),
    }


def follows(interaction: Interaction, target: Target) -> bool:
    """Whether redirects are followed: never where the consumer expects the redirect itself."""
    response = piece_of(interaction).element.get("response")
    status = response.get("status") if isinstance(response, dict) else None
    return target.follow_redirects and not (isinstance(status, int) and 300 <= status < 400)


def _host(name: str) -> str:
    return f"[{name}]" if ":" in name else name


async def judge(
    interaction: Interaction, row: Mapping[str, Any] | None, answer: Mapping[str, Any], target: Target
) -> Result:
    """What a row of the library's answer says about an interaction, or what its absence says."""
    if row is None:
        return Result(interaction, Outcome.ERRORED, cause=Cause("engine", _why_no_row(answer)))
    result = result_of(interaction, row)
    if result.outcome is Outcome.PASSED and answer["failed"] and all(r["result"] == "OK" for r in answer["rows"]):
        return Result(interaction, Outcome.ERRORED, cause=Cause("engine", _why_no_row(answer)))
    if result.cause and interaction.kind == "http" and result.cause.text.startswith(_NO_ANSWER):
        cause = await _why_no_answer(interaction, result, target)
        return Result(interaction, Outcome.ERRORED, cause=cause, duration=result.duration)
    return result


def _why_no_row(answer: Mapping[str, Any]) -> str:
    said = " ".join(text.strip() for text in (answer["errors"] or answer["output"]) if text.strip())
    said = _OUR_FILE.sub("It says: ", said)
    return f"The pact library gave no result for this interaction. {said}".strip()


async def _why_no_answer(interaction: Interaction, result: Result, target: Target) -> Cause:
    """The library has one text for every way of not being answered; look for the difference ourselves."""
    request = f"{interaction.method} {interaction.path}"
    if result.duration >= 0.95 * target.timeout:
        return Cause("provider-timed-out", f"{request}: no complete answer within {target.timeout:g} s.")
    try:
        await check(target)
    except ProviderUnreachable as error:
        return error.cause
    text = f"{request}: the provider closed the connection without a complete answer; its own log should say why."
    if (target.url or "").lower().startswith("https:") and not target.insecure:
        text += " Or its certificate is one that the pact library does not accept, such as an authority's own."
    return Cause("provider-dropped", text)
