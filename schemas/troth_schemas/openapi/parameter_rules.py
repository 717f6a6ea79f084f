"""Rules about the parameters of requests: that they are there, needed, written in some way."""

from collections.abc import Iterator, Mapping

from troth_schemas.finding import Found
from troth_schemas.openapi.lifecycles import leave
from troth_schemas.openapi.model import Parameter
from troth_schemas.openapi.pair import Pair
from troth_schemas.rule import rule

ParameterPair = Pair[Parameter]


@rule("openapi/new-required-request-parameter", severity="breaking", mirror="openapi/request-parameter-removed",
      aliases=("new-required-request-parameter",))  # fmt: skip
def new_required_request_parameter(pair: ParameterPair) -> Iterator[Found]:
    """There is a new parameter without which no request is accepted.

    Why it breaks: clients that know nothing of it leave it out and get 400.
    Instead: add it as optional, and say what counts when it is absent.
    """
    one = pair.only_reader
    if one is not None and one.required:
        yield pair.subject.of_all().found(
            f"The required {pair.subject.words} was added",
            reader=one.location,
            witness=pair.probe() if pair.probe else None,
        )


@rule("openapi/new-optional-request-parameter", severity="safe", mirror="openapi/request-parameter-removed",
      aliases=("new-optional-request-parameter",))  # fmt: skip
def new_optional_request_parameter(pair: ParameterPair) -> Iterator[Found]:
    """There is a new parameter that may be left out.

    Why it matters: clients may begin to use it.
    Instead: nothing, additions break nobody.
    """
    one = pair.only_reader
    if one is not None and not one.required:
        yield pair.subject.found(f"The optional {pair.subject.words} was added", reader=one.location)


@rule("openapi/request-parameter-removed", severity="risky", mirror="openapi/new-optional-request-parameter",
      aliases=("request-parameter-removed",))  # fmt: skip
def request_parameter_removed(pair: ParameterPair) -> Iterator[Found]:
    """A parameter is no longer known.

    Why it breaks: clients go on sending it; most servers ignore what they do not know, so the answer means something
    else, and some refuse it.
    Instead: mark it `deprecated` with an `x-sunset` date first, and remove it after that day.
    """
    one = pair.only_writer
    if one is not None and leave(one.lifecycle, pair.subject.sides.options.today) != "due":
        yield pair.subject.found(f"The {pair.subject.words} was removed", writer=one.location)


@rule("openapi/request-parameter-removed-after-deprecation", severity="safe",
      mirror="openapi/new-optional-request-parameter",
      aliases=("request-parameter-removed-with-deprecation",))  # fmt: skip
def request_parameter_removed_after_deprecation(pair: ParameterPair) -> Iterator[Found]:
    """A deprecated parameter is no longer known, and its sunset has passed.

    Why it matters: clients that still send it are ignored.
    Instead: nothing, this is how things should go.
    """
    one = pair.only_writer
    if one is not None and leave(one.lifecycle, pair.subject.sides.options.today) == "due":
        yield pair.subject.found(
            f"The {pair.subject.words} was removed after its sunset, {one.lifecycle.sunset}", writer=one.location
        )


@rule("openapi/request-parameter-became-required", severity="breaking",
      mirror="openapi/request-parameter-became-optional", aliases=("request-parameter-became-required",))  # fmt: skip
def request_parameter_became_required(pair: ParameterPair) -> Iterator[Found]:
    """A parameter that could be left out is needed now.

    Why it breaks: clients that leave it out get 400.
    Instead: keep it optional, and say what counts when it is absent.
    """
    if pair.both:
        reader, writer = pair.both
        if reader.required and not writer.required:
            yield pair.subject.of_all().found(
                f"The {pair.subject.words} became required",
                reader=reader.location,
                writer=writer.location,
                witness=pair.probe() if pair.probe else None,
            )


@rule("openapi/request-parameter-became-optional", severity="safe",
      mirror="openapi/request-parameter-became-required", aliases=("request-parameter-became-optional",))  # fmt: skip
def request_parameter_became_optional(pair: ParameterPair) -> Iterator[Found]:
    """A parameter that was needed may be left out now.

    Why it matters: clients may leave it out.
    Instead: nothing, it breaks nobody.
    """
    if pair.both:
        reader, writer = pair.both
        if writer.required and not reader.required:
            yield pair.subject.found(
                f"The {pair.subject.words} became optional", reader=reader.location, writer=writer.location
            )


@rule(
    "openapi/request-parameter-serialization-changed",
    severity="breaking",
    mirror="openapi/response-header-serialization-changed",
)
def request_parameter_serialization_changed(pair: ParameterPair) -> Iterator[Found]:
    """A parameter's value is written in another way: `style`, `explode`, `collectionFormat`, or as a media type.

    Why it breaks: what clients write is read as something else.
    Instead: keep the way of writing, and add another parameter for the new one.
    Note: it is told only for arrays, objects and media types; a single value is written the same in most styles.
    """
    yield from _serialization(pair)


@rule(
    "openapi/response-header-serialization-changed",
    severity="breaking",
    mirror="openapi/request-parameter-serialization-changed",
)
def response_header_serialization_changed(pair: ParameterPair) -> Iterator[Found]:
    """A response header's value is written in another way: `explode`, `collectionFormat`, or as a media type.

    Why it breaks: clients read something else in what is written.
    Instead: keep the way of writing, and add another header for the new one.
    """
    yield from _serialization(pair)


def _serialization(pair: ParameterPair) -> Iterator[Found]:
    if pair.both:
        reader, writer = pair.both
        new, old = _written(reader), _written(writer)
        if new != old:
            yield pair.subject.found(
                f"The {pair.subject.words} is written as {new}, not as {old}",
                reader=reader.location,
                writer=writer.location,
            )


def _written(one: Parameter) -> str:
    if one.content:
        return one.content[0].type
    if _is_plain(one):
        return one.style if one.style in ("label", "matrix") else "a single value"
    exploded = " exploded" if one.explode else ""
    return f"{one.style}{exploded}"


def _is_plain(one: Parameter) -> bool:
    """Whether a value surely is no array and no object."""
    if one.schema is None:
        return True
    documents, here = one.schema.documents, one.schema.location
    for _ in range(10):
        value = documents.value(here)
        reference = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(reference, str):
            break
        try:
            here = documents.resolve(here.document, reference)
        except LookupError:
            return True
    return not isinstance(value, dict) or not _may_be_compound(value.get("type"), value)


def _may_be_compound(kind: object, value: Mapping[str, object]) -> bool:
    kinds = kind if isinstance(kind, list) else [kind]
    return "array" in kinds or "object" in kinds or (kind is None and ("items" in value or "properties" in value))


@rule("openapi/request-parameter-reserved-characters-refused", severity="risky",
      mirror="openapi/request-parameter-empty-value-refused")  # fmt: skip
def request_parameter_reserved_characters_refused(pair: ParameterPair) -> Iterator[Found]:
    """A parameter's value may no longer hold reserved characters as they are (`allowReserved`).

    Why it breaks: clients that send `/`, `?` or `&` unescaped are understood in another way.
    Instead: keep `allowReserved`.
    """
    if pair.both:
        reader, writer = pair.both
        if writer.allow_reserved and not reader.allow_reserved:
            yield pair.subject.found(
                f"The {pair.subject.words} no longer takes reserved characters",
                reader=reader.location,
                writer=writer.location,
            )


@rule("openapi/request-parameter-empty-value-refused", severity="risky",
      mirror="openapi/request-parameter-reserved-characters-refused")  # fmt: skip
def request_parameter_empty_value_refused(pair: ParameterPair) -> Iterator[Found]:
    """A parameter may no longer be sent without a value (`allowEmptyValue`).

    Why it breaks: clients that send `?flag` or `?flag=` may be refused.
    Instead: keep `allowEmptyValue`.
    """
    if pair.both:
        reader, writer = pair.both
        if writer.allow_empty and not reader.allow_empty:
            yield pair.subject.found(
                f"The {pair.subject.words} no longer may be empty", reader=reader.location, writer=writer.location
            )


@rule("openapi/request-parameter-deprecated", severity="safe", mirror="openapi/request-parameter-reactivated",
      aliases=("request-parameter-deprecated",))  # fmt: skip
def request_parameter_deprecated(pair: ParameterPair) -> Iterator[Found]:
    """A parameter is deprecated now.

    Why it matters: clients should do without it.
    Instead: nothing, this is how things should go.
    """
    if pair.both:
        reader, writer = pair.both
        if reader.lifecycle.deprecated and not writer.lifecycle.deprecated:
            yield pair.subject.found(
                f"The {pair.subject.words} is deprecated", reader=reader.location, writer=writer.location
            )


@rule("openapi/request-parameter-reactivated", severity="safe", mirror="openapi/request-parameter-deprecated",
      aliases=("request-parameter-reactivated",))  # fmt: skip
def request_parameter_reactivated(pair: ParameterPair) -> Iterator[Found]:
    """A parameter is no longer deprecated.

    Why it matters: clients may go on using it.
    Instead: nothing, it breaks nobody.
    """
    if pair.both:
        reader, writer = pair.both
        if writer.lifecycle.deprecated and not reader.lifecycle.deprecated:
            yield pair.subject.found(
                f"The {pair.subject.words} is no longer deprecated", reader=reader.location, writer=writer.location
            )


@rule("openapi/response-header-removed", severity="breaking", mirror="openapi/new-required-request-parameter",
      aliases=("required-response-header-removed", "optional-response-header-removed"))  # fmt: skip
def response_header_removed(pair: ParameterPair) -> Iterator[Found]:
    """A header of an answer is gone.

    Why it breaks: clients that read it find nothing.
    Instead: go on sending it.
    Note: a header that was never promised (not required) is only risky to lose.
    """
    one = pair.only_writer
    if one is not None:
        kind = "required" if one.required else "optional"
        yield pair.subject.found(
            f"The {kind} {pair.subject.words} was removed",
            writer=one.location,
            severity=None if one.required else "risky",
            witness=pair.probe() if one.required and pair.probe else None,
            aliases=(f"{kind}-response-header-removed",),
        )


@rule("openapi/response-header-added", severity="safe", mirror="openapi/response-header-removed",
      aliases=("response-header-added",))  # fmt: skip
def response_header_added(pair: ParameterPair) -> Iterator[Found]:
    """There is a new header in an answer.

    Why it matters: clients may begin to read it.
    Instead: nothing, clients ignore headers that they do not know.
    """
    one = pair.only_reader
    if one is not None:
        yield pair.subject.found(f"The {pair.subject.words} was added", reader=one.location)


@rule("openapi/response-header-became-optional", severity="breaking",
      mirror="openapi/request-parameter-became-required",
      aliases=("response-header-became-optional",))  # fmt: skip
def response_header_became_optional(pair: ParameterPair) -> Iterator[Found]:
    """A header that every answer had may be absent now.

    Why it breaks: clients that rely on it find nothing.
    Instead: go on sending it always.
    """
    if pair.both:
        reader, writer = pair.both
        if writer.required and not reader.required:
            yield pair.subject.found(
                f"The {pair.subject.words} became optional",
                reader=reader.location,
                writer=writer.location,
                witness=pair.probe() if pair.probe else None,
            )


@rule("openapi/response-header-became-required", severity="safe", mirror="openapi/request-parameter-became-optional",
      aliases=("response-header-became-required",))  # fmt: skip
def response_header_became_required(pair: ParameterPair) -> Iterator[Found]:
    """A header that could be absent is in every answer now.

    Why it matters: clients may rely on it.
    Instead: nothing, it breaks nobody.
    """
    if pair.both:
        reader, writer = pair.both
        if reader.required and not writer.required:
            yield pair.subject.found(
                f"The {pair.subject.words} became required", reader=reader.location, writer=writer.location
            )


PARAMETER_RULES = (
    new_required_request_parameter,
    new_optional_request_parameter,
    request_parameter_removed,
    request_parameter_removed_after_deprecation,
    request_parameter_became_required,
    request_parameter_became_optional,
    request_parameter_serialization_changed,
    request_parameter_reserved_characters_refused,
    request_parameter_empty_value_refused,
    request_parameter_deprecated,
    request_parameter_reactivated,
)
HEADER_RULES = (
    response_header_removed,
    response_header_added,
    response_header_became_optional,
    response_header_became_required,
    response_header_serialization_changed,
)
