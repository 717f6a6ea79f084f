"""Which call a contract knows: a pure look-up over the pages of all contracts."""

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.protobuf.elements import Method
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.statuses import CODES
from troth_schemas.protobuf.trees import tree
from troth_verifiers.stub.asked import Asked, Known, Refused, Reply
from troth_verifiers.stub.generating import Unmade
from troth_verifiers.stub.grpc.index import Index
from troth_verifiers.stub.grpc.pages import Answer, Call, Page

_MOST_TOLD: Final = 3
_MOST_COMPARED: Final = 20
"""Pages whose differences from a call that none knows are looked for, the nearest at first sight."""


class GrpcBook:
    """The calls that contracts know; of several that fit, the first whose state is asked for, else the first."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages: dict[str, list[Page]] = {}
        for page in sorted(pages, key=lambda one: one.requests is None):
            known = self._pages.setdefault(page.method.full_name, [])
            if page.requests is not None or not known:  # what is made up is for methods of which nothing is said
                known.append(page)
        self._indexes = {name: Index(known) for name, known in self._pages.items()}

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

    def look_up(self, call: Call) -> tuple[Answer, Known] | Refused:
        """The answer to a whole call with what the record keeps of it, or why there is none."""
        index, asked = self._indexes.get(call.method), self.asked(call)
        if index is None:
            return Refused(asked, why=f"No contract knows the method {call.method}{self._similar(call.method)}.")
        for page in index.may_be(call):
            if not any(page.differences(call)):
                return self._known(asked, page, call)
        wrong = ((page.title, tuple(page.differences(call))) for page in index.nearest(call, _MOST_COMPARED))
        return Refused(asked, tuple(sorted(wrong, key=lambda one: len(one[1]))[:_MOST_TOLD]))

    def beginnings(self, call: Call) -> list[Page]:
        """The pages that a call may become of which no request has come yet."""
        return [page for page in self._pages.get(call.method, ()) if not page.state_trouble(call)]

    def narrowed(self, pages: Sequence[Page], call: Call) -> list[Page]:
        """Those pages that a call may still become after its last request."""
        last = len(call.requests) - 1
        return [page for page in pages if not any(page.differences_at(call, last))]

    def asked(self, call: Call) -> Asked:
        """A call as the record has it."""
        content = json.dumps(self._shown(call), ensure_ascii=False).encode()
        return Asked("POST", f"/{call.method}", call.metadata, content, "grpc")

    def _known(self, asked: Asked, page: Page, call: Call) -> tuple[Answer, Known] | Refused:
        try:
            answer = page.answer(page.messages(call))
        except (Unmade, ValueError) as problem:
            return Refused(asked, why=f"The answer of {page.title!r} cannot be made. {problem}")
        headers = tuple(
            (name, value if isinstance(value, str) else value.hex())
            for name, value in (*answer.initial, *answer.trailing)
        )
        content = json.dumps(list(answer.shown), ensure_ascii=False).encode()
        return answer, Known(asked, page.title, Reply(CODES.index(answer.code), headers, content))

    def _shown(self, call: Call) -> list[Json]:
        pages = self._pages.get(call.method)
        try:
            return [tree(one) for one in pages[0].messages(call)] if pages else []
        except ValueError:
            return [one.hex() for one in call.requests]

    def _similar(self, method: str) -> str:
        near = get_close_matches(method, self._pages, n=3, cutoff=0.8)
        return f"; similar are {', '.join(near)}" if near else ""
