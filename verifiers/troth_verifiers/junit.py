"""The report as JUnit XML, in the shape that CI systems read."""

from collections.abc import Sequence
from re import compile as regex
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from troth_verifiers.api import Outcome, Result
from troth_verifiers.judged import ContractReport
from troth_verifiers.text import details_of

_NOT_XML = regex("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_of(contracts: Sequence[ContractReport], *, duration: float, unpublished: str | None = None) -> str:
    """A document with a suite for each contract and a case for each interaction.

    A failure that does not fail the build (a pending contract or interaction) is written as skipped, with its reasons.
    What became of publishing is a property of each suite.
    """
    root = Element("testsuites", name="troth verify", time=f"{duration:.3f}")
    totals = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for report in contracts:
        for name, number in _suite(root, report, unpublished).items():
            totals[name] += number
    root.attrib.update({name: str(number) for name, number in totals.items()})
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, report: ContractReport, unpublished: str | None) -> dict[str, int]:
    suite = SubElement(root, "testsuite", name=_clean(report.title))
    told = unpublished if report.publication is None else report.publication.line
    if told:
        properties = SubElement(suite, "properties")
        SubElement(properties, "property", name="publishing", value=_clean(told))
    for result in report.results:
        _case(suite, report, result)
    if report.problem is not None:
        case = SubElement(
            suite, "testcase", name=_clean(report.contract.name), classname=_clean(report.title), time="0"
        )
        _add(case, "error", report.problem.kind, report.problem.text)
    seconds = sum(result.duration for result in report.results)
    found = {"tests": len(suite.findall("testcase"))}
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        found[name] = len(suite.findall(f"testcase/{tag}"))
    suite.attrib.update({name: str(number) for name, number in found.items()} | {"time": f"{seconds:.3f}"})
    return found


def _case(suite: Element, report: ContractReport, result: Result) -> None:
    interaction = result.interaction
    case = SubElement(
        suite,
        "testcase",
        name=_clean(interaction.title or f"interaction {interaction.index}"),
        classname=_clean(report.title),
        time=f"{result.duration:.3f}",
    )
    text = "\n".join(details_of(result))
    match result.outcome:
        case Outcome.PASSED:
            pass
        case Outcome.ERRORED:
            _add(case, "error", result.cause.kind if result.cause else "engine", text)
        case Outcome.SKIPPED:
            _add(case, "skipped", result.cause.kind if result.cause else "nothing-to-replay", text)
        case Outcome.FAILED if interaction.pending or report.contract.pending:
            _add(case, "skipped", "pending", f"pending, so this failure does not count\n{text}")
        case Outcome.FAILED:
            _add(case, "failure", "mismatch", text)


def _add(case: Element, tag: str, kind: str, text: str) -> None:
    text = _clean(text)
    SubElement(case, tag, type=kind, message=text.partition("\n")[0]).text = text


def _clean(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
