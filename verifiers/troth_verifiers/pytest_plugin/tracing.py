"""What an application or a handler raised, without what stands between it and whoever called it: others' frames."""

import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from traceback import StackSummary, TracebackException
from typing import Final

import pytest

_OURS: Final = str(Path(__file__).parent.parent)
_LIBRARIES: Final = (_OURS, *(sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")))


def traced(error: BaseException) -> Iterator[str]:
    """The traceback of an exception, each part from the first frame that is in no library; whole where all are."""
    told = TracebackException.from_exception(error)
    _shorten(told)
    for part in told.format():
        yield from part.rstrip().splitlines()


def leads_somewhere(error: BaseException) -> bool:
    """Whether its traceback leads anywhere but into libraries."""
    stack = TracebackException.from_exception(error).stack
    return not all(frame.filename.startswith(_LIBRARIES) for frame in stack)


def shorten(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """The same for what pytest shows itself."""
    traceback = excinfo.traceback
    excinfo.traceback = traceback[_first([str(entry.path) for entry in traceback]) :]


def _shorten(told: TracebackException) -> None:
    files = [frame.filename for frame in told.stack]
    while files and files[-1].startswith(_OURS):  # what broke it off
        files.pop()
    told.stack = StackSummary.from_list(told.stack[_first(files) : len(files) or None])
    for other in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if other is not None:
            _shorten(other)


def _first(files: Sequence[str]) -> int:
    """The number of the first file that is in no library; 0 where there is none."""
    return next((number for number, file in enumerate(files) if not file.startswith(_LIBRARIES)), 0)
