"""docs/rules/ and docs/coverage.md are what the code says.

`python -m tests.schemas.test_generated_docs` writes them anew.
"""

from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from troth_schemas import formats, pairs
from troth_schemas.catalogue import rules
from troth_schemas.pairs import table
from troth_schemas.rule import Rule

DOCS = Path(__file__).parents[2] / "docs"
TITLES = {
    "asyncapi": "AsyncAPI",
    "avro": "Avro",
    "expectations": "Expectations",
    "graphql-expectations": "Expectations of GraphQL",
    "grpc-expectations": "Expectations of gRPC",
    "message-expectations": "Expectations of messages",
    "graphql": "GraphQL schemas",
    "graphql-operations": "GraphQL operations",
    "jsonschema": "JSON Schema",
    "openapi": "OpenAPI",
    "pact": "Pacts",
    "protobuf": "Protobuf",
}
Coverage = tuple[tuple[str, str], ...]


def title(name: str) -> str:
    """What people call a format or a pair."""
    if name in TITLES:
        return TITLES[name]
    return " and ".join(TITLES[part] for part in name.split("-", 1))


def by_format() -> dict[str, list[Rule]]:
    found: defaultdict[str, list[Rule]] = defaultdict(list)
    for one in rules():
        found[one.format].append(one)
    return dict(sorted(found.items()))


def rules_index() -> Iterator[str]:
    yield "# The rules"
    yield ""
    yield "What comparisons look for; generated from the rules themselves. `troth rules list` shows the same on a"
    yield "terminal, and `troth rules explain ID` one of them, also by the name that another checker has for it. A"
    yield "house gives rules other severities, and waives single findings, in [`troth.toml`](comparing.md)."
    yield ""
    yield "| of | rules | breaking | risky | safe | told as not covered |"
    yield "|---|---|---|---|---|---|"
    for name, found in by_format().items():
        counts = [sum(one.severity == kind for one in found) for kind in ("breaking", "risky", "safe", "not-covered")]
        yield f"| [{title(name)}](rules/{name}.md) | {len(found)} | {' | '.join(map(str, counts))} |"


def rules_page(name: str, found: list[Rule]) -> Iterator[str]:
    yield f"# Rules of {title(name)}"
    for one in found:
        yield ""
        yield f"## {one.id}"
        yield ""
        known = ", ".join(f"`{alias}`" for alias in one.aliases)
        yield f"**{one.severity}** · also known as {known}" if known else f"**{one.severity}**"
        yield ""
        yield one.fact
        yield ""
        yield f"*Why*: {one.why}"
        yield ""
        yield f"*Instead*: {one.instead}"
        if one.note:
            yield ""
            yield f"*Note*: {one.note}"


def coverage_of(module: str) -> Coverage | None:
    found: Coverage | None = getattr(import_module(module), "COVERAGE", None)
    return found


def coverages() -> dict[str, Coverage | None]:
    """What each comparison covers, by the name that people know it by."""
    found: dict[str, Coverage | None] = {}
    for name in formats.names():
        found[f"{title(name)} against an earlier version"] = coverage_of(_format_module(name))
    for consumer, provider in pairs.known():
        covered = coverage_of(_pair_module(consumer, provider))
        if covered is None and consumer == provider:
            covered = coverage_of(_format_module(consumer))
        whose = f"{title(consumer)} of a consumer against {title(provider)} of a provider"
        found[whose] = covered
    return found


def _format_module(name: str) -> str:
    return formats._TABLE[name].partition(":")[0]


def _pair_module(consumer: str, provider: str) -> str:
    return table._TABLE[consumer, provider]


def coverage_page() -> Iterator[str]:
    yield "# What is judged, and what is not"
    yield ""
    yield "Generated from the checkers themselves. What is not judged is a finding of severity `not-covered` with its"
    yield "place, and never a pass: the exit code is 4, the gate's answer is unknown."
    for name, covered in coverages().items():
        yield ""
        yield f"## {name}"
        yield ""
        yield "| construct | |"
        yield "|---|---|"
        for construct, state in covered or ():
            yield f"| {construct.replace('|', '/')} | {state.replace('|', '/')} |"


def pages() -> dict[Path, str]:
    made = {DOCS / "rules.md": rules_index(), DOCS / "coverage.md": coverage_page()}
    made.update({DOCS / "rules" / f"{name}.md": rules_page(name, found) for name, found in by_format().items()})
    return {path: "\n".join(lines) + "\n" for path, lines in made.items()}


@pytest.mark.parametrize("path", sorted(pages()), ids=lambda path: path.name)
def test_a_generated_page_is_what_the_code_says(path: Path) -> None:
    assert path.read_text() == pages()[path], "python -m tests.schemas.test_generated_docs writes it anew"


def test_no_page_of_rules_is_left_over() -> None:
    assert set((DOCS / "rules").glob("*")) == {path for path in pages() if path.parent.name == "rules"}


@pytest.mark.parametrize("name", sorted(coverages()))
def test_every_comparison_says_what_it_covers(name: str) -> None:
    covered = coverages()[name]
    assert covered, f"{name}: export COVERAGE"
    assert all(state == "judged" or state.startswith("not-covered: ") for _, state in covered)
    assert any(state == "judged" for _, state in covered)


if __name__ == "__main__":
    for page, text in pages().items():
        page.parent.mkdir(exist_ok=True)
        page.write_text(text)
