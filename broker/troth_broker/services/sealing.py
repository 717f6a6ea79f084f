"""Text columns that hold something secret: encrypted when this broker has a key, as they are when it has none."""

from troth_broker.core.errors import UnreadableSecret
from troth_broker.services.ports import Cipher

_MARK = "troth-sealed:"


def seal(cipher: Cipher | None, text: str | None) -> str | None:
    """The text as the store keeps it."""
    if text is None or cipher is None:
        return text
    return _MARK + cipher.encrypt(text).decode("ascii")


def unseal(cipher: Cipher | None, stored: str | None) -> str | None:
    """The text again. Raises UnreadableSecret if it takes a key that this broker does not have."""
    if stored is None or not stored.startswith(_MARK):
        return stored
    if cipher is None:
        raise UnreadableSecret("the store holds encrypted passwords, and TROTH_SECRET_KEY is not set")
    return cipher.decrypt(stored.removeprefix(_MARK).encode("ascii"))
