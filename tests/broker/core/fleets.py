"""Random small fleets and questions about them."""

from itertools import product
from typing import Any

from hypothesis import strategies as st

from troth_broker.core.facts import (
    Application,
    Comparison,
    Evolution,
    Facts,
    Integration,
    Meeting,
    OnBranch,
    Part,
    Placed,
    Provided,
    Publication,
    Request,
    Result,
    Tagged,
    Unobserved,
    Version,
)
from troth_broker.core.policy import DAY, Policy, Rules
from troth_broker.core.question import Ignored, Question, Selector, Wanted
from troth_schemas.options import MODES

NAMES = ("A", "B", "C")
BRANCHES = ("main", "feat")
TAGS = ("prod", "dev")
ENVIRONMENTS = ("test", "live")
NUMBERS = ("1", "2", "3")
NOW = 10 * DAY


@st.composite
def fleets(
    draw: st.DrawFn,
    names: tuple[str, ...] = NAMES,
    most_versions: int = 7,
    most_results: int = 10,
    most_publications: int = 6,
    documented: bool = True,
) -> Facts:
    """A fleet of a few applications with histories."""
    applications = tuple(
        Application(key, name, draw(st.sampled_from((None, "main")))) for key, name in enumerate(names, start=1)
    )
    counts = dict.fromkeys((a.id for a in applications), 0)
    versions = []
    for key in range(1, draw(st.integers(1, most_versions)) + 1):
        owner = draw(st.sampled_from(applications)).id
        counts[owner] += 1
        versions.append(Version(key, owner, str(counts[owner])))
    some = st.sampled_from(versions)
    branches: dict[tuple[int, str], OnBranch] = {}
    for version, branch in draw(st.lists(st.tuples(some, st.sampled_from(BRANCHES)), max_size=6, unique=True)):
        for line, on in list(branches.items()):
            if on.application == version.application and on.branch == branch:
                branches[line] = OnBranch(on.version, on.application, on.branch)
        branches[version.id, branch] = OnBranch(version.id, version.application, branch, head=True)
    tags = draw(st.lists(st.tuples(some, st.sampled_from(TAGS)), max_size=4, unique=True))
    placed: dict[tuple[object, ...], Placed] = {}
    for version, environment, instance, released in draw(
        st.lists(
            st.tuples(some, st.sampled_from(ENVIRONMENTS), st.sampled_from((None, "blue")), st.booleans()), max_size=5
        )
    ):
        key_ = (version.id, environment) if released else (version.application, environment, instance or "")
        placed[(released, *key_)] = Placed(
            version.id, version.application, environment, None if released else instance, released
        )
    publications: list[Publication] = []
    revisions: dict[tuple[int, int], int] = {}
    contents: dict[tuple[int, int, int], int] = {}
    for version, provider, shape in draw(
        st.lists(st.tuples(some, st.sampled_from(applications), st.integers(1, 2)), max_size=most_publications)
    ):
        pair = version.id, provider.id
        revisions[pair] = revisions.get(pair, 0) + 1
        content = contents.setdefault((version.application, provider.id, shape), len(contents) + 1)
        publications.append(
            Publication(len(publications) + 1, version.id, version.application, provider.id, content, revisions[pair])
        )
    results: list[Result] = []
    could = [(c, v) for (_, p, _), c in contents.items() for v in versions if v.application == p]
    if could:
        for (content, version), success, at in draw(
            st.lists(st.tuples(st.sampled_from(could), st.booleans(), st.sampled_from((0, NOW))), max_size=most_results)
        ):
            results.append(Result(len(results) + 1, content, version.id, success, at))
    parts = tuple(draw(_parts(could))) if documented and could else ()
    pairs = {(p.consumer, p.provider) for p in publications}
    pairs |= set(draw(st.lists(st.tuples(*[st.sampled_from([a.id for a in applications])] * 2), max_size=2)))
    provided, comparisons, evolutions = draw(documents(contents, versions)) if documented else ((), (), ())
    return Facts(
        applications,
        tuple(versions),
        tuple(branches.values()),
        tuple(Tagged(v.id, v.application, t) for v, t in tags),
        tuple(placed.values()),
        tuple(Integration(*pair) for pair in sorted(pairs)),
        tuple(publications),
        tuple(results),
        frozenset(ENVIRONMENTS),
        requests=draw(requests(contents, versions, results)),
        provided=provided,
        comparisons=comparisons,
        evolutions=evolutions,
        policies=draw(policies(applications)) if documented else (),
        parts=parts,
        now=NOW,
    )


@st.composite
def _parts(draw: st.DrawFn, could: list[tuple[int, Version]]) -> list[Part]:
    """What was replayed of contents of which nobody could observe all."""
    found = draw(st.lists(st.tuples(st.sampled_from(could), st.sampled_from((0, NOW // 2, NOW))), max_size=4))
    gap = (Unobserved("a call", "nobody sees it"),)
    return [
        Part(key, content, version.id, 3, 1, gap, at) for key, ((content, version), at) in enumerate(found, start=1)
    ]


@st.composite
def documents(
    draw: st.DrawFn, contents: dict[tuple[int, int, int], int], versions: list[Version]
) -> tuple[tuple[Provided, ...], tuple[Comparison, ...], tuple[Evolution, ...]]:
    """What applications published about themselves, and what checkers said of it."""
    could = versions
    found = {
        (version.id, name): Provided(version.id, version.application, version.application * 10 + shape, "openapi", name)
        for version, name, shape in draw(
            st.lists(st.tuples(st.sampled_from(could), st.sampled_from("ab"), st.integers(1, 2)), max_size=5)
        )
    }
    pairs = sorted(
        {(c, one.provider_content) for (_, p, _), c in contents.items() for one in found.values() if one.provider == p}
    )
    said: list[Comparison] = []
    if pairs:
        for (content, document), checker, kind in draw(
            st.lists(
                st.tuples(st.sampled_from(pairs), st.sampled_from("12"), st.sampled_from(sorted(KINDS))),
                max_size=6,
                unique_by=lambda one: one[:2],
            )
        ):
            said.append(Comparison(len(said) + 1, content, document, checker, **KINDS[kind]))
    changes = sorted(
        {
            Meeting(one.provider_content, other.provider_content, older)
            for one, other in product(found.values(), repeat=2)
            for older in ("reader", "writer")
            if one.provider == other.provider and one.provider_content != other.provider_content
        }
    )
    evolved: list[Evolution] = []
    if changes:
        for meeting, kind in draw(
            st.lists(st.tuples(st.sampled_from(changes), st.sampled_from(sorted(EVOLVED))), max_size=4)
        ):
            evolved.append(Evolution(len(evolved) + 1, *meeting, **EVOLVED[kind]))
    return tuple(found.values()), tuple(said), tuple(evolved)


KINDS: dict[str, dict[str, Any]] = {
    "pass": {"success": True, "judged": 2},
    "fail": {"success": False, "judged": 2, "breaking": 1},
    "risky": {"success": True, "judged": 2, "risky": 1},
    "part": {"success": None, "judged": 1, "unjudged": ("x",)},
    "other part": {"success": None, "judged": 1, "unjudged": ("y",)},
    "gap": {"success": None, "judged": 2, "partial": 1},
    "none": {"success": None, "unjudged": ("*",)},
    "error": {"success": None, "unjudged": ("*",), "error": "cannot be read"},
}
"""What comparisons say."""
EVOLVED: dict[str, dict[str, Any]] = {
    "kept": {"success": True},
    "broken": {"success": False, "breaking": 1},
    "gap": {"success": None},
    "error": {"success": None, "error": "cannot be read"},
}
"""What comparisons of a provider's own documents say."""


@st.composite
def policies(draw: st.DrawFn, applications: tuple[Application, ...]) -> tuple[Policy, ...]:
    """What is asked of evidence: mostly nothing."""
    keys = st.sampled_from([one.id for one in applications])
    found: list[Policy] = []
    for environment, consumer, provider, one in draw(
        st.lists(st.tuples(st.sampled_from((None, *ENVIRONMENTS)), keys, keys, rules), max_size=2)
    ):
        scope = (None, None, environment) if environment else (consumer, provider, None)
        found.append(Policy(len(found) + 1, one, *scope))
    return tuple(found)


rules = st.builds(
    Rules,
    st.sampled_from((None, *map(frozenset, ((), ("replay",), ("comparison",), ("replay", "comparison"))))),
    st.sampled_from((None, frozenset({"breaking"}), frozenset({"breaking", "risky"}))),
    st.sampled_from((None, "blocks", "allows")),
    st.sampled_from((None, 1, 100)),
    st.sampled_from((None, None, *MODES)),
)


@st.composite
def requests(
    draw: st.DrawFn,
    contents: dict[tuple[int, int, int], int],
    versions: list[Version],
    results: list[Result],
) -> tuple[Request, ...]:
    """Verifications that were asked for and have not come: due, given up, or never heard of by anybody."""
    known = {(result.content, result.version) for result in results}
    verified = {result.content for result in results}
    could: list[tuple[int, int | None]] = [
        (c, v.id)
        for (_, provider, _), c in contents.items()
        for v in versions
        if v.application == provider and (c, v.id) not in known
    ]
    could += [(c, None) for c in contents.values() if c not in verified]
    if not could:
        return ()
    found = draw(st.lists(st.tuples(st.sampled_from(sorted(could, key=str)), st.sampled_from("dgu")), max_size=4))
    kinds = {"d": (True, True), "g": (False, True), "u": (False, False)}
    made = {(content, version): Request(content, version, 1, 7, 7, *kinds[kind]) for (content, version), kind in found}
    return tuple(made.values())


wanted = st.one_of(
    st.just(Wanted()),
    st.builds(Wanted, version=st.sampled_from(NUMBERS)),
    st.just(Wanted(latest=True)),
    st.builds(Wanted, tag=st.sampled_from(TAGS), latest=st.booleans()),
    st.builds(Wanted, branch=st.sampled_from(BRANCHES), latest=st.booleans()),
    st.builds(Wanted, main_branch=st.just(True), latest=st.booleans()),
    st.builds(Wanted, environment=st.sampled_from(ENVIRONMENTS)),
    st.builds(Wanted, version=st.sampled_from(NUMBERS), branch=st.sampled_from(BRANCHES)),
)
targets = st.one_of(
    st.none(),
    st.builds(Wanted, environment=st.sampled_from(ENVIRONMENTS)),
    st.just(Wanted(latest=True)),
    st.builds(Wanted, tag=st.sampled_from(TAGS), latest=st.booleans()),
    st.builds(Wanted, main_branch=st.just(True), latest=st.booleans()),
    st.builds(Wanted, branch=st.sampled_from(BRANCHES), latest=st.booleans()),
)
selectors = st.builds(Selector, st.sampled_from(NAMES), wanted)
verdicts = st.one_of(st.none(), st.frozensets(st.sampled_from((True, False, None)), min_size=1))
ignored = st.lists(
    st.builds(Ignored, st.sampled_from((*NAMES, "Nobody")), st.sampled_from((None, None, *NUMBERS))), max_size=2
).map(tuple)
questions = st.builds(
    Question,
    st.lists(selectors, min_size=1, max_size=3).map(tuple),
    targets,
    st.sampled_from((None, "cvpv", "cvp", "cp")),
    verdicts,
    ignored,
    st.sampled_from((None, 1, 2, 5)),
)
gate_questions = st.builds(
    Question,
    st.lists(
        st.builds(Selector, st.sampled_from(NAMES), wanted.filter(lambda one: not one.everything)),
        min_size=1,
        max_size=2,
    ).map(tuple),
    targets,
    st.sampled_from(("cvpv", "cvp")),
    st.none(),
    st.just(()),
    st.none(),
)


def pairs_of(facts: Facts) -> list[tuple[Publication, Result]]:
    """Every publication with every result of its content."""
    return [(p, r) for p, r in product(facts.publications, facts.results) if p.content == r.content]
