"""The world that use cases work with: a store, and doors to the outside as the settings say."""

import importlib

from troth_broker.http.links import BaseLinks
from troth_broker.jobs.bell import WorkBell
from troth_broker.jobs.comparer import ChildComparer
from troth_broker.jobs.workers import Workers
from troth_broker.services.ports import Cipher
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store.engine import Store
from troth_broker.webhooks.sender import HttpSender


def world_of(store: Store, settings: Settings) -> World:
    """The world over a store. Raises BadSetting for a key that is none."""
    return World(
        store,
        settings,
        cipher=_cipher(settings),
        sender=HttpSender(settings),
        comparer=ChildComparer(settings.comparison_timeout),
        links=BaseLinks(settings.base_urls[0].rstrip("/")) if settings.base_urls else None,
        bell=WorkBell(),
    )


def workers_of(world: World, threads: int) -> Workers:
    """Workers for what a world leaves to be done; not started yet."""
    assert world.sender is not None  # world_of gives both
    assert isinstance(world.bell, WorkBell)
    return Workers(world, world.sender, world.bell, threads)


def _cipher(settings: Settings) -> Cipher | None:
    if not settings.secret_key:
        return None
    made: Cipher = importlib.import_module("troth_broker.webhooks.cipher").FernetCipher(settings.secret_key)
    return made
