"""What bodies of pacts and schemas say of each other, against libraries that validate: every yes and no is borne out.

A *yes* to what is sent means that it is valid; to what is expected, that something valid can come which has all that
the consumer relies on, perhaps with more members. A *no* means that it is not valid, or that nothing like it can come.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator

from tests.schemas.jsonschema.strategies import NAMES, OPENAPI, instances, schemas, values
from troth_schemas.documents import Documents, Location
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import Dialect, SchemaAt, View, completed
from troth_schemas.jsonschema.fitting import extends
from troth_schemas.options import DEFAULT
from troth_schemas.pact.matchers import Matcher, RuleList
from troth_schemas.pact.rules import Rules
from troth_schemas.pact.shape import opened, shape
from troth_schemas.pairs.pact_bodies import SENT, Body, Verdict, read, sent

unhurried = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
SEEN_IN_PART = View(required=False, access="response")
"""As a consumer reads, with members that nobody declares let in: the libraries know no such rule."""
MORE: tuple[Json, ...] = (0, 1, "a", "1", None, {}, [])
_MOST_TRIED = 4_000

Asked = Callable[[Json], bool]


def at(schema: Json, dialect: Dialect = "2020-12") -> SchemaAt:
    return SchemaAt(Documents.of("schema", schema), Location("schema"), dialect)


def exactly(value: Json) -> Body:
    return Body.of(value, shape(value), ruled=False)


def grown(value: Json, left: int = 2) -> Iterator[Json]:
    """The value, and the same with more members in its objects; the plainest first."""
    yield value
    if isinstance(value, dict) and left:
        for name, inner in value.items():
            yield from ({**value, name: more} for more in islice(grown(inner, left), 1, None))
        for name in (*NAMES, "x", "other", "e"):
            if name not in value:
                for more in MORE:
                    yield from grown({**value, name: more}, left - 1)
    elif isinstance(value, list) and left:
        for index, inner in enumerate(value):
            yield from ([*value[:index], more, *value[index + 1 :]] for more in islice(grown(inner, left), 1, None))


def said_yes(verdict: Verdict) -> bool:
    return not (verdict.wrong or verdict.doubt or verdict.uncovered)


def comes(schema: SchemaAt, value: Json, is_valid: Asked) -> tuple[Json] | None:
    """Something valid that is a value, perhaps with more; made by brute force, and by what is tried here as a guess."""
    guess = completed(schema, at(opened(shape(value))), value, DEFAULT, SEEN_IN_PART).value
    tried = [*(guess or ()), *islice(grown(value), _MOST_TRIED)]
    return next(((one,) for one in tried if extends(one, value) and is_valid(one)), None)


def check_expected(schema: Json, value: Json, is_valid: Asked, dialect: Dialect = "2020-12") -> str:
    there = at(schema, dialect)
    verdict = read(exactly(value), there, DEFAULT, SEEN_IN_PART)
    found = comes(there, value, is_valid)
    said = f"{verdict}\nschema {schema}\nexpected {value}\ncomes {found}"
    if said_yes(verdict):
        assert found is not None, said
        return "yes"
    if verdict.wrong:
        assert found is None, said
        return "no"
    return "open"


def check_sent(schema: Json, value: Json, is_valid: Asked, dialect: Dialect = "2020-12") -> None:
    verdict = sent(exactly(value), at(schema, dialect), DEFAULT, SENT)
    assert bool(verdict.wrong) == (not is_valid(value)), f"{verdict}\nschema {schema}\nsent {value}"
    for one in verdict.wrong:
        assert one.witness is None or not is_valid(one.witness[0]), f"{one}\nschema {schema}"


@st.composite
def bodies(draw: st.DrawFn, schema: Any) -> Json:
    """A value near a schema, with some of its members left out."""
    value: Json = draw(instances(schema)) if draw(st.integers(0, 4)) else draw(values)
    return _thinned(draw, value)


def _thinned(draw: st.DrawFn, value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _thinned(draw, one) for name, one in value.items() if draw(st.integers(0, 3))}
    if isinstance(value, list):
        return [_thinned(draw, one) for one in value]
    return value


_LEAVES = st.sampled_from(
    [{"type": "integer"}, {"type": "number"}, {"type": "string"}, {"enum": ["a", 1]}, {"type": ["integer", "null"]}, {}]
)
_RECORDS = st.fixed_dictionaries(
    {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from(NAMES), _LEAVES, min_size=1)},
    optional={
        "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
        "additionalProperties": st.just(False) | _LEAVES,
    },
)
_SHARING = st.lists(_LEAVES, min_size=2, max_size=3) | st.lists(_RECORDS, min_size=2, max_size=3)
OVERLAPPING: st.SearchStrategy[Any] = _SHARING.map(lambda found: {"oneOf": found})
"""Alternatives that have much in common, as it is hardly ever by chance."""


@unhurried
@given(
    OVERLAPPING
    | OVERLAPPING.map(lambda found: {"properties": {"id": found}})
    | OVERLAPPING.map(lambda found: {"items": found}),
    st.data(),
)
def test_what_is_said_of_bodies_and_alternatives_is_borne_out(schema: Any, data: st.DataObject) -> None:
    value = data.draw(bodies(schema))
    is_valid = jsonschema.Draft202012Validator(schema).is_valid
    check_sent(schema, value, is_valid)
    check_expected(schema, value, is_valid)


@unhurried
@given(schemas, st.data())
def test_what_is_said_of_bodies_and_any_keyword_is_borne_out(schema: Any, data: st.DataObject) -> None:
    value = data.draw(bodies(schema))
    is_valid = jsonschema.Draft202012Validator(schema).is_valid
    check_sent(schema, value, is_valid)
    check_expected(schema, value, is_valid)


@unhurried
@given(OPENAPI, st.data())
def test_what_is_said_of_bodies_and_schemas_of_openapi_is_borne_out(schema: Any, data: st.DataObject) -> None:
    value = data.draw(bodies(schema))
    check_sent(schema, value, OAS30WriteValidator(schema).is_valid, "openapi-3.0")
    check_expected(schema, value, OAS30ReadValidator(schema).is_valid, "openapi-3.0")


MATCHERS = {
    str: [Matcher("type"), Matcher("regex", "a|b"), Matcher("regex", "^a+$"), Matcher("equality")],
    int: [Matcher("type"), Matcher("integer"), Matcher("number"), Matcher("equality")],
    float: [Matcher("type"), Matcher("decimal"), Matcher("number")],
}
"""What consumers ask of a scalar; of anything else, that it is of its type."""


@st.composite
def ruled(draw: st.DrawFn, value: Json) -> Body:
    """A body with a few rules for what is in it."""
    inner = value if isinstance(value, dict) else {}
    chosen = draw(st.lists(st.sampled_from([None, *inner]), min_size=1, max_size=2, unique=True))
    places = [((), value) if name is None else ((name,), inner[name]) for name in chosen]
    known = [(path, MATCHERS.get(type(one), [Matcher("type")])) for path, one in places]
    rules = Rules.of([(path, RuleList((draw(st.sampled_from(several)),))) for path, several in known])
    return Body.of(value, shape(value, rules), ruled=True)


@unhurried
@given(schemas | OVERLAPPING, st.data())
def test_what_is_said_of_expected_bodies_with_rules_is_borne_out(schema: Any, data: st.DataObject) -> None:
    body = data.draw(ruled(data.draw(bodies(schema))))
    there = at(schema)
    verdict = read(body, there, DEFAULT, SEEN_IN_PART)
    relied_on: Any = opened(body.shape)
    provider, consumer = jsonschema.Draft202012Validator(schema), jsonschema.Draft202012Validator(relied_on)
    guess = completed(there, at(relied_on), body.value, DEFAULT, SEEN_IN_PART).value
    tried = [*(guess or ()), *islice(grown(body.value), _MOST_TRIED)]
    found = next(((one,) for one in tried if consumer.is_valid(one) and provider.is_valid(one)), None)
    said = f"{verdict}\nschema {schema}\nexpected {body}\ncomes {found}"
    if said_yes(verdict) and consumer.is_valid(body.value):
        assert found is not None, said
    if verdict.wrong:
        assert found is None, said


@unhurried
@given(schemas, st.data())
def test_what_is_said_of_sent_bodies_with_rules_is_borne_out(schema: Any, data: st.DataObject) -> None:
    body = data.draw(ruled(data.draw(bodies(schema))))
    verdict = sent(body, at(schema), DEFAULT, SENT)
    provider, consumer = jsonschema.Draft202012Validator(schema), jsonschema.Draft202012Validator(body.shape)
    if said_yes(verdict):
        for _ in range(6):
            value = data.draw(instances(body.shape))
            assert provider.is_valid(value) or not consumer.is_valid(value), f"{schema}\nsent {body}\nsuch as {value}"
    for one in (*verdict.wrong, *verdict.doubt):
        if one.witness is not None:
            assert not provider.is_valid(one.witness[0]), f"{one}\nschema {schema}\nsent {body}"
