"""The child process that compares: asked on standard input, it answers on standard output, one pair after the other.

A question is a pickle of what to do and two contracts behind its length (8 bytes), an answer JSON behind its length.
"""

import json
import pickle
import resource
import sys
from typing import Any, BinaryIO, Final

from troth_schemas import pairs
from troth_schemas.contract import Contract, compare
from troth_schemas.errors import SchemasError
from troth_schemas.options import Options
from troth_schemas.pairs import judge
from troth_schemas.pairs.union import Said
from troth_schemas.report import Report, report_json

_MEMORY: Final = 2 * 1024**3
"""How many bytes of memory a comparison may take."""
_MOST_TOLD: Final = 500
"""How many findings of a kind a report keeps."""
_MOST_USES: Final = 20_000
"""How many elements that a consumer relies on are kept; of one that relies on more nothing is told apart."""
_LOOKS: Final = {"look back": Options(), "look ahead": Options(older="reader")}
"""How two versions are compared: BACKWARD asks the new one to read the old one, FORWARD the other way round."""


def main() -> None:
    """Answer until there is nothing more to read."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not spoil an answer
    while question := _question(questions):
        answer = json.dumps(_answer(*question)).encode()
        answers.write(len(answer).to_bytes(8, "big") + answer)
        answers.flush()


def _question(stream: BinaryIO) -> tuple[str, Contract, Contract] | None:
    size = int.from_bytes(stream.read(8), "big")
    if not size:
        return None
    act, one, other = pickle.loads(stream.read(size))  # noqa: S301 - written by the broker that started this
    return act, one, other


def _answer(act: str, one: Contract, other: Contract) -> dict[str, Any]:
    try:
        return _judged(judge(one, other), one, other) if act == "judge" else said_of(compare(one, other, _LOOKS[act]))
    except SchemasError as problem:
        return _failed(str(problem))
    except MemoryError:
        return _failed("comparing them takes too much memory")
    except RecursionError:
        return _failed("one of them is nested too deeply to be compared")
    except Exception as failure:  # noqa: BLE001 - a fault of the checker is told, and never ends as a pass
        return _failed(f"the checker failed: {type(failure).__name__}: {failure}")


def _judged(report: Report, consumer: Contract, provider: Contract) -> dict[str, Any]:
    """What is kept of a judgement, with the provider's elements that the consumer relies on.

    And with what is said of each interaction, for a provider that publishes several documents.
    """
    said, short = said_of(report), Said.of(report)
    if len(short.findings) <= _MOST_USES:
        judged, absent = sorted(short.judged), sorted(short.absent)
        said["report"]["told"] = {"judged": judged, "absent": absent, "findings": short.findings}
    pair = pairs.find(consumer.format, provider.format)
    if pair is not None and pair.uses is not None:
        found = sorted(pair.uses(consumer.loaded.document, provider.loaded.document))
        if len(found) <= _MOST_USES:
            said["report"]["uses"] = found
    return said


def said_of(report: Report) -> dict[str, Any]:
    """A report as it is kept: counts for decisions, the documented JSON for people."""
    severities = [one.severity for one in report.findings]
    shown = report_json(report, compatible=report.compatible)
    for name in ("findings", "not_covered"):
        found = shown[name]
        assert isinstance(found, list)
        if len(found) > _MOST_TOLD:
            shown[name] = found[:_MOST_TOLD]
            shown[f"{name}_left_out"] = len(found) - _MOST_TOLD
    return {
        "success": report.compatible,
        "breaking": severities.count("breaking"),
        "risky": severities.count("risky"),
        "safe": severities.count("safe"),
        "partial": _partial(report),
        "judged": report.judged,
        "unjudged": list(report.unjudged),
        "report": shown,
    }


def _partial(report: Report) -> int:
    """What could not be judged in interactions that were judged otherwise."""
    if "*" in report.unjudged:
        return 0
    left = set(report.unjudged)
    named = ((one.where or ((one.interaction,) if one.interaction else ())) for one in report.not_covered)
    return sum(not names or not set(names) <= left for names in named)


def _failed(sentence: str) -> dict[str, Any]:
    return {"success": None, "unjudged": ["*"], "error": sentence}


if __name__ == "__main__":
    main()
