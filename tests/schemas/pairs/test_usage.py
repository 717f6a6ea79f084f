"""A breaking change that no consumer uses is told apart, on named coverage."""

from troth_schemas.finding import Finding
from troth_schemas.pairs.usage import tell_apart
from troth_schemas.report import make_report


def finding(element: str | None, severity: str = "breaking") -> Finding:
    return Finding("x/gone", severity, f"{element} is gone.", f"{element}", element=element)  # type: ignore[arg-type]  # a literal


def test_what_nobody_uses_is_only_risky_and_says_who_was_asked() -> None:
    report = make_report([finding("Order.total")], 1)
    told = tell_apart(report, {"Shop": frozenset({"Order.id"}), "App": frozenset()})
    assert report.compatible is False
    assert told.compatible is True
    assert [(one.severity, one.message) for one in told.findings] == [
        ("risky", "Order.total is gone. None of the 2 known consumers uses it: App, Shop.")
    ]


def test_what_somebody_uses_stays_breaking_and_says_by_whom() -> None:
    told = tell_apart(
        make_report([finding("Order.total")], 1), {"Shop": frozenset({"Order.total"}), "App": frozenset()}
    )
    assert [(one.severity, one.message) for one in told.findings] == [
        ("breaking", "Order.total is gone. Used by Shop.")
    ]
    assert told.findings[0].fingerprint == finding("Order.total").fingerprint


def test_the_only_consumer_is_named_and_of_many_only_some_are() -> None:
    report = make_report([finding("A.b")], 1)
    assert tell_apart(report, {"Shop": frozenset()}).findings[0].message == (
        "A.b is gone. The only known consumer, Shop, does not use it."
    )
    many = {f"c{index}": frozenset({"A.b"}) for index in range(7)}
    assert tell_apart(report, many).findings[0].message == "A.b is gone. Used by c0, c1, c2, c3, c4 and 2 more."


def test_what_names_no_element_or_does_not_break_stays_as_it_is() -> None:
    report = make_report([finding(None), finding("A.b", "risky"), finding("A.c", "not-covered")], 1)
    assert tell_apart(report, {"Shop": frozenset()}) == report


def test_nothing_is_told_apart_where_no_consumer_is_known() -> None:
    report = make_report([finding("A.b")], 1)
    assert tell_apart(report, {}) is report
