"""Who may do what: the Pact Broker's two users, and static bearer tokens beside them."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from troth_broker.settings import Settings
from troth_broker.web import paths

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""

_HEALTH = frozenset({paths.HEARTBEAT.template_text, paths.READY.template_text})
_BADGE = "/badge"


class Unauthenticated(Exception):
    """The request carries no credentials that allow it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request wants, as far as it matters to who may: its route's template and whether it only reads."""

    template: str
    reads: bool

    @property
    def is_badge(self) -> bool:
        """Whether it asks for a picture that says how things stand."""
        return self.reads and self.template.endswith(_BADGE)

    @property
    def is_health(self) -> bool:
        """Whether it asks how the process is."""
        return self.reads and self.template in _HEALTH


@dataclass(frozen=True, slots=True)
class _Key:
    """One accepted credential, as a digest, and whether it may write."""

    scheme: str
    digest: bytes
    writes: bool


class Access:
    """The policy of one broker: what is public, what a reader may, what a writer may. Open without any credentials."""

    def __init__(self, settings: Settings) -> None:
        self._keys = tuple(_keys(settings))
        self._public_read = settings.allow_public_read
        self._public_health = settings.public_heartbeat
        self._public_badges = settings.enable_public_badge_access

    @property
    def is_open(self) -> bool:
        """Whether nobody is asked who they are."""
        return not self._keys

    def check(self, asked: Asked, authorization: str) -> None:
        """Raise Unauthenticated unless this request may be answered with what its `Authorization` header says."""
        if self.is_open or self._is_public(asked):
            return
        known, writes = self._known(authorization)
        if writes or (known and asked.reads):
            return
        if known:
            raise Unauthenticated("these credentials may read and not change anything")
        raise Unauthenticated(
            "this broker does not know these credentials" if authorization else "this broker asks for credentials"
        )

    def _is_public(self, asked: Asked) -> bool:
        return (
            (asked.is_health and self._public_health)
            or (asked.is_badge and self._public_badges)
            or (asked.reads and self._public_read)
        )

    def _known(self, authorization: str) -> tuple[bool, bool]:
        """Whether the credentials are known, and whether they may write; as slow for wrong ones as for right ones."""
        scheme, secret = _presented(authorization)
        digest = _digest(secret)
        known = writes = False
        for key in self._keys:
            same = hmac.compare_digest(key.digest, digest) & (key.scheme == scheme)
            known |= same
            writes |= same & key.writes
        return known, writes


def _keys(settings: Settings) -> Iterator[_Key]:
    for username, password, writes in (
        (settings.basic_auth_username, settings.basic_auth_password, True),
        (settings.basic_auth_read_only_username, settings.basic_auth_read_only_password, False),
    ):
        if username and password:
            yield _Key("basic", _digest(f"{username}:{password}".encode()), writes)
    for token, writes in ((settings.bearer_token, True), (settings.read_only_bearer_token, False)):
        if token:
            yield _Key("bearer", _digest(token.encode()), writes)


def _presented(authorization: str) -> tuple[str, bytes]:
    """The scheme of an `Authorization` header, and the secret in it as bytes; nothing for one that cannot be read."""
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return "bearer", value.strip().encode("latin-1", "replace")
    if scheme.lower() == "basic":
        try:
            return "basic", base64.b64decode(value.strip(), validate=True)
        except (binascii.Error, ValueError):
            return "", b""
    return "", b""


def _digest(secret: bytes) -> bytes:
    """A digest of one length for secrets of all lengths, so that comparing tells nothing."""
    return hashlib.sha256(secret).digest()
