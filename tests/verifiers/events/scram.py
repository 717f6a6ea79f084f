"""The server's side of SCRAM, by RFC 5802 and RFC 7677: it keeps no password, and knows one who has it."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from secrets import token_bytes, token_hex

HASHES = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}
_ROUNDS = 4096


class Refused(Exception):
    """Whoever comes does not know the password, or says what no client says."""


@dataclass(frozen=True)
class Keys:
    """What a server keeps of a password (RFC 5802, section 3)."""

    hash: str
    salt: bytes
    stored: bytes
    server: bytes

    @classmethod
    def of(cls, mechanism: str, password: str) -> "Keys":
        """The keys that are made of a password once, when it is set."""
        name, salt = HASHES[mechanism], token_bytes(16)
        salted = hashlib.pbkdf2_hmac(name, password.encode(), salt, _ROUNDS)
        client = hmac.digest(salted, b"Client Key", name)
        return cls(name, salt, hashlib.new(name, client).digest(), hmac.digest(salted, b"Server Key", name))


@dataclass
class Conversation:
    """One login: `answer` is given what the client says, twice, and gives what the server says to that."""

    user: str
    keys: Keys
    done: bool = False
    _nonce: str = ""
    _said: list[bytes] = field(default_factory=list)

    def answer(self, words: bytes) -> bytes:
        """The server's next words. Raises Refused."""
        return self._last(words) if self._said else self._first(words)

    def _first(self, words: bytes) -> bytes:
        header, bare = words[:3], words[3:]
        said = _attributes(bare)
        name = said.get("n", "").replace("=2C", ",").replace("=3D", "=")
        if header != b"n,," or not said.get("r"):
            raise Refused("no first message of a client without channel binding")
        if name != self.user:
            raise Refused("unknown user")
        self._nonce = said["r"] + token_hex(12)
        challenge = f"r={self._nonce},s={b64encode(self.keys.salt).decode()},i={_ROUNDS}".encode()
        self._said = [bare, challenge]
        return challenge

    def _last(self, words: bytes) -> bytes:
        without_proof, _, proof = words.rpartition(b",p=")
        said = _attributes(without_proof)
        if b64decode(said.get("c", "")) != b"n,," or said.get("r") != self._nonce:
            raise Refused("the channel binding or the nonce is another")
        whole = b",".join([*self._said, without_proof])
        signature = hmac.digest(self.keys.stored, whole, self.keys.hash)
        client = bytes(one ^ other for one, other in zip(b64decode(proof), signature, strict=True))
        if not hmac.compare_digest(hashlib.new(self.keys.hash, client).digest(), self.keys.stored):
            raise Refused("wrong password")
        self.done = True
        return b"v=" + b64encode(hmac.digest(self.keys.server, whole, self.keys.hash))


def _attributes(words: bytes) -> dict[str, str]:
    return {one[:1]: one[2:] for one in words.decode().split(",")}
