"""Which call a contract knows: a pure look-up over the pages of all contracts."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from troth_schemas.json_body import Json
from troth_schemas.protobuf.elements import Method
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.trees import tree
from troth_verifiers.stub.asked import Asked, Known, Refused, Reply
from troth_verifiers.stub.faults import CODES
from troth_verifiers.stub.generating import Unmade
from troth_verifiers.stub.grpc.pages import Answer, Call, Page

STATE: Final = "x-troth-state"
_MOST_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Found:
    """The page that a call is, and its requests."""

    page: Page
    messages: tuple[Any, ...]


class GrpcBook:
    """The calls that contracts know; of several that fit, the first whose state is asked for, else the first."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages: dict[str, list[Page]] = {}
        for page in pages:
            known = self._pages.setdefault(page.method.full_name, [])
            if page.requests is not None or not known:  # what is made up is for methods of which nothing is said
                known.append(page)

    @property
    def titles(self) -> tuple[str, ...]:
        """What it can answer."""
        return tuple(page.title for pages in self._pages.values() for page in pages)

    @property
    def schemas(self) -> tuple[Schema, ...]:
        """The schemas of its contracts, each once."""
        return tuple({id(one.schema): one.schema for pages in self._pages.values() for one in pages}.values())

    @property
    def services(self) -> tuple[str, ...]:
        """The services by their full names."""
        return tuple(sorted({name.partition("/")[0] for name in self._pages}))

    def method(self, name: str) -> Method | None:
        """A method by ``package.Service/Method``; None where no contract knows it."""
        pages = self._pages.get(name)
        return pages[0].method if pages else None

    def look_up(self, call: Call) -> Found | Refused:
        """The page of a whole call, or why there is none."""
        wrong: list[tuple[str, tuple[str, ...]]] = []
        for page in self._candidates(call):
            reasons = tuple(page.differences(call))
            if not reasons:
                return Found(page, tuple(map(page.message, call.requests)))
            wrong.append((page.title, reasons))
        asked = self.asked(call)
        if call.method not in self._pages:
            return Refused(asked, why=f"No contract knows the method {call.method}{self._similar(call.method)}.")
        return Refused(asked, tuple(sorted(wrong, key=lambda one: len(one[1]))[:_MOST_TOLD]))

    def beginnings(self, call: Call) -> list[Page]:
        """The pages that a call may become of which no request has come yet."""
        return list(self._candidates(call))

    def asked(self, call: Call) -> Asked:
        """A call as the record has it."""
        content = json.dumps(list(self._shown(call)), ensure_ascii=False).encode()
        return Asked("POST", f"/{call.method}", call.metadata, content, "grpc")

    def known(self, call: Call, found: Found) -> tuple[Answer, Known] | Refused:
        """The answer of a page with what the record keeps of it."""
        asked = self.asked(call)
        try:
            answer = found.page.answer(found.messages)
        except (Unmade, ValueError) as problem:
            return Refused(asked, why=f"The answer of {found.page.title!r} cannot be made. {problem}")
        headers = tuple(
            (name, value if isinstance(value, str) else value.hex())
            for name, value in (*answer.initial, *answer.trailing)
        )
        content = json.dumps(list(answer.shown), ensure_ascii=False).encode()
        return answer, Known(asked, found.page.title, Reply(CODES.index(answer.code), headers, content))

    def _candidates(self, call: Call) -> Iterator[Page]:
        state = call.named(STATE)
        for page in self._pages.get(call.method, ()):
            if not state or state in page.states or page.requests is None:
                yield page

    def _shown(self, call: Call) -> Iterator[Json]:
        pages = self._pages.get(call.method)
        try:
            yield from (tree(pages[0].message(one)) for one in call.requests) if pages else ()
        except ValueError:
            yield from (one.hex() for one in call.requests)

    def _similar(self, method: str) -> str:
        near = get_close_matches(method, self._pages, n=3, cutoff=0.8)
        return f"; similar are {', '.join(near)}" if near else ""
