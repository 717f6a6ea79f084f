"""Encryption of what must not be read in the store: Fernet, with keys that can be rotated."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from troth_broker.core.errors import UnreadableSecret
from troth_broker.settings import BadSetting


class FernetCipher:
    """Encrypts with the first key, and reads what any of the keys encrypted: put a new key first to rotate."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._keys = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise BadSetting(
                "TROTH_SECRET_KEY is no key: `troth secret new-key` makes one; several keys have commas between them"
            ) from None

    def encrypt(self, text: str) -> bytes:
        """The text, readable only with the key."""
        return self._keys.encrypt(text.encode("utf-8"))

    def decrypt(self, value: bytes) -> str:
        """The text again. Raises UnreadableSecret if none of the keys fits."""
        try:
            return self._keys.decrypt(value).decode("utf-8")
        except InvalidToken:
            raise UnreadableSecret(
                "a secret in the store was encrypted with a key that is not in TROTH_SECRET_KEY: add that key to the "
                "list, or set the secret again"
            ) from None
