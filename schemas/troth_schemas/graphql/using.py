"""Operations that use a directive, where operations may."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.graphql.model import Directive

EXECUTABLE: Final = {
    "FIELD": "query{variables} {{ __typename {used} }}",
    "QUERY": "query{variables} {used} {{ __typename }}",
    "INLINE_FRAGMENT": "query{variables} {{ ... {used} {{ __typename }} }}",
    "MUTATION": "mutation{variables} {used} {{ __typename }}",
    "SUBSCRIPTION": "subscription{variables} {used} {{ __typename }}",
    "FRAGMENT_SPREAD": "query{variables} {{ ...Some {used} }} fragment Some on {root} {{ __typename }}",
    "FRAGMENT_DEFINITION": "query{variables} {{ ...Some }} fragment Some on {root} {used} {{ __typename }}",
    "VARIABLE_DEFINITION": "query($on: Boolean! {used}) {{ __typename @skip(if: $on) }}",
}
"""Where operations may use directives, and an operation that does."""


def with_directive(
    one: Directive,
    arguments: str = "",
    variables: str = "",
    root: str = "Query",
    only: str | None = None,
    times: int = 1,
) -> Iterator[str]:
    """An operation for each place of a directive where operations may use it."""
    used = " ".join([f"@{one.name}{arguments}"] * times)
    given = f" Witness({variables})" if variables else ""
    for location in one.locations if only is None else (only,):
        if location in EXECUTABLE:
            yield EXECUTABLE[location].format(used=used, variables=given, root=root)
