"""Secrets that webhooks may name as `${secret.NAME}`: written and replaced by people, read only to make a call."""

import contextlib
import re
import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from troth_broker.core.errors import Conflict, Fault, Invalid, NotFound, UnreadableSecret
from troth_broker.services.ports import Cipher
from troth_broker.services.world import World
from troth_broker.store import secrets
from troth_broker.store.secrets import Secret

NO_KEY = (
    "no secret can be kept, because this broker has no key to encrypt it with: make one with "
    "`troth secret new-key` and start the broker with it in TROTH_SECRET_KEY"
)
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_LONGEST = 64 * 1024


class NoSecretKey(Conflict):
    """A secret cannot be kept without a key."""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """What is said about a secret; no value keeps the one that is there."""

    name: str
    value: str | None = field(default=None, repr=False)
    description: str | None = None


def list_secrets(world: World) -> tuple[Secret, ...]:
    """Every secret by name, without the values."""
    return world.store.read(secrets.everything)


def secret(world: World, uuid: str) -> Secret:
    """One secret without its value. Raises NotFound."""
    return world.store.read(_find, uuid)


def put_secret(world: World, new: NewSecret, uuid: str | None = None) -> tuple[Secret, bool]:
    """Record or replace a secret, by its uuid or its name; whether it is new. Raises NoSecretKey, Invalid, Conflict."""
    _check(new)
    sealed = None if new.value is None else _cipher(world).encrypt(new.value)
    return world.store.write(_put, new, sealed, uuid, world.clock())


def _put(db: Connection, new: NewSecret, sealed: bytes | None, uuid: str | None, now: int) -> tuple[Secret, bool]:
    namesake = secrets.named(db, new.name)
    found = secrets.find(db, uuid) if uuid is not None else namesake
    if found is not None and found.name != new.name:
        raise Invalid.at("name", f"cannot be changed: this secret is {found.name}, and webhooks name it so")
    if uuid is not None and namesake is not None and namesake.uuid != uuid:
        raise Conflict(f"there is another secret named {new.name}")
    if found is not None:
        secrets.change(db, found, new.description, sealed, now)
        return _find(db, found.uuid), False
    if sealed is None:
        raise Invalid.at("value", "is missing", missing=True)
    made = uuid or str(uuids.uuid4())
    secrets.add(db, made, new.name, new.description, sealed, now)
    return _find(db, made), True


def delete_secret(world: World, uuid: str) -> None:
    """Forget a secret. Raises NotFound."""
    now = world.clock()
    world.store.write(lambda db: secrets.remove(db, _find(db, uuid), now))


def opened(cipher: Cipher | None, sealed: Mapping[str, bytes]) -> dict[str, str]:
    """Secrets in clear, for a call that is about to be made: those for which this broker has the key."""
    found: dict[str, str] = {}
    if cipher is None:
        return found
    for name, value in sealed.items():
        with contextlib.suppress(UnreadableSecret):
            found[name] = cipher.decrypt(value)
    return found


def _cipher(world: World) -> Cipher:
    if world.cipher is None:
        raise NoSecretKey(NO_KEY)
    return world.cipher


def _check(new: NewSecret) -> None:
    faults = []
    if not _NAME.fullmatch(new.name):
        faults.append(Fault("name", "must be 1 to 100 letters, digits, dots, hyphens and underscores"))
    if new.value is not None and not new.value:
        faults.append(Fault("value", "is empty"))
    if new.value is not None and len(new.value) > _LONGEST:
        faults.append(Fault("value", f"is longer than {_LONGEST} characters"))
    if faults:
        raise Invalid(faults)


def _find(db: Connection, uuid: str) -> Secret:
    found = secrets.find(db, uuid)
    if found is None:
        raise NotFound
    return found
