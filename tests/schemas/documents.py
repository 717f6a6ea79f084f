"""Documents for laws: any JSON, and any pact from the sound to the strange."""

from hypothesis import strategies as st

from troth_schemas.json_body import Document, Json

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
scalars: st.SearchStrategy[Json] = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
)
values: st.SearchStrategy[Json] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8
)

_some_texts: st.SearchStrategy[Json] = st.sampled_from(["", "a", "b", "an order exists", "/orders"])
_words = st.sampled_from(["", "a", "b"])
_state: st.SearchStrategy[Json] = st.fixed_dictionaries({"name": _some_texts}, optional={"params": values})
_states: st.SearchStrategy[Json] = st.lists(_some_texts | _state | scalars, max_size=2)
_parties = st.fixed_dictionaries({}, optional={"name": scalars}) | scalars
_requests = st.fixed_dictionaries(
    {}, optional={"method": _some_texts, "path": _some_texts, "query": values, "headers": values, "body": values}
)


def _but_sometimes_anything(usual: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.one_of(usual, usual, usual, values)


elements: st.SearchStrategy[Json] = _but_sometimes_anything(
    st.fixed_dictionaries(
        {},
        optional={
            "description": _some_texts | scalars,
            "providerState": _some_texts | scalars,
            "providerStates": _but_sometimes_anything(_states),
            "type": st.sampled_from(
                ["Synchronous/HTTP", "Asynchronous/Messages", "Synchronous/Messages", "Carrier/Pigeon", None, 1]
            ),
            "request": _but_sometimes_anything(_requests),
            "response": values,
            "contents": values,
            "_id": _some_texts | scalars,
            "key": scalars,
            "pending": scalars,
            "comments": values,
            "pluginConfiguration": st.dictionaries(_words, values, max_size=2) | scalars,
        },
    )
)
sections: st.SearchStrategy[Json] = _but_sometimes_anything(st.lists(elements, max_size=4))
metadata: st.SearchStrategy[Json] = _but_sometimes_anything(
    st.fixed_dictionaries(
        {},
        optional={
            "pactSpecification": st.fixed_dictionaries({"version": st.sampled_from(["2.0.0", "4.0"]) | scalars}),
            "plugins": st.lists(st.fixed_dictionaries({"name": _some_texts}) | scalars, max_size=2),
        },
    )
)
pacts: st.SearchStrategy[Document] = st.fixed_dictionaries(
    {},
    optional={
        "consumer": _parties,
        "provider": _parties,
        "interactions": sections,
        "messages": sections,
        "metadata": metadata,
    },
)


def http(description: str = "a request", /, **members: Json) -> Document:
    """A sound HTTP interaction; ``members`` replace or join its own."""
    request: Document = {"method": "GET", "path": "/orders"}
    return {"description": description, "request": request, "response": {"status": 200}, **members}


def pact(*interactions: Json, **members: Json) -> Document:
    """A sound V3 pact of these interactions."""
    return {
        "consumer": {"name": "Shop"},
        "provider": {"name": "Orders"},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
        **members,
    }


V4: Document = {"pactSpecification": {"version": "4.0"}}
