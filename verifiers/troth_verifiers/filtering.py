"""Request filters: changing what is sent to the provider, such as by a fresh token or a signature.

A filter is a function of the request and the interaction that it belongs to; it may be ``async``. It returns the
request to send, as `dataclasses.replace` makes it.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from inspect import isawaitable
from pathlib import Path
from types import ModuleType
from typing import Any

from troth_verifiers.api import Interaction, Outgoing, RequestFilter, Target
from troth_verifiers.calling import what_it_raised
from troth_verifiers.errors import RequestFilterFailed, UsageError


async def filtered(request: Outgoing, interaction: Interaction, target: Target) -> Outgoing:
    """The request as the target's filter wants it; raises `RequestFilterFailed` for a filter that makes none of it."""
    if target.request_filter is None:
        return request
    try:
        changed: Any = target.request_filter(request, interaction)
        changed = await changed if isawaitable(changed) else changed
    except Exception as error:
        raise RequestFilterFailed(f"The request filter failed: {what_it_raised(error)}.") from error
    if not isinstance(changed, Outgoing):
        raise RequestFilterFailed(
            f"The request filter returned {_told(changed)}, and it has to return the request to send."
        )
    _check(changed)
    return changed


def filter_named(name: str) -> RequestFilter:
    """The filter under ``module:function``, or ``path/to/file.py:function``; modules of the current folder are found.

    Raises `UsageError` where there is none.
    """
    place, colon, function = name.rpartition(":")
    if not colon or not place or not function.isidentifier():
        raise UsageError(f"{name!r} names no function; write it like filters:sign, or filters.py:sign.")
    try:
        found: Any = getattr(_module(place), function, None)
    except Exception as error:
        raise UsageError(f"The request filter {name} cannot be loaded: {what_it_raised(error)}.") from error
    if found is None:
        raise UsageError(f"The request filter {name} cannot be loaded: {place} has no {function}.")
    if not callable(found):
        raise UsageError(f"The request filter {name} is a {type(found).__name__}, and no function.")
    made: RequestFilter = found
    return made


def _module(place: str) -> ModuleType:
    if not place.endswith(".py"):
        here = str(Path.cwd())
        if here not in sys.path:
            sys.path.insert(0, here)
        return import_module(place)
    path = Path(place).resolve()
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {place}")
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    sys.modules.setdefault(path.stem, made)  # dataclasses and annotations look for their module there
    sys.path.insert(0, str(path.parent))  # what stands beside it may be imported, as of a script
    try:
        spec.loader.exec_module(made)
    finally:
        sys.path.remove(str(path.parent))
    return made


def _told(changed: object) -> str:
    return "nothing" if changed is None else f"a {type(changed).__name__}"


def _check(request: Outgoing) -> None:
    """Refuse headers and bodies that no request can be made of, before a library trips over them."""
    if not isinstance(request.url, str) or "://" not in request.url:
        raise RequestFilterFailed(f"The request filter returned a request to {request.url!r}, which is no address.")
    if isinstance(request.headers, Mapping) or not all(
        isinstance(pair, tuple | list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
        for pair in request.headers
    ):
        raise RequestFilterFailed("The request filter returned headers that are no pairs of a name and a value.")
    if not isinstance(request.content, bytes):
        raise RequestFilterFailed(
            f"The request filter returned a body that is {_told(request.content)}; it has to be bytes."
        )
