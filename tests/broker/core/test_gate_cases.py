"""The decision in all its cases: each line is a fleet, a question and the answer that must come out.

A fleet is written as text: `web 1 > orders a` publishes, `orders 5 + a` passes, `orders 5 - a` fails, `orders 5 @ live`
is deployed, `orders 5 # prod` is tagged, `orders 5 ~ main` joins a branch, `orders 5` exists, `web > orders` are
integrated. Versions come into being in the order in which they are first named.
"""

from dataclasses import dataclass, field, replace

import pytest

from troth_broker.core.advice import Names, action_words
from troth_broker.core.facts import (
    Application,
    Facts,
    Integration,
    OnBranch,
    Placed,
    Publication,
    Result,
    Tagged,
    Version,
)
from troth_broker.core.gate import Decision, decide
from troth_broker.core.matrix_query import read_question
from troth_broker.core.plan import plan
from troth_broker.core.reasons import words


@dataclass
class Fleet:
    """Reads the small language above."""

    applications: dict[str, Application] = field(default_factory=dict)
    versions: dict[tuple[str, str], Version] = field(default_factory=dict)
    contents: dict[tuple[str, str], int] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)

    def read(self, text: str) -> Facts:
        for line in filter(None, (part.strip() for part in text.split(";"))):
            self._line(line.split())
        applications = tuple(replace(a, main_branch="main") for a in self.applications.values())
        return replace(self.facts, applications=applications, versions=tuple(self.versions.values()))

    def _application(self, name: str) -> int:
        return self.applications.setdefault(name, Application(len(self.applications) + 1, name)).id

    def _version(self, name: str, number: str) -> int:
        made = Version(len(self.versions) + 1, self._application(name), number)
        return self.versions.setdefault((name, number), made).id

    def _line(self, words: list[str]) -> None:
        match words:
            case [consumer, ">", provider]:
                self._add(integrations=[Integration(self._application(consumer), self._application(provider))])
            case [name, number]:
                self._version(name, number)
            case [consumer, number, ">", provider, content]:
                self._publish(consumer, number, provider, content)
            case [name, number, "+" | "-" as sign, content]:
                key = next(key for (_, shape), key in self.contents.items() if shape == content)
                result = Result(len(self.facts.results) + 1, key, self._version(name, number), sign == "+")
                self._add(results=[result])
            case [name, number, "@", environment, *instance]:
                version, application = self._version(name, number), self._application(name)
                self._add(placed=[Placed(version, application, environment, instance[0] if instance else None)])
            case [name, number, "#", tag]:
                self._add(tags=[Tagged(self._version(name, number), self._application(name), tag)])
            case [name, number, "~", branch]:
                self._join(self._version(name, number), self._application(name), branch)
            case _:
                raise ValueError(words)

    def _publish(self, consumer: str, number: str, provider: str, content: str) -> None:
        version, key, to = self._version(consumer, number), self._application(consumer), self._application(provider)
        made = self.contents.setdefault((f"{consumer}>{provider}", content), len(self.contents) + 1)
        revision = 1 + sum((p.version, p.provider) == (version, to) for p in self.facts.publications)
        publication = Publication(len(self.facts.publications) + 1, version, key, to, made, revision)
        self._add(publications=[publication], integrations=[Integration(key, to)])

    def _join(self, version: int, application: int, branch: str) -> None:
        stay = tuple(
            replace(on, head=False) if (on.application, on.branch) == (application, branch) else on
            for on in self.facts.branches
        )
        self.facts = replace(self.facts, branches=(*stay, OnBranch(version, application, branch, head=True)))

    def _add(self, **more: list[object]) -> None:
        self.facts = self.facts.with_(**more)


WEB1 = "q[][pacticipant]=web&q[][version]=1"
LIVE = f"{WEB1}&environment=live&latestby=cvpv"
PAIR = "q[][pacticipant]=web&q[][pacticipant]=orders"
BOTH = f"{WEB1}&q[][pacticipant]=orders&q[][version]=5"

# fleet, question, deployable, (success, failed, unknown), class, plan
CASES = {
    "all passed": ("web 1 > orders a; orders 5 + a; orders 5 @ live", LIVE, True, (1, 0, 0), None, []),
    "failed": (
        *("web 1 > orders a; orders 5 - a; orders 5 @ live", LIVE, False, (0, 1, 0), "incompatible"),
        ["mend what fails between web 1 and orders 5, publish it and verify it"],
    ),
    "failed, and another version passed": (
        *("web 1 > orders a; orders 5 - a; orders 5 @ live; orders 6 + a", LIVE, False, (0, 1, 0), "incompatible"),
        ["deploy orders 6 to live in place of 5"],
    ),
    "failed, then passed: the newest result counts": (
        *("web 1 > orders a; orders 5 - a; orders 5 + a; orders 5 @ live", LIVE, True, (1, 0, 0), None, []),
    ),
    "without latestby the old failure still counts, and no plan can undo it": (
        "web 1 > orders a; orders 5 - a; orders 5 + a; orders 5 @ live",
        f"{WEB1}&environment=live",
        *(False, (1, 1, 0), "incompatible", None),
    ),
    "never verified": (
        *("web 1 > orders a; orders 5 @ live", LIVE, None, (0, 0, 1), "nobody-asked"),
        ["verify orders 5 against the contract of web 1"],
    ),
    "verified by another version only": (
        *("web 1 > orders a; orders 4 + a; orders 5 @ live", LIVE, None, (0, 0, 1), "nobody-asked"),
        ["verify orders 5 against the contract of web 1"],
    ),
    "equal content was verified before": (
        *("web 0 > orders a; orders 5 + a; web 1 > orders a; orders 5 @ live", LIVE, True, (1, 0, 0), None, []),
    ),
    "provider not deployed": (
        *("web 1 > orders a; orders 5 + a", LIVE, None, (0, 0, 1), "not-deployed", ["deploy orders 5 to live"]),
    ),
    "provider without any version": (
        *("web 1 > orders a", LIVE, None, (0, 0, 1), "not-deployed"),
        ["verify a new version of orders against the contract of web 1", "deploy a new version of orders to live"],
    ),
    "null outranks false": (
        *("web 1 > orders a; web 1 > stock b; orders 5 - a; orders 5 @ live; stock 7 @ live", LIVE, None, (0, 1, 1)),
        "incompatible",
        [
            "verify stock 7 against the contract of web 1",
            "mend what fails between web 1 and orders 5, publish it and verify it",
        ],
    ),
    "unknown version": ("web 2", LIVE, False, (0, 0, 0), "unknown-version", ["publish web 1"]),
    "unknown version outranks unverified rows": (
        "web 2 > orders a",
        "q[][pacticipant]=orders&q[][version]=5&environment=live&latestby=cvpv",
        *(False, (0, 0, 0), "unknown-version", ["publish orders 5"]),
    ),
    "a version without contracts": ("web 1; orders 5 @ live; web > orders", LIVE, True, (0, 0, 0), None, []),
    "no row is a yes": ("web 1", LIVE, True, (0, 0, 0), None, []),
    "two live versions, one failing (#903)": (
        "web 1 > orders a; orders 5 - a; orders 6 + a; orders 5 @ live blue; orders 6 @ live green",
        f"{WEB1}&environment=live&latestby=cvp",
        *(False, (1, 1, 0), "incompatible", ["deploy orders 6 to live in place of 5"]),
    ),
    "two live versions, one never verified": (
        "web 1 > orders a; orders 5 + a; orders 6 @ live blue; orders 5 @ live green",
        *(LIVE, None, (1, 0, 1), "nobody-asked", ["verify orders 6 against the contract of web 1"]),
    ),
    "the live consumer's contract fails": (
        "web 1 > orders a; web 1 @ live; orders 5 - a",
        "q[][pacticipant]=orders&q[][version]=5&environment=live&latestby=cvpv",
        *(False, (0, 1, 0), "incompatible"),
        ["mend what fails between web 1 and orders 5, publish it and verify it"],
    ),
    "two live consumers with one content take one verification": (
        "web 1 > orders a; web 2 > orders a; web 1 @ live blue; web 2 @ live green; orders 5",
        "q[][pacticipant]=orders&q[][version]=5&environment=live&latestby=cvpv",
        *(None, (0, 0, 2), "nobody-asked", ["verify orders 5 against the contract of web 2"]),
    ),
    "an undeployed consumer does not object": (
        "web 1 > orders a; orders 5 - a",
        "q[][pacticipant]=orders&q[][version]=5&environment=live&latestby=cvpv",
        *(True, (0, 0, 0), None, []),
    ),
    "two named versions": ("web 1 > orders a; orders 5 + a", f"{BOTH}&latestby=cvpv", True, (1, 0, 0), None, []),
    "two named versions that share no contract": (
        *("web 1; web 2 > orders a; orders 5 + a", f"{BOTH}&latestby=cvpv", None, (0, 0, 1), "unanswerable"),
        ["publish a contract of web 1 with orders", "verify orders 5 against that contract"],
    ),
    "two named applications that never met": ("web 1; orders 5", f"{BOTH}&latestby=cvpv", True, (0, 0, 0), None, []),
    "the pair's whole history": (
        "web 1 > orders a; orders 5 - a; orders 6 + a",
        PAIR,
        False,
        (1, 1, 0),
        "incompatible",
        None,
    ),
    "cvp keeps the highest provider version": (
        *("web 1 > orders a; orders 5 - a; orders 6 + a", f"{PAIR}&latestby=cvp", True, (1, 0, 0), None, []),
    ),
    "cp keeps the highest provider version": (
        "web 1 > orders a; orders 6 + a; web 2 > orders b; orders 5 - b",
        *(f"{PAIR}&latestby=cp", False, (0, 1, 0), "incompatible", None),
    ),
    "cp keeps the newest row if it is unverified": (
        "web 1 > orders a; orders 5 + a; web 2 > orders b",
        *(f"{PAIR}&latestby=cp", None, (0, 0, 1), "nobody-asked", None),
    ),
    "cp with an unverified older row is no error": (
        "web 1 > orders a; web 2 > orders b; orders 5 + b",
        *(f"{PAIR}&latestby=cp", True, (1, 0, 0), None, []),
    ),
    "success=true hides a failure": (
        "web 1 > orders a; orders 5 - a; orders 6 + a",
        *(f"{PAIR}&latestby=cvpv&success[]=true", True, (1, 0, 0), None, []),
    ),
    "success= on a verified pair leaves no row": (
        "web 1 > orders a; orders 5 + a",
        *(f"{PAIR}&latestby=cvpv&success[]=", None, (0, 0, 1), "unanswerable", None),
    ),
    "ignored rows do not count": (
        "web 1 > orders a; orders 5 - a; orders 5 @ live",
        *(f"{LIVE}&ignore[][pacticipant]=orders", True, (0, 0, 0), None, []),
    ),
    "an ignored version, another still counts": (
        "web 1 > orders a; orders 5 - a; orders 6 - a; orders 5 @ live blue; orders 6 @ live green",
        f"{LIVE}&ignore[][pacticipant]=orders&ignore[][version]=5",
        *(False, (0, 1, 0), "incompatible"),
        ["mend what fails between web 1 and orders 6, publish it and verify it"],
    ),
    "an unknown environment in a selector": (
        "web 1",
        *(
            "q[][pacticipant]=web&q[][environment]=none",
            False,
            (0, 0, 0),
            "unknown-version",
            ["deploy a new version of web to none"],
        ),
    ),
    "a pacticipant selected twice": (
        "web 1 > orders a; web 2 > orders b; orders 5 + a; orders 5 - b",
        f"{BOTH}&q[][pacticipant]=web&q[][version]=2&latestby=cvpv",
        *(False, (1, 1, 0), "incompatible"),
        ["mend what fails between web 2 and orders 5, publish it and verify it"],
    ),
    "the head of a branch is what joined it last": (
        "web 1 > orders a; web 2 > orders b; web 2 ~ main; web 1 ~ main; orders 5 + a; orders 5 - b; orders 5 @ live",
        "q[][pacticipant]=web&q[][branch]=main&q[][latest]=true&environment=live&latestby=cvpv",
        *(True, (1, 0, 0), None, []),
    ),
    "a branch without latest means every version on it": (
        "web 1 > orders a; web 2 > orders b; web 2 ~ main; web 1 ~ main; orders 5 + a; orders 5 - b; orders 5 @ live",
        "q[][pacticipant]=web&q[][branch]=main&environment=live&latestby=cvpv",
        *(False, (1, 1, 0), "incompatible"),
        ["mend what fails between web 2 and orders 5, publish it and verify it"],
    ),
    "the latest version with a tag is the newest version": (
        "web 1 > orders a; orders 6 - a; orders 5 + a; orders 5 # prod; orders 6 # prod",
        f"{WEB1}&latest=true&tag=prod&latestby=cvp",
        *(True, (1, 0, 0), None, []),
    ),
    "a later version may carry the tag": (
        "web 1 > orders a; orders 5 - a; orders 5 # prod; orders 6 + a",
        f"{WEB1}&latest=true&tag=prod&latestby=cvp",
        *(False, (0, 1, 0), "incompatible", ["tag orders 6 with prod in place of 5"]),
    ),
    "can-i-merge against main branches": (
        "web 1 > orders a; orders 5 ~ main; orders 6 ~ feat",
        f"{WEB1}&latest=true&mainBranch=true&latestby=cvp",
        *(None, (0, 0, 1), "nobody-asked", ["verify orders 5 against the contract of web 1"]),
    ),
    "nothing on the main branch": (
        "web 1 > orders a; orders 6 ~ feat",
        f"{WEB1}&latest=true&mainBranch=true&latestby=cvp",
        *(None, (0, 0, 1), "not-deployed"),
        [
            "publish a new version of orders on the main branch",
            "verify a new version of orders against the contract of web 1",
        ],
    ),
    "one selector with a version and no target": (
        "web 1 > orders a; orders 5 + a; orders 6 - a",
        *(f"{WEB1}&latestby=cvpv", False, (1, 1, 0), "incompatible", None),
    ),
    "a contract with oneself": ("web 1 > web a; web 1 + a", LIVE, True, (1, 0, 0), None, []),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is(case: tuple[str, str, bool | None, tuple[int, int, int], str | None, list[str] | None]) -> None:
    fleet, query, deployable, counts, why, actions = case
    facts = Fleet().read(fleet)
    question = read_question(query)
    decision = decide(question, facts)
    assert decision.deployable is deployable
    assert (decision.counts.success, decision.counts.failed, decision.counts.unknown) == counts
    assert (decision.why.value if decision.why else None) == why
    found = plan(question, facts)
    names = Names.of(facts, {})
    assert (None if found is None else [action_words(action, names) for action in found]) == actions


def ask(fleet: str, query: str) -> Decision:
    return decide(read_question(query), Fleet().read(fleet))


@pytest.mark.parametrize(
    ("fleet", "query", "sentences"),
    [
        (
            "web 1 > orders a; orders 5 - a; orders 5 @ live",
            LIVE,
            [
                (
                    "The verification of the contract between version 1 of web "
                    "and the version of orders currently in live (5) failed."
                )
            ],
        ),
        (
            "web 1 > orders a",
            LIVE,
            [
                (
                    "There is no verified contract between version 1 of web and a version of orders currently in live "
                    "(none is recorded as deployed or released there)."
                )
            ],
        ),
        (
            "web 1 ~ main; web 2 ~ main",
            "q[][pacticipant]=web&q[][branch]=main&q[][latest]=true",
            ["No environment", "No version number", "There are no missing dependencies: nothing had to be checked."],
        ),
        (
            "web 1",
            "q[][pacticipant]=web&q[][tag]=prod&environment=live",
            ["No version", "There is no version of web with tag prod."],
        ),
        (
            "web 1 > orders a; orders 5 # prod; orders 6 # prod",
            f"{WEB1}&tag=prod&latestby=cvpv",
            ["between version 1 of web and one of the versions of orders with tag prod (6)", "(5)"],
        ),
        (
            "web 1; web 2 > orders a; orders 5",
            f"{BOTH}&latestby=cvpv",
            ["There is no contract to compare between version 1 of web"],
        ),
        ("web 1 > orders a; orders 5 + a", f"{PAIR}&ignore[][pacticipant]=x", ["Cannot ignore x", "Every required"]),
        ("web 1 > orders a", PAIR, ["any version of web and any version of orders"]),
        (
            "web 1 > orders a",
            f"{WEB1}&latest=true&mainBranch=true",
            ["the latest version of orders from the main branch (there is none)"],
        ),
    ],
)
def test_every_reason_is_a_sentence_that_names_what_it_is_about(fleet: str, query: str, sentences: list[str]) -> None:
    found = [words(reason) for reason in ask(fleet, query).reasons]
    assert len(found) == len(sentences), found
    for text, sentence in zip(found, sentences, strict=True):
        assert sentence in text


def test_very_many_reasons_are_cut_and_counted() -> None:
    fleet = "; ".join(f"web {key} > orders c{key}; web {key} ~ main; orders 5 - c{key}" for key in range(250))
    decision = ask(f"{fleet}; orders 5 @ live", "q[][pacticipant]=web&q[][branch]=main&environment=live&latestby=cvpv")
    texts = [words(reason) for reason in decision.reasons]
    assert len(texts) == 202
    assert texts[-1] == "And 50 more of the same kind."


def test_an_application_that_the_facts_do_not_know_is_an_error() -> None:
    with pytest.raises(LookupError, match="nobody"):
        ask("web 1", "q[][pacticipant]=nobody")
