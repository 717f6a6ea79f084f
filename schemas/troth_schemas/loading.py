"""Loading what others bring, in bounded time: a plug-in that never comes back is named, and holds up nobody.

A thread stands for it, as nothing else can be left behind; what a contract says does not depend on it.
"""

import sys
import threading
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, Final

PATIENCE: Final = 15.0
"""How many seconds a plug-in may take to load: less than a client waits for an answer of a broker that needs it."""
_OWN: Final = ("troth_schemas", "troth_verifiers", "troth_broker")


class StillLoadingError(Exception):
    """A plug-in that did not load in the time that it may take."""

    def __init__(self, what: str, seconds: float) -> None:
        super().__init__(f"{what} is still not loaded after {seconds:g} s")


class _UnderWay:
    """Something that is being done in a thread that nobody has to wait for."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.ended = False
        self._act = act
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._found: Any = None
        self._problem: BaseException | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait(self) -> bool:
        """Whether it has ended: for who asks first, and all beside, after a while, and then at once."""
        if not self._told.wait(PATIENCE):
            self._told.set()
        return self.ended

    def found(self) -> Any:
        """What came of it once it has ended."""
        if self._problem is not None:
            raise self._problem
        return self._found

    def _run(self) -> None:
        try:
            self._found = self._act()
        except BaseException as problem:  # noqa: BLE001 - it is raised where somebody asked for it
            self._problem = problem
        finally:
            self.ended = True
            self._told.set()


_under_way: Final[dict[tuple[str, str], _UnderWay]] = {}


def loaded(value: str, load: Callable[[], Any]) -> Any:
    """What ``load`` gives for an entry point's value, ``module:object``; raises what it raises.

    The module is imported before, which raises `StillLoadingError` where it takes too long. What is Troth's own, or
    imported already, costs no more than ``load``.
    """
    module = value.partition(":")[0].strip()
    if module.partition(".")[0] not in _OWN and _is_to_be_imported(module):
        in_time("import", module, partial(import_module, module))
    return load()


def in_time(step: str, what: str, act: Callable[[], Any]) -> Any:
    """What ``act`` gives; raises what it raises, and `StillLoadingError` where it takes too long.

    A step that is under way with the same thing is not begun again, and nobody waits for it who comes after it took too
    long.
    """
    mine = _UnderWay(act)
    one = _under_way.setdefault((step, what), mine)
    if one is mine:
        mine.start()
    if not one.wait():
        raise StillLoadingError(what, PATIENCE)
    _under_way.pop((step, what), None)
    return one.found()


def _is_to_be_imported(module: str) -> bool:
    """Whether a module is not there yet, or somebody is still importing it."""
    spec = getattr(sys.modules.get(module), "__spec__", None)
    return spec is None or bool(getattr(spec, "_initializing", False))
