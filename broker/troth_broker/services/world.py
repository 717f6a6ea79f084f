"""What every use case is given: the store, the settings and a clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from troth_broker.services.ports import NOBODY_WAITS, Bell, Cipher, Comparer, Links, Sender
from troth_broker.settings import Settings
from troth_broker.store.engine import Store


def system_clock() -> int:
    """Microseconds since the epoch, UTC."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class World:
    """The store, the settings and the clock that a use case works with, and its doors to the outside."""

    store: Store
    settings: Settings
    clock: Callable[[], int] = system_clock
    cipher: Cipher | None = None
    """None where no key is configured: nothing secret can be kept then."""
    sender: Sender | None = None
    comparer: Comparer | None = None
    """None where nothing is compared."""
    links: Links | None = None
    """Writes addresses where no request says how the broker is called."""
    bell: Bell = NOBODY_WAITS
    """Rung after a transaction that left work to be done."""
