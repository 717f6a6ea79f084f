"""How the pages say things: marks with their words, times, numbers and shortened versions."""

from dataclasses import dataclass
from datetime import UTC, datetime

from troth_broker.core.blockers import Class
from troth_broker.core.evidence import Static
from troth_broker.core.times import DAY, SECOND, iso

_MINUTE, _HOUR = 60 * SECOND, 3600 * SECOND
_COMMIT_LENGTHS = {40, 64}


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as people see it: a sign and a word; the tone only colours them."""

    tone: str
    sign: str
    word: str


PASSED, FAILED, UNKNOWN = Mark("yes", "✓", "passed"), Mark("no", "✗", "failed"), Mark("open", "…", "not verified")
CHANGED = Mark("open", "↻", "changed since")
NEVER = Mark("none", "–", "never")
YES, NO, NOT_YET = Mark("yes", "✓", "yes"), Mark("no", "✗", "no"), Mark("open", "…", "not yet")


def verdict(success: bool | None) -> Mark:
    """The mark of a row of the matrix."""
    return {True: PASSED, False: FAILED, None: UNKNOWN}[success]


def part_mark(extent: str) -> Mark:
    """The mark of a replay of a part, such as of "3 of 5" interactions."""
    return Mark("open", "…", f"{extent} replayed")


def compared_mark(static: Static) -> Mark:
    """The mark of what comparisons say about a contract and a version."""
    if static.breaking:
        return Mark("no", "✗", "breaks")
    if static.pending:
        return Mark("open", "…", "due")
    if static.verdict is None:
        return Mark("open", "…", "not covered")
    return Mark("open", "!", "risky") if static.risky else Mark("yes", "✓", "fits")


DISPUTED = Mark("open", "!", "disputed")


def class_mark(why: Class) -> Mark:
    """The mark of a class of no."""
    final = why in {Class.INCOMPATIBLE, Class.UNKNOWN_VERSION}
    return Mark("no" if final else "open", "✗" if final else "…", why.value)


def class_words(why: Class) -> str:
    """What a class of no means, in one sentence."""
    return _CLASSES[why]


_CLASSES = {
    Class.UNKNOWN_VERSION: "A version in the question does not exist.",
    Class.INCOMPATIBLE: "A provider breaks the contract.",
    Class.NOT_DEPLOYED: "The counterpart is not in this environment: deploy it first.",
    Class.ERRORED: "The last attempt said nothing.",
    Class.AWAITING_VERIFICATION: "A verification or a comparison is due.",
    Class.NOBODY_ASKED: "There is no result, and nobody was asked for one.",
    Class.UNANSWERABLE: "The counterpart carries nothing to compare with.",
    Class.NOT_COVERED: "A comparison could not judge all of it, or a replay could not observe all of it.",
    Class.STALE: "The evidence is older than the policy allows.",
}


def short(text: str | None) -> str:
    """A version as people write it: a commit by its first seven signs."""
    if text is None:
        return ""
    is_commit = len(text) in _COMMIT_LENGTHS and all(sign in "0123456789abcdef" for sign in text)
    return text[:7] if is_commit else text


def short_words(text: str) -> str:
    """A sentence with every commit in it shortened."""
    return " ".join(short(word) if word.isalnum() else _shortened(word) for word in text.split(" "))


def _shortened(word: str) -> str:
    stem = word.rstrip(",.)")
    return short(stem) + word[len(stem) :]


def ago(moment: int, now: int) -> str:
    """How long ago a moment was, roughly."""
    past = max(0, now - moment)
    if past < _MINUTE:
        return "just now"
    for size, name in ((DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if past >= size:
            count = past // size
            if name == "day" and count > 60:
                return f"{count // 30} months ago"
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    raise AssertionError("a minute was handled")


def stamp(moment: int) -> str:
    """A moment in full, for `datetime` attributes."""
    return iso(moment)


def day(moment: int) -> str:
    """A moment to the minute, as people read it."""
    return datetime.fromtimestamp(moment // SECOND, UTC).strftime("%-d %b %Y, %H:%M UTC")


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
