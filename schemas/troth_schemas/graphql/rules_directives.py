"""Rules about directives that a schema defines; their arguments are among the inputs."""

from collections.abc import Iterator
from dataclasses import replace

from troth_schemas.finding import Found, Severity
from troth_schemas.graphql.model import Directive
from troth_schemas.graphql.pairing import DirectivePair
from troth_schemas.graphql.using import EXECUTABLE, with_directive
from troth_schemas.rule import rule


@rule(
    "graphql/directive-removed", severity="breaking", aliases=("DIRECTIVE_REMOVED",), mirror="graphql/directive-added"
)
def directive_removed(pair: DirectivePair) -> Iterator[Found]:
    """A directive is gone.

    Why it breaks: operations that use it are refused.
    Instead: keep it defined and do nothing for it, until nobody uses it.
    Note: it is only risky where only schemas may use the directive, not operations.
    """
    if pair.old is not None and pair.new is None:
        severity, note = _for_schemas(pair.old)
        yield pair.found(
            f"The directive @{pair.old.name} is gone.{note}",
            witness=pair.two.proofs.first(_uses(pair, pair.old)),
            severity=severity,
        )


@rule("graphql/directive-added", severity="safe", aliases=("DIRECTIVE_ADDED",), mirror="graphql/directive-removed")
def directive_added(pair: DirectivePair) -> Iterator[Found]:
    """There is a new directive.

    Why it matters: nothing that was valid changes.
    Instead: nothing is to be done.
    """
    if pair.new is not None and pair.old is None:
        yield pair.found(f"The directive @{pair.new.name} is new.")


@rule(
    "graphql/directive-repeatable-removed",
    severity="breaking",
    aliases=("DIRECTIVE_REPEATABLE_REMOVED",),
    mirror="graphql/directive-repeatable-added",
)
def directive_repeatable_removed(pair: DirectivePair) -> Iterator[Found]:
    """A directive may be used only once in a place.

    Why it breaks: operations that use it twice in a place are refused.
    Instead: keep it repeatable.
    Note: it is only risky where only schemas may use the directive, not operations.
    """
    if pair.old is not None and pair.new is not None and pair.old.repeatable and not pair.new.repeatable:
        severity, note = _for_schemas(pair.old)
        yield pair.found(
            f"The directive @{pair.old.name} is no longer repeatable.{note}",
            witness=pair.two.proofs.first(_uses(pair, pair.old, times=2)),
            severity=severity,
        )


@rule(
    "graphql/directive-repeatable-added",
    severity="safe",
    aliases=("DIRECTIVE_REPEATABLE_ADDED",),
    mirror="graphql/directive-repeatable-removed",
)
def directive_repeatable_added(pair: DirectivePair) -> Iterator[Found]:
    """A directive may be used several times in a place.

    Why it matters: nothing that was valid changes.
    Instead: nothing is to be done.
    """
    if pair.old is not None and pair.new is not None and pair.new.repeatable and not pair.old.repeatable:
        yield pair.found(f"The directive @{pair.old.name} is repeatable now.")


@rule(
    "graphql/directive-location-removed",
    severity="breaking",
    aliases=("DIRECTIVE_LOCATION_REMOVED",),
    mirror="graphql/directive-location-added",
)
def directive_location_removed(pair: DirectivePair) -> Iterator[Found]:
    """A directive may no longer be used in a place where it could be used.

    Why it breaks: operations that use it there are refused.
    Instead: keep the place and do nothing for it there, until nobody uses it.
    Note: it is only risky for places in schemas.
    """
    if pair.old is not None and pair.new is not None:
        for location in pair.old.locations:
            if location not in pair.new.locations:
                found = pair.found(
                    f"The directive @{pair.old.name} may no longer be used on {location}.",
                    witness=pair.two.proofs.first(_uses(pair, pair.old, only=location)),
                    severity=None if location in EXECUTABLE else "risky",
                )
                yield _keyed(found, location)


@rule(
    "graphql/directive-location-added",
    severity="safe",
    aliases=("DIRECTIVE_LOCATION_ADDED",),
    mirror="graphql/directive-location-removed",
)
def directive_location_added(pair: DirectivePair) -> Iterator[Found]:
    """A directive may be used in a further place.

    Why it matters: nothing that was valid changes.
    Instead: nothing is to be done.
    """
    if pair.old is not None and pair.new is not None:
        for location in pair.new.locations:
            if location not in pair.old.locations:
                yield _keyed(pair.found(f"The directive @{pair.old.name} may be used on {location} now."), location)


def _uses(pair: DirectivePair, old: Directive, only: str | None = None, times: int = 1) -> Iterator[str]:
    arguments = pair.two.proofs.sampler.arguments(old.arguments)
    if arguments is not None:
        yield from with_directive(old, arguments, "", pair.two.old.roots.get("query", "Query"), only, times)


def _for_schemas(one: Directive) -> tuple[Severity | None, str]:
    if any(location in EXECUTABLE for location in one.locations):
        return None, ""
    return "risky", " Operations could not use it."


def _keyed(found: Found, more: str) -> Found:
    return replace(found, key=(*found.key, more))


DIRECTIVES = (
    directive_removed,
    directive_added,
    directive_repeatable_removed,
    directive_repeatable_added,
    directive_location_removed,
    directive_location_added,
)
