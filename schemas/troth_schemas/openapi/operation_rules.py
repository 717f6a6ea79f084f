"""Rules about operations as wholes: that there are any, their names, how long they stay."""

from collections.abc import Iterator

from troth_schemas.finding import Found, Severity
from troth_schemas.openapi.lifecycles import leave, rank, sunset_of, unreadable
from troth_schemas.openapi.model import Operation
from troth_schemas.openapi.pair import Pair
from troth_schemas.openapi.path_index import Match, templates
from troth_schemas.rule import rule

OperationPair = Pair[Operation]


def _removed(pair: OperationPair, *ways: str) -> Operation | None:
    """The operation that was removed, if the removal was announced in one of these ways."""
    one = pair.only_writer
    return one if one is not None and leave(one.lifecycle, pair.subject.sides.options.today) in ways else None


def _whole_path(pair: OperationPair, one: Operation) -> bool:
    return all(other.path != one.path for other in pair.subject.sides.reader.operations)


@rule("openapi/endpoint-removed", severity="breaking", mirror="openapi/endpoint-added",
      aliases=("api-path-removed-without-deprecation", "api-removed-without-deprecation"))  # fmt: skip
def endpoint_removed(pair: OperationPair) -> Iterator[Found]:
    """An operation is gone that was not deprecated before.

    Why it breaks: clients that call it get 404 or 405.
    Instead: mark it `deprecated` with an `x-sunset` date first, and remove it after that day.
    Note: what was marked as draft or alpha by `x-stability-level` may go at any time; then this is only risky.
    """
    one = _removed(pair, "unannounced", "unsettled")
    if one is not None:
        alias = "api-path-removed-without-deprecation" if _whole_path(pair, one) else "api-removed-without-deprecation"
        risky: Severity | None = "risky" if one.lifecycle.stability in ("draft", "alpha") else None
        yield pair.subject.found(
            f"{one.name} was removed without having been deprecated",
            writer=one.location,
            reader=pair.subject.sides.reader.root,
            witness=pair.probe() if pair.probe else None,
            severity=risky,
            aliases=(alias,),
        )


@rule("openapi/endpoint-removed-before-sunset", severity="breaking", mirror="openapi/endpoint-added",
      aliases=("api-path-removed-before-sunset", "api-removed-before-sunset"))  # fmt: skip
def endpoint_removed_before_sunset(pair: OperationPair) -> Iterator[Found]:
    """A deprecated operation is gone before its sunset, or with a sunset that is no date.

    Why it breaks: clients were promised that it stays until that day.
    Instead: remove it after the day that `x-sunset` names, written as 2030-12-31.
    Note: the day against which sunsets are judged is an option; where none is given, none has passed.
    """
    one = _removed(pair, "too-early", "unreadable")
    if one is not None:
        alias = "api-path-removed-before-sunset" if _whole_path(pair, one) else "api-removed-before-sunset"
        yield pair.subject.found(
            f"{one.name} was removed before its sunset, {one.lifecycle.sunset}",
            writer=one.location,
            reader=pair.subject.sides.reader.root,
            witness=pair.probe() if pair.probe else None,
            aliases=(alias,),
        )


@rule("openapi/endpoint-removed-after-deprecation", severity="safe", mirror="openapi/endpoint-added",
      aliases=("api-path-removed-with-deprecation", "api-removed-with-deprecation"))  # fmt: skip
def endpoint_removed_after_deprecation(pair: OperationPair) -> Iterator[Found]:
    """A deprecated operation is gone, and its sunset has passed.

    Why it matters: clients that did not move on get 404 or 405.
    Instead: nothing, this is how things should go; see who still calls it.
    Note: where no sunset was named at all, this is risky.
    """
    one = _removed(pair, "due", "undated")
    if one is not None:
        dated = one.lifecycle.sunset is not None
        alias = "api-path-removed-with-deprecation" if _whole_path(pair, one) else "api-removed-with-deprecation"
        yield pair.subject.found(
            f"{one.name} was removed after its sunset, {one.lifecycle.sunset}"
            if dated
            else f"{one.name}, which was deprecated without a date, was removed",
            writer=one.location,
            reader=pair.subject.sides.reader.root,
            severity=None if dated else "risky",
            aliases=(alias,),
        )


@rule("openapi/endpoint-added", severity="safe", mirror="openapi/endpoint-removed", aliases=("endpoint-added",))
def endpoint_added(pair: OperationPair) -> Iterator[Found]:
    """There is a new operation.

    Why it matters: clients may begin to use it. Where it takes over paths of a template, as ``/orders/last`` does of
    ``/orders/{id}``, other answers come to requests that were made before: that is risky.
    Instead: nothing, most additions break nobody; give what takes over a path of its own.
    """
    one = pair.only_reader
    if one is None:
        return
    sides = pair.subject.sides
    asked = "/".join("other" if templates(step) else step for step in one.path.split("/"))
    before = sides.writer.find(one.method, asked)
    if isinstance(before, Match) and before.base is not None and templates(before.operation.path):
        message = f"{one.name} was added and takes over what {before.operation.name} answered"
        found = pair.subject.found
        yield found(message, reader=one.location, writer=before.operation.location, severity="risky")
    else:
        yield pair.subject.found(f"{one.name} was added", reader=one.location, writer=sides.writer.root)


@rule("openapi/path-parameter-renamed", severity="safe", mirror="its own mirror: renaming back is the same")
def path_parameter_renamed(pair: OperationPair) -> Iterator[Found]:
    """A path parameter has another name.

    Why it matters: requests stay the same, but generated clients get another argument's name.
    Instead: nothing, unless you publish generated clients.
    """
    if pair.both:
        reader, writer = pair.both
        for new, old in zip(templates(reader.path), templates(writer.path), strict=False):
            if new != old:
                yield pair.subject.found(
                    f"The path parameter {old!r} is called {new!r}",
                    old,
                    reader=reader.path_location,
                    writer=writer.path_location,
                )


@rule("openapi/operation-id-removed", severity="risky", mirror="openapi/operation-id-added",
      aliases=("api-operation-id-removed",))  # fmt: skip
def operation_id_removed(pair: OperationPair) -> Iterator[Found]:
    """An operation lost or changed its operationId.

    Why it breaks: requests stay the same, but generated clients name their functions after it, and links use it.
    Instead: keep the operationId.
    """
    if pair.both:
        reader, writer = pair.both
        if writer.operation_id is not None and reader.operation_id != writer.operation_id:
            now = "was removed" if reader.operation_id is None else f"became {reader.operation_id!r}"
            yield pair.subject.found(
                f"The operationId {writer.operation_id!r} {now}", reader=reader.location, writer=writer.location
            )


@rule("openapi/operation-id-added", severity="safe", mirror="openapi/operation-id-removed",
      aliases=("api-operation-id-added",))  # fmt: skip
def operation_id_added(pair: OperationPair) -> Iterator[Found]:
    """An operation got an operationId.

    Why it matters: generated clients name their functions after it.
    Instead: nothing, additions break nobody.
    """
    if pair.both:
        reader, writer = pair.both
        if writer.operation_id is None and reader.operation_id is not None:
            yield pair.subject.found(
                f"The operationId {reader.operation_id!r} was added", reader=reader.location, writer=writer.location
            )


@rule("openapi/tag-removed", severity="safe", mirror="openapi/tag-added", aliases=("api-tag-removed",))
def tag_removed(pair: OperationPair) -> Iterator[Found]:
    """An operation lost a tag.

    Why it matters: requests stay the same, but generated clients put their functions into classes named after tags.
    Instead: keep the tag, if you publish generated clients.
    """
    if pair.both:
        reader, writer = pair.both
        for tag in sorted({*writer.tags} - {*reader.tags}):
            yield pair.subject.found(
                f"The tag {tag!r} was removed", tag, reader=reader.location, writer=writer.location
            )


@rule("openapi/tag-added", severity="safe", mirror="openapi/tag-removed", aliases=("api-tag-added",))
def tag_added(pair: OperationPair) -> Iterator[Found]:
    """An operation got a tag.

    Why it matters: generated clients may put their functions into other classes.
    Instead: nothing, unless you publish generated clients.
    """
    if pair.both:
        reader, writer = pair.both
        for tag in sorted({*reader.tags} - {*writer.tags}):
            yield pair.subject.found(f"The tag {tag!r} was added", tag, reader=reader.location, writer=writer.location)


@rule("openapi/endpoint-deprecated", severity="safe", mirror="openapi/endpoint-reactivated",
      aliases=("endpoint-deprecated",))  # fmt: skip
def endpoint_deprecated(pair: OperationPair) -> Iterator[Found]:
    """An operation is deprecated now.

    Why it matters: clients should move on.
    Instead: nothing, this is how things should go; name a sunset.
    """
    if pair.both:
        reader, writer = pair.both
        if reader.lifecycle.deprecated and not writer.lifecycle.deprecated:
            until = f", until {reader.lifecycle.sunset}" if reader.lifecycle.sunset else ""
            yield pair.subject.found(
                f"The operation is deprecated{until}", reader=reader.location, writer=writer.location
            )


@rule("openapi/endpoint-reactivated", severity="safe", mirror="openapi/endpoint-deprecated",
      aliases=("endpoint-reactivated",))  # fmt: skip
def endpoint_reactivated(pair: OperationPair) -> Iterator[Found]:
    """An operation is no longer deprecated.

    Why it matters: clients need not move on.
    Instead: nothing, it breaks nobody.
    """
    if pair.both:
        reader, writer = pair.both
        if writer.lifecycle.deprecated and not reader.lifecycle.deprecated:
            yield pair.subject.found(
                "The operation is no longer deprecated", reader=reader.location, writer=writer.location
            )


@rule("openapi/deprecated-without-sunset", severity="risky", mirror="one way only: no client relies on a missing date",
      aliases=("api-deprecated-sunset-missing",))  # fmt: skip
def deprecated_without_sunset(pair: OperationPair) -> Iterator[Found]:
    """An operation is deprecated now, without a day until which it stays.

    Why it breaks: nobody knows how long there is to move on, and no checker knows when it may go.
    Instead: add `x-sunset` with a day, such as 2030-12-31.
    """
    if pair.both:
        reader, writer = pair.both
        if reader.lifecycle.deprecated and not writer.lifecycle.deprecated and reader.lifecycle.sunset is None:
            yield pair.subject.found(
                "The operation is deprecated, but not until when (x-sunset)",
                reader=reader.location,
                writer=writer.location,
            )


@rule("openapi/sunset-unreadable", severity="risky", mirror="one way only: it is about the new description alone",
      aliases=("api-deprecated-sunset-parse",))  # fmt: skip
def sunset_unreadable(pair: OperationPair) -> Iterator[Found]:
    """The day of an operation's sunset is no date.

    Why it breaks: nobody knows how long there is to move on, and no checker knows when it may go.
    Instead: write it as 2030-12-31.
    """
    if pair.both:
        reader, writer = pair.both
        if unreadable(reader.lifecycle) and reader.lifecycle.sunset != writer.lifecycle.sunset:
            yield pair.subject.found(
                f"The sunset {reader.lifecycle.sunset!r} is no date", reader=reader.location, writer=writer.location
            )


@rule("openapi/sunset-removed", severity="risky", mirror="openapi/endpoint-deprecated",
      aliases=("api-sunset-deleted",))  # fmt: skip
def sunset_removed(pair: OperationPair) -> Iterator[Found]:
    """A deprecated operation no longer says until when it stays.

    Why it breaks: clients were promised that it stays until that day.
    Instead: keep the day, or take the deprecation back.
    """
    if pair.both:
        reader, writer = pair.both
        if writer.lifecycle.sunset and reader.lifecycle.deprecated and reader.lifecycle.sunset is None:
            yield pair.subject.found(
                f"The sunset {writer.lifecycle.sunset} was removed", reader=reader.location, writer=writer.location
            )


@rule("openapi/sunset-earlier", severity="risky", mirror="later is what clients like: nothing to tell",
      aliases=("api-sunset-date-changed-too-small",))  # fmt: skip
def sunset_earlier(pair: OperationPair) -> Iterator[Found]:
    """The sunset of an operation comes earlier than was said.

    Why it breaks: clients were promised that it stays until the other day.
    Instead: keep the day, or name a later one.
    """
    if pair.both:
        reader, writer = pair.both
        new, old = sunset_of(reader.lifecycle), sunset_of(writer.lifecycle)
        if new is not None and old is not None and new < old:
            yield pair.subject.found(
                f"The sunset moved from {old} to {new}", reader=reader.location, writer=writer.location
            )


@rule("openapi/stability-decreased", severity="breaking", mirror="openapi/stability-increased",
      aliases=("api-stability-decreased",))  # fmt: skip
def stability_decreased(pair: OperationPair) -> Iterator[Found]:
    """An operation is less settled than it was said to be.

    Why it breaks: whoever relies on a stable operation is no longer promised anything.
    Instead: keep `x-stability-level`, and add another operation for what is being tried.
    Note: no request proves this, since what is taken back is a promise; so there is no witness.
    """
    yield from _stability(pair, falls=True)


@rule("openapi/stability-increased", severity="safe", mirror="openapi/stability-decreased")
def stability_increased(pair: OperationPair) -> Iterator[Found]:
    """An operation is more settled than it was said to be.

    Why it matters: clients may rely on it now.
    Instead: nothing, it breaks nobody.
    """
    yield from _stability(pair, falls=False)


def _stability(pair: OperationPair, *, falls: bool) -> Iterator[Found]:
    if pair.both:
        reader, writer = pair.both
        new, old = rank(reader.lifecycle), rank(writer.lifecycle)
        if new is not None and old is not None and (new < old if falls else new > old):
            before, after = (one.lifecycle.stability or "stable" for one in (writer, reader))
            yield pair.subject.found(
                f"The stability went from {before} to {after}", reader=reader.location, writer=writer.location
            )


@rule("openapi/stability-unknown", severity="risky", mirror="one way only: it is about the new description alone",
      aliases=("api-invalid-stability-level",))  # fmt: skip
def stability_unknown(pair: OperationPair) -> Iterator[Found]:
    """The stability of an operation is none of draft, alpha, beta and stable.

    Why it breaks: no checker knows what is promised.
    Instead: write `x-stability-level` as one of draft, alpha, beta, stable.
    """
    if pair.both:
        reader, writer = pair.both
        if rank(reader.lifecycle) is None and reader.lifecycle.stability != writer.lifecycle.stability:
            yield pair.subject.found(
                f"The stability {reader.lifecycle.stability!r} is none of draft, alpha, beta and stable",
                reader=reader.location,
                writer=writer.location,
            )


OPERATION_RULES = (
    endpoint_removed,
    endpoint_removed_before_sunset,
    endpoint_removed_after_deprecation,
    endpoint_added,
    path_parameter_renamed,
    operation_id_removed,
    operation_id_added,
    tag_removed,
    tag_added,
    endpoint_deprecated,
    endpoint_reactivated,
    deprecated_without_sunset,
    sunset_unreadable,
    sunset_removed,
    sunset_earlier,
    stability_decreased,
    stability_increased,
    stability_unknown,
)
