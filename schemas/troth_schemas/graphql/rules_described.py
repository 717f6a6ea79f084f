"""Rules about what is said of things: descriptions, deprecation, and directives that are applied."""

from collections.abc import Iterator
from dataclasses import replace

from troth_schemas.finding import Found
from troth_schemas.graphql.canonical import spelled
from troth_schemas.graphql.federation import COMPOSING
from troth_schemas.graphql.lifecycle import reason
from troth_schemas.graphql.literals import plain
from troth_schemas.graphql.model import Usage, usage
from troth_schemas.graphql.pairing import DescribedPair
from troth_schemas.rule import rule

_OWN_RULES = ("deprecated", "specifiedBy", "oneOf", "inaccessible", "link", *COMPOSING)


@rule(
    "graphql/description-changed",
    severity="safe",
    aliases=("DESCRIPTION_CHANGED", "FIELD_DESCRIPTION_CHANGED", "TYPE_DESCRIPTION_CHANGED"),
    mirror="the same fact in both directions",
)
def description_changed(pair: DescribedPair) -> Iterator[Found]:
    """A description says something else.

    Why it matters: people read it; programs do not.
    Instead: nothing is to be done.
    """
    if pair.new != pair.old and plain(pair.new or '""') != plain(pair.old or '""'):
        yield pair.found(f"The description of {pair.element} changed.")


@rule(
    "graphql/deprecation-added",
    severity="safe",
    aliases=("FIELD_DEPRECATION_ADDED", "ENUM_VALUE_DEPRECATION_REASON_ADDED"),
    mirror="graphql/deprecation-removed",
)
def deprecation_added(pair: DescribedPair) -> Iterator[Found]:
    """Something is deprecated now.

    Why it matters: it still works, but it is going to go.
    Instead: tell those who use it what to use.
    """
    why = reason(pair.new_usages)
    if why is not None and reason(pair.old_usages) is None:
        yield pair.found(f"{pair.element} is deprecated now: {why}")


@rule(
    "graphql/deprecation-removed",
    severity="safe",
    aliases=("FIELD_DEPRECATION_REMOVED", "ENUM_VALUE_DEPRECATION_REASON_REMOVED"),
    mirror="graphql/deprecation-added",
)
def deprecation_removed(pair: DescribedPair) -> Iterator[Found]:
    """Something is no longer deprecated.

    Why it matters: nothing that was valid changes.
    Instead: nothing is to be done.
    """
    if reason(pair.old_usages) is not None and reason(pair.new_usages) is None:
        yield pair.found(f"{pair.element} is no longer deprecated.")


@rule(
    "graphql/deprecation-reason-changed",
    severity="safe",
    aliases=("FIELD_DEPRECATION_REASON_CHANGED", "ENUM_VALUE_DEPRECATION_REASON_CHANGED"),
    mirror="the same fact in both directions",
)
def deprecation_reason_changed(pair: DescribedPair) -> Iterator[Found]:
    """Something is deprecated for another reason.

    Why it matters: the reason says what to use instead, or until when it stays.
    Instead: nothing is to be done.
    """
    now, before = reason(pair.new_usages), reason(pair.old_usages)
    if now is not None and before is not None and now != before:
        yield pair.found(f"{pair.element} is deprecated for another reason: {now}")


@rule("graphql/specified-by-changed", severity="risky", aliases=(), mirror="the same fact in both directions")
def specified_by_changed(pair: DescribedPair) -> Iterator[Found]:
    """A scalar is specified by another document.

    Why it breaks: its values may be written in another way, which no comparison of schemas can see.
    Instead: give a scalar of another format another name.
    """
    now, before = usage(pair.new_usages, "specifiedBy"), usage(pair.old_usages, "specifiedBy")
    if before is not None and (now is None or now.arguments != before.arguments):
        said = f"by {plain(now.arguments['url'])}" if now is not None and "url" in now.arguments else "by nothing"
        yield pair.found(f"The scalar {pair.element} is specified {said} now.")


@rule(
    "graphql/inaccessible-added",
    severity="breaking",
    aliases=(),
    mirror="graphql/inaccessible-removed",
)
def inaccessible_added(pair: DescribedPair) -> Iterator[Found]:
    """Something is hidden from clients (@inaccessible).

    Why it breaks: the supergraph that clients see no longer has it, so operations that use it are refused.
    Instead: deprecate it, and hide it when nobody uses it.
    Note: there is no witness, because only composition leaves it out.
    """
    if usage(pair.new_usages, "inaccessible") is not None and usage(pair.old_usages, "inaccessible") is None:
        yield pair.found(f"{pair.element} is hidden from clients now (@inaccessible).")


@rule("graphql/inaccessible-removed", severity="safe", aliases=(), mirror="graphql/inaccessible-added")
def inaccessible_removed(pair: DescribedPair) -> Iterator[Found]:
    """Something is no longer hidden from clients (@inaccessible).

    Why it matters: nothing that was valid changes.
    Instead: nothing is to be done.
    """
    if usage(pair.old_usages, "inaccessible") is not None and usage(pair.new_usages, "inaccessible") is None:
        yield pair.found(f"{pair.element} is no longer hidden from clients.")


@rule(
    "graphql/composition-changed",
    severity="not-covered",
    aliases=(),
    mirror="the same fact in both directions",
)
def composition_changed(pair: DescribedPair) -> Iterator[Found]:
    """A directive that says how subgraphs fit together was added, changed or removed.

    Why it matters: whether the subgraphs still compose, and to what, is for a composer to say; it is not judged here.
    Instead: compose the supergraph, and compare it with the one before.
    """
    now = {spelled(one) for one in pair.new_usages if one.name in COMPOSING}
    before = {spelled(one) for one in pair.old_usages if one.name in COMPOSING}
    for one in sorted(now ^ before):
        change = "has" if one in now else "no longer has"
        found = pair.found(f"{pair.element} {change} {one}; what composition makes of it is not judged.")
        yield replace(found, key=(*found.key, one))


@rule(
    "graphql/directive-usage-added",
    severity="risky",
    aliases=("DIRECTIVE_USAGE_FIELD_DEFINITION_ADDED", "DIRECTIVE_USAGE_OBJECT_ADDED"),
    mirror="graphql/directive-usage-removed",
)
def directive_usage_added(pair: DescribedPair) -> Iterator[Found]:
    """A directive is applied that was not, or with other arguments.

    Why it breaks: what the provider does for it (asking for a role, limiting a size) no comparison of schemas can see.
    Instead: find out what the directive does, and silence it in the settings if it does nothing to clients.
    """
    yield from _usages(pair, added=True)


@rule(
    "graphql/directive-usage-removed",
    severity="safe",
    aliases=("DIRECTIVE_USAGE_FIELD_DEFINITION_REMOVED", "DIRECTIVE_USAGE_OBJECT_REMOVED"),
    mirror="graphql/directive-usage-added",
)
def directive_usage_removed(pair: DescribedPair) -> Iterator[Found]:
    """A directive is no longer applied, or with other arguments.

    Why it matters: what the provider did for it it may no longer do.
    Instead: nothing is to be done, if the directive only restricted something.
    """
    yield from _usages(pair, added=False)


def _is_others(one: Usage) -> bool:
    """Whether nothing else judges a directive; ``@join__`` in a supergraph only leads its router to subgraphs."""
    return one.name not in _OWN_RULES and not one.name.startswith("join__")


def _usages(pair: DescribedPair, *, added: bool) -> Iterator[Found]:
    now = {spelled(one) for one in pair.new_usages if _is_others(one)}
    before = {spelled(one) for one in pair.old_usages if _is_others(one)}
    for one in sorted(now - before if added else before - now):
        found = pair.found(f"{pair.element} {'has' if added else 'no longer has'} {one}.")
        yield replace(found, key=(*found.key, one))


DESCRIBED = (
    description_changed,
    deprecation_added,
    deprecation_removed,
    deprecation_reason_changed,
    specified_by_changed,
    inaccessible_added,
    inaccessible_removed,
    composition_changed,
    directive_usage_added,
    directive_usage_removed,
)
