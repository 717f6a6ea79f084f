"""A report as JUnit XML: a case for each thing that was judged or found, in the shape that CI systems read."""

from re import compile as regex
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from troth_broker.cli.report_text import place_text, witness_text
from troth_schemas.finding import Finding
from troth_schemas.judgement import FailOn, Judgement

_NOT_XML: Final = regex("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_of(title: str, judgement: Judgement, fail_on: FailOn) -> str:
    """One suite. What fails is a failure, what could not be judged an error; what is waived or risky is skipped."""
    report = judgement.report
    suite = Element("testsuite", name=_clean(title), time="0")
    for one in (*report.findings, *report.not_covered):
        _case(suite, one, fail_on)
    for one, waiver in judgement.waived:
        case = _named(suite, one)
        SubElement(
            case, "skipped", message=_clean(f"waived until {waiver.expires} by {waiver.person}: {waiver.reason}")
        )
    concerned = {name for one in (*report.findings, *report.not_covered) for name in (*one.where, one.interaction)}
    for name in report.scope:
        if name not in concerned:
            SubElement(suite, "testcase", name=_clean(name), classname=_clean(title), time="0")
    if not len(suite):
        SubElement(suite, "testcase", name="everything that was compared", classname=_clean(title), time="0")
    counts = {"tests": len(suite)}
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        counts[name] = len(suite.findall(f"testcase/{tag}"))
    root = Element("testsuites", name="troth", time="0")
    for element in (suite, root):
        element.attrib.update({name: str(count) for name, count in counts.items()})
    root.append(suite)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _case(suite: Element, one: Finding, fail_on: FailOn) -> None:
    case = _named(suite, one)
    message = _clean(one.message)
    if one.severity == "not-covered":
        SubElement(case, "error", type=one.rule, message=message).text = _details(one)
    elif one.severity == "breaking" or one.severity == fail_on:
        SubElement(case, "failure", type=one.rule, message=message).text = _details(one)
    elif one.severity == "risky":
        SubElement(case, "skipped", message=f"risky: {message}")


def _named(suite: Element, one: Finding) -> Element:
    name = f"{one.interaction or one.element or one.rule} [{one.fingerprint}]"
    return SubElement(suite, "testcase", name=_clean(name), classname=_clean(one.rule), time="0")


def _details(one: Finding) -> str:
    lines = [one.message]
    lines += [
        f"{name} {place_text(place)}" for name, place in (("reader", one.reader), ("writer", one.writer)) if place
    ]
    lines += [f"in {name}" for name in one.where]
    if one.witness is not None:
        lines.append(witness_text(one.witness))
    return _clean("\n".join(lines))


def _clean(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
