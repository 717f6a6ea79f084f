"""What plug-ins give, looked at before anything builds on it: one that fails is named, and never passes for a yes."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from re import compile as regex
from typing import Any, Final, get_args

from troth_schemas.errors import ContractUnreadable, ExtraMissing, PluginFailed
from troth_schemas.finding import SEVERITIES, Finding, Place, Witness, WitnessKind
from troth_schemas.plugged import raised
from troth_schemas.report import CHECKER, Checker, Report, report_json
from troth_schemas.rule import Rule, by_id

_RULE: Final = regex(r"[a-z0-9-]+/[a-z0-9]+(-[a-z0-9]+)*")
_FINGERPRINT: Final = regex(r"[0-9a-f]{16}")
_KINDS: Final = get_args(WitnessKind)


def checker_word(name: str, number: str) -> str:
    """How a plug-in's checker is called beside the version of Troth's own, which does a part of the work."""
    return f"{CHECKER.version}+{name}.{number}" if number else f"{CHECKER.version}+{name}"


@dataclass(frozen=True, slots=True)
class Guard:
    """What stands between a plug-in and the rest: how it is called, and what the ids of its rules begin with."""

    plugin: str
    prefixes: tuple[str, ...]

    def around(self, act: str, function: Callable[..., Any], right: Callable[[Any], bool], what: str) -> Any:
        """The function, which raises PluginFailed where it fails, or gives something else than it should.

        That a contract cannot be read, or that a library is missing, is for the function to say.
        """

        def guarded(*arguments: Any) -> Any:
            found = self._asked(act, function, arguments)
            if not right(found):
                raise PluginFailed(self.plugin, f"gave {found!r:.100} in `{act}`, and no {what}")
            return found

        return guarded

    def judging(self, act: str, function: Callable[..., Any], checker: Checker) -> Callable[..., Report]:
        """The same for a comparison: its report, in order and under the name of its checker."""

        def guarded(*arguments: Any) -> Report:
            found: Report = self._asked(act, function, arguments)
            wrong = _wrong_with(found) or next(self._foreign(one.rule for one in _every(found)), None)
            if wrong is not None:
                raise PluginFailed(self.plugin, f"gave a report in `{act}` that cannot be used: {wrong}")
            return replace(found, checker=checker).with_findings(_every(found))

        return guarded

    def rules(self, rules: Iterable[Rule], shared: Iterable[Rule] = ()) -> tuple[Rule, ...]:
        """Its rules. Raises PluginFailed for one that is none, is called like others', or is there twice.

        ``shared`` are rules that may be among them: one that is called like one of those is to be that one.
        """
        found = tuple(rules)
        ids = [one.id if isinstance(one, Rule) else "" for one in found]
        wrong = next((f"has {one!r:.100} among its rules" for one in found if not isinstance(one, Rule)), None)
        wrong = wrong or next((f"has the rule {one}: {why}" for one in ids for why in self._foreign([one])), None)
        known = by_id(shared)
        double = (
            [one.id for one in found if ids.count(one.id) > 1 or known.get(one.id, one) != one] if not wrong else []
        )
        wrong = wrong or next((f"has two rules called {one}" for one in double), None)
        if wrong is not None:
            raise PluginFailed(self.plugin, wrong)
        return found

    def _asked(self, act: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        try:
            return function(*arguments)
        except (ContractUnreadable, ExtraMissing, MemoryError):
            raise
        except (Exception, SystemExit) as problem:
            raise PluginFailed(self.plugin, f"failed in `{act}`: {raised(problem)}") from problem

    def _foreign(self, ids: Iterable[str]) -> Iterator[str]:
        """What is wrong with ids of rules."""
        told = " or ".join(f"{prefix}/" for prefix in self.prefixes)
        for one in ids:
            if _RULE.fullmatch(one) is None or one.partition("/")[0] not in self.prefixes:
                yield f"the id {one!r:.100} does not begin with {told}, or is not in kebab-case"


def _every(report: Report) -> tuple[Finding, ...]:
    return (*report.findings, *report.not_covered)


def _wrong_with(report: Any) -> str | None:
    """Why something is no report that can be kept and shown; None if it is one."""
    if not isinstance(report, Report):
        return f"{report!r:.100} is no Report"
    if not isinstance(report.judged, int) or report.judged < 0:
        return f"`judged` is {report.judged!r:.100}, and no number of things"
    if not all(is_texts(names) for names in (report.scope, report.unjudged, report.absent)):
        return "`scope`, `unjudged` and `absent` are tuples of texts"
    try:
        odd = next((one for one in _every(report) if not _is_finding(one)), None)
        if odd is not None:
            return f"{odd!r:.200} is no Finding"
        json.dumps(report_json(report, compatible=None), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as problem:
        return raised(problem)
    return None


def _is_finding(one: Any) -> bool:
    """Whether it is one as docs/report.schema.json has it; whose its rule is, and its witness's value, aside."""
    return (
        isinstance(one, Finding)
        and all(isinstance(text, str) for text in (one.rule, one.message, one.fingerprint))
        and bool(one.message)
        and _FINGERPRINT.fullmatch(one.fingerprint) is not None
        and all(text is None or isinstance(text, str) for text in (one.interaction, one.element))
        and is_texts(one.where)
        and is_texts(one.aliases)
        and one.severity in SEVERITIES
        and all(place is None or _is_place(place) for place in (one.reader, one.writer))
        and (one.witness is None or _is_witness(one.witness))
    )


def _is_place(one: Any) -> bool:
    return (
        isinstance(one, Place)
        and all(isinstance(text, str) for text in (one.pointer, one.document))
        and (one.line is None or (isinstance(one.line, int) and one.line >= 1))
    )


def _is_witness(one: Any) -> bool:
    return isinstance(one, Witness) and one.kind in _KINDS and isinstance(one.note, str)


def is_texts(value: Any) -> bool:
    """Whether something is a tuple of texts."""
    return isinstance(value, tuple) and all(isinstance(one, str) for one in value)


def is_elements(value: Any) -> bool:
    """Whether something is a set of texts."""
    return isinstance(value, frozenset) and all(isinstance(one, str) for one in value)
