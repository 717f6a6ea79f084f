"""Whether the pointers of a store are what its facts say."""

import contextlib

from troth_broker.store.engine import Store
from troth_broker.store.pointers import differences


def pointer_differences(database_url: str) -> tuple[str, ...]:
    """Where the pointers of a store differ from its facts; empty if they do not."""
    with contextlib.closing(Store(database_url)) as store:
        return store.write(differences)
