"""What a pact's address remembers survives the round trip, and nothing that stands in its place can do harm."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth_broker.core.metadata import Metadata, SelectedBy, decode, encode, remember
from troth_broker.core.nested_query import BadQuery, join_pairs, nest, split_pairs
from troth_broker.core.selection import Reason, Why

names = st.text(min_size=1, max_size=8).filter(str.isprintable)
maybe = st.none() | names
selected_by = st.builds(SelectedBy, version=names, branch=maybe, tag=maybe, latest=st.booleans(), environment=maybe)
selections = st.builds(
    Metadata, selectors=st.lists(selected_by, max_size=4).map(tuple), pending=st.none() | st.booleans()
)
webhooks = st.builds(Metadata, wip=st.booleans(), version=names, version_tags=st.lists(names, max_size=3).map(tuple))


def segment(query: str) -> str:
    return base64.urlsafe_b64encode(query.encode()).decode().rstrip("=")


@given(selections | webhooks)
def test_what_is_encoded_is_decoded(metadata: Metadata) -> None:
    text = encode(metadata)
    assert decode(text) == metadata
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(selections | webhooks, st.integers(0, 60))
def test_a_segment_cut_off_anywhere_is_read_as_far_as_it_goes_or_not_at_all(metadata: Metadata, cut: int) -> None:
    assert isinstance(decode(encode(metadata)[:cut]), Metadata)


@given(st.text(max_size=40))
def test_any_text_is_decoded_without_an_error(text: str) -> None:
    assert isinstance(decode(text), Metadata)


@given(st.text(alphabet="swpcvnbtle[]=&%5BD01 +", max_size=60))
def test_any_query_is_decoded_without_an_error(query: str) -> None:
    assert isinstance(decode(segment(query)), Metadata)


def test_the_address_of_a_selected_pact_names_branch_tag_environment_and_version() -> None:
    reasons = (
        Reason(Why.MAIN_BRANCH, "main", "1"),
        Reason(Why.LATEST_TAG, "prod", "2"),
        Reason(Why.TAG, "dev", "3"),
        Reason(Why.DEPLOYED, "live", "4", instance="a"),
        Reason(Why.DEPLOYED, "live", "4", instance="b"),
        Reason(Why.LATEST, "", "5"),
    )
    text = base64.urlsafe_b64decode(encode(remember(reasons, False)) + "==").decode()
    assert split_pairs(text) == [
        ("s[][cvn]", "1"),
        ("s[][b]", "main"),
        ("s[][l]", "true"),
        ("s[][cvn]", "2"),
        ("s[][t]", "prod"),
        ("s[][l]", "true"),
        ("s[][cvn]", "3"),
        ("s[][t]", "dev"),
        ("s[][cvn]", "4"),
        ("s[][e]", "live"),
        ("s[][cvn]", "5"),
        ("s[][l]", "true"),
        ("p", "false"),
    ]
    assert "[" not in text


def test_the_address_of_work_in_progress_remembers_only_that() -> None:
    assert base64.urlsafe_b64decode(encode(Metadata(wip=True, pending=True)) + "==") == b"w=true"


def test_the_versions_that_an_address_is_about_are_each_named_once() -> None:
    metadata = Metadata(selectors=(SelectedBy("1"), SelectedBy("2"), SelectedBy("1"), SelectedBy(None)), version="3")
    assert metadata.versions == ("1", "2", "3")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (base64.b64encode(b"w=true&cvn=1%2F2??>").decode(), Metadata(wip=True, version="1/2??>")),
        (segment("s[][t]=prod&s[][l]=true&s[][cv]=10"), Metadata((SelectedBy(tag="prod", latest=True),))),
        (segment("cvt[]=a&cvt[]=b&cvn=7"), Metadata(version="7", version_tags=("a", "b"))),
        (segment("p=maybe&w=yes&s=1&cvt=x&cvn[]=1"), Metadata()),
        (segment("cvn=1&cvn[]=2"), Metadata()),
        (segment("cvn=a%00b"), Metadata()),
        (segment("&&=x"), Metadata()),
        ("!!!", Metadata()),
        ("", Metadata()),
        ("A", Metadata()),
        ("_w", Metadata()),
    ],
)
def test_other_peoples_segments_are_read_as_far_as_they_make_sense(text: str, found: Metadata) -> None:
    assert decode(text) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("a=1&b=2&a=3", {"a": "3", "b": "2"}),
        ("a", {"a": ""}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a[b]=1&a[c]=2", {"a": {"b": "1", "c": "2"}}),
        ("a[][b]=1&a[][c]=2&a[][b]=3", {"a": [{"b": "1", "c": "2"}, {"b": "3"}]}),
        ("a[]b=1&a[]c=2", {"a": [{"b": "1", "c": "2"}]}),
        ("a[][b][c]=1&a[][b][d]=2&a[][b][c]=3", {"a": [{"b": {"c": "1", "d": "2"}}, {"b": {"c": "3"}}]}),
        ("a[][b][]=1&a[][b][]=2", {"a": [{"b": ["1", "2"]}]}),
        ("a%5B%5D%5Bb%5D=x+y", {"a": [{"b": "x y"}]}),
        ("a[=1", {"a": "1"}),
    ],
)
def test_a_nested_query_follows_racks_grammar(query: str, found: object) -> None:
    assert nest(split_pairs(query)) == found


@pytest.mark.parametrize("query", ["a=1&a[]=2", "a=1&a[b]=2", "a[]=1&a[b]=2", "a" + "[b]" * 40 + "=1"])
def test_a_query_that_contradicts_itself_or_goes_too_deep_is_refused(query: str) -> None:
    with pytest.raises(BadQuery, match="parameter"):
        nest(split_pairs(query))


@given(st.lists(st.tuples(names, st.text(max_size=8)), max_size=5))
def test_joined_pairs_split_into_the_same_pairs(pairs: list[tuple[str, str]]) -> None:
    assert split_pairs(join_pairs(pairs)) == pairs
