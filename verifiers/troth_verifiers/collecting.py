"""Python's garbage collector while much is replayed: what was there before need not be looked at again and again."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def settled() -> Iterator[Callable[[], None]]:
    """Leave what there is out of the garbage collector's sight until the end; gives what does so once more.

    All that a run keeps makes the collector look through the whole process several times, which takes a fifth of a
    run. Where somebody else has set things aside like this, they are left as they are.
    """
    if gc.get_freeze_count():
        yield lambda: None
        return
    gc.freeze()
    try:
        yield _set_aside
    finally:
        gc.unfreeze()


def _set_aside() -> None:
    gc.collect(1)  # what is young and gone already is not to be kept
    gc.freeze()
