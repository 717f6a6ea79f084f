"""The log of one call, as people read it: request, answer, outcome, without a secret (pact_broker_api 8.5)."""

from collections.abc import Iterable, Iterator

from troth_broker.core.calls import Answer, OutgoingCall, Sent
from troth_broker.core.redaction import Redactor
from troth_broker.core.times import iso

LONGEST_PART = 8_000
"""How many characters of a body are kept, and of all headers together."""

_NO_WHITELIST = (
    "The answer is not kept, because webhook_host_whitelist is empty: without it, a webhook could read what only "
    "this broker can reach"
)


def call_log(
    call: OutgoingCall, sent: Sent, *, delivery: str, attempt: int, at: int, redact: Redactor, show_answer: bool
) -> str:
    """Lines that begin with the time, each body on lines of its own."""
    lines = [
        f"Delivery {delivery}, attempt {attempt}",
        f"HTTP/1.1 {call.method} {redact(call.url)}",
        *_headers(call.headers, redact),
    ]
    if call.username is not None:
        lines.append(f"(with basic authentication as {redact(call.username)})")
    if call.body:
        lines.append(_cut(redact(call.body)))
    lines += _answer(sent.answer, redact, shown=show_answer)
    if sent.problem is not None:
        lines.append(f"Error: {redact(sent.problem)}")
    lines.append("The call succeeded" if sent.success else "The call failed")
    return "\n".join(f"[{iso(at)}] {line}" for line in lines) + "\n"


def note(text: str, *, at: int) -> str:
    """One line of a log."""
    return f"[{iso(at)}] {text}\n"


def _answer(answer: Answer | None, redact: Redactor, *, shown: bool) -> Iterator[str]:
    if answer is None:
        return
    if not shown:
        yield _NO_WHITELIST
        return
    yield f"Answer: status {answer.status}"
    yield from _headers(answer.headers, redact)
    if answer.body:
        yield _cut(redact(answer.body), more=answer.cut)


def _headers(headers: Iterable[tuple[str, str]], redact: Redactor) -> Iterator[str]:
    left = LONGEST_PART
    for name, value in redact.headers(headers):
        line = f"{name}: {value}"
        left -= len(line)
        if left < 0:
            yield "… and more headers"
            return
        yield line


def _cut(text: str, *, more: bool = False) -> str:
    if len(text) <= LONGEST_PART:
        return f"{text} … (cut)" if more else text
    return f"{text[:LONGEST_PART]} … (cut)"
