"""Requests made up from a description: schemathesis writes them, hypothesis searches for the smallest that goes wrong.

The same seed makes the same requests, and a request that was asked is not asked again: the search remembers the answer,
so it ends the same way whatever the provider remembers.
"""

import hashlib
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import HypothesisException
from schemathesis import GenerationMode

from troth_schemas.json_body import Document
from troth_verifiers.errors import EngineError
from troth_verifiers.openapi.asking import Asked, Meant
from troth_verifiers.openapi.described import ORIGIN

_MODES: Final[dict[Meant, GenerationMode]] = {"valid": GenerationMode.POSITIVE, "invalid": GenerationMode.NEGATIVE}
_FURTHER: Final = 150
"""How many requests more may be sent to make a failing one smaller."""
_NOISE: Final = frozenset(
    {"user-agent", "accept-encoding", "accept", "connection", "content-length", "x-schemathesis-testcaseid"}
)
_SENT: Final = frozenset({"method", "url", "headers", "params", "data", "json", "files", "cookies"})
_BOUNDARY: Final = re.compile(r"^multipart/[^;]+;.*\bboundary=([\w-]+)")
_OWN_BOUNDARY: Final = "troth-part-of-the-form"
"""In the place of one by chance, so that the same seed makes the same request."""

Ask = Callable[[str, tuple[tuple[str, str], ...], bytes, Meant], Asked | None]
"""Asks for a path with its query, with headers and a body; None where HTTP cannot carry it. It may raise `Over`."""


Parts = tuple[str, tuple[tuple[str, str], ...], bytes]
"""The path with its query, the headers and the body of a request."""


class Over(BaseException):
    """Ends a search from inside: not a failure that hypothesis would look into."""


class _Wrong(Exception):
    """A request that went wrong; hypothesis tells failures apart by their class."""


@dataclass
class Search:
    """A search through the requests of one operation. `asked` are the requests that were sent, in their order."""

    ask: Ask
    asked: list[Asked] = field(default_factory=list)
    _known: dict[tuple[object, ...], Asked | None] = field(default_factory=dict)
    _smallest: dict[str, Asked] = field(default_factory=dict)
    _classes: dict[str, type[_Wrong]] = field(default_factory=dict)

    def run(self, document: Document, *, meant: Meant, cases: int, number: int) -> tuple[Asked, ...]:
        """Ask `cases` requests and return the smallest of each kind that went wrong.

        Raises EngineError where none can be made up from the description.
        """
        before = {(_kind(one), one.valid) for one in self._smallest.values()}
        self._smallest.clear()
        most = len(self.asked) + cases + _FURTHER
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                strategy = _strategy(document, _MODES[meant])
                if strategy is not None:
                    self._search(strategy, meant, cases, number, most)
        except (HypothesisException, schemathesis.errors.SchemathesisError) as error:
            if not self.asked:
                raise EngineError(f"No requests can be made up from the description: {_first_line(error)}") from error
        return tuple(one for one in self.smallest if (_kind(one), one.valid) not in before)

    @property
    def smallest(self) -> tuple[Asked, ...]:
        """The smallest requests that went wrong in the last run, as far as it came."""
        return tuple(self._smallest.values())

    def _search(self, strategy: Any, meant: Meant, cases: int, number: int, most: int) -> None:
        @seed(number)
        @settings(
            max_examples=cases,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
            print_blob=False,
            report_multiple_bugs=True,
        )
        @given(strategy)
        def one(case: Any) -> None:
            asked = self._once(case, meant, most)
            if asked is not None and asked.faults:
                kind = _kind(asked)
                self._smallest[kind] = asked
                raise self._classes.setdefault(kind, type("_Wrong", (_Wrong,), {}))

        try:
            one()
        except _Wrong:
            pass
        except BaseExceptionGroup as group:
            if group.split(_Wrong)[1] is not None:
                raise

    def _once(self, case: Any, meant: Meant, most: int) -> Asked | None:
        """The answer to a case; from memory if it was asked before, nothing once enough was asked."""
        target, headers, content = parts_of(case)
        key = (target, headers, content)
        if key not in self._known:
            if len(self.asked) >= most:
                return None
            asked = self.ask(target, headers, content, meant)
            self._known[key] = asked
            if asked is not None:
                self.asked.append(asked)
        return self._known[key]


def simplest(document: Document, number: int) -> Parts | None:
    """The plainest request that a description of one operation allows; None where there is none to make up."""
    found: list[Parts] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            strategy = _strategy(document, GenerationMode.POSITIVE)
            if strategy is None:
                return None

            @seed(number)
            @settings(
                max_examples=1,
                deadline=None,
                database=None,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
                verbosity=Verbosity.quiet,
            )
            @given(strategy)
            def one(case: Any) -> None:
                found.append(parts_of(case))

            one()
        except (HypothesisException, schemathesis.errors.SchemathesisError) as error:
            raise EngineError(f"No request can be made up from the description: {_first_line(error)}") from error
    return found[0] if found else None


def parts_of(case: Any) -> Parts:
    """A case as the path with its query, the headers and the body that travel."""
    told = {name: value for name, value in case.as_transport_kwargs(base_url=ORIGIN).items() if name in _SENT}
    prepared = requests.Request(**told).prepare()
    address = urlsplit(str(prepared.url))
    target = f"{address.path}?{address.query}" if address.query else address.path
    body = prepared.body
    content = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else b""
    headers = tuple(_headers(prepared.headers))
    boundary = next((found[1] for _, value in headers if (found := _BOUNDARY.search(value))), "")
    if not boundary:
        return target, headers, content
    headers = tuple((name, value.replace(boundary, _OWN_BOUNDARY)) for name, value in headers)
    return target, headers, content.replace(boundary.encode(), _OWN_BOUNDARY.encode())


def _headers(headers: Any) -> Iterator[tuple[str, str]]:
    for name, value in headers.items():
        if name.lower() not in _NOISE:
            yield name, value.decode("latin-1") if isinstance(value, bytes) else str(value)


def keep_in(folder: str) -> None:
    """Let hypothesis keep its files in a folder."""
    set_hypothesis_home_dir(folder)


def number_for(number: int, *names: str) -> int:
    """A seed of its own for each search, the same in every process."""
    text = ":".join((str(number), *names))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def _strategy(document: Document, mode: GenerationMode) -> Any:
    operations: Any = schemathesis.openapi.from_dict(document).get_all_operations()
    return next((found.ok().as_strategy(generation_mode=mode) for found in operations), None)


def _kind(asked: Asked) -> str:
    """What tells one way of going wrong from another: the status, and the place without its numbers."""
    first = asked.faults[0]
    place = "".join("#" if letter.isdigit() else letter for letter in first.place)
    return f"{asked.status} {place} {first.expected}"


def _first_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
