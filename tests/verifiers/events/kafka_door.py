"""A door before a Kafka cluster that speaks TLS and wants a login: what the cluster of the client library cannot do.

It answers SASL/PLAIN and SCRAM itself, notes every login, and passes on the rest; the cluster's addresses become its
own.
"""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from typing import Any

from tests.verifiers.events.scram import Conversation, Keys, Refused
from tests.verifiers.events.secure import PASSWORD, USER, Papers

_HANDSHAKE, _VERSIONS, _LOGIN, _DENIED, _UNSUPPORTED = 17, 18, 36, 58, 33


class Plain:
    """A login by SASL/PLAIN (RFC 4616), which says the password itself."""

    done = False

    def answer(self, words: bytes) -> bytes:
        """Nothing, where the password is right. Raises Refused."""
        if words.split(b"\0")[1:] != [USER.encode(), PASSWORD.encode()]:
            raise Refused("wrong password")
        self.done = True
        return b""


class Impostor(Conversation):
    """A server that lets everybody in by SCRAM, and knows no password."""

    def answer(self, words: bytes) -> bytes:
        """As if the password were right, signed with keys of another one."""
        try:
            return super().answer(words)
        except Refused:
            self.done = True
            return b"v=" + b"A" * 44


class Door:
    """Listens with TLS before a cluster; `logins` are mechanism and bytes of each try, `early` requests before one.

    It knows one mechanism. An `impostor` knows no password, and lets everybody in. Who is refused is told so by Kafka's
    code, or `in_scram`, which has a word of its own for that (RFC 5802, section 7).
    """

    def __init__(
        self, port: int, papers: Papers, host: str, mechanism: str, *, impostor: bool = False, in_scram: bool = False
    ) -> None:
        self._behind = port
        self._mechanism = mechanism
        self._impostor = impostor
        self._in_scram = in_scram
        self._keys = None if mechanism == "PLAIN" else Keys.of(mechanism, "another" if impostor else PASSWORD)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(papers.certificate("server"), papers.key("server"))
        self._listening = socket.create_server((host, 0))
        self.port: int = self._listening.getsockname()[1]
        self.logins: list[tuple[str, bytes]] = []
        self.early: list[int] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Listen no longer."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                front, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(front,), daemon=True).start()

    def _talk(self, front: socket.socket) -> None:
        with (
            contextlib.suppress(OSError),
            self._context.wrap_socket(front, server_side=True) as near,
            socket.create_connection(("127.0.0.1", self._behind)) as far,
        ):
            self._answer(near, far)

    def _answer(self, near: Any, far: Any) -> None:
        mechanism, login = "", self._login()
        while frame := _frame(near):
            key, correlation, body = _parts(frame)
            if key == _HANDSHAKE:
                mechanism = body[2:].decode()
                known = 0 if mechanism == self._mechanism else _UNSUPPORTED
                near.sendall(_framed(correlation + struct.pack(">hi", known, 1) + _text(self._mechanism)))
            elif key == _LOGIN:
                self.logins.append((mechanism, body[4:]))
                near.sendall(_framed(correlation + _said(login, body[4:], in_scram=self._in_scram)))
            elif login.done or key == _VERSIONS:
                far.sendall(_framed(frame))
                answer = _frame(far)
                near.sendall(_framed(_with_login(answer) if key == _VERSIONS else self._ours(answer)))
            else:
                self.early.append(key)
                return

    def _login(self) -> Plain | Conversation:
        if self._keys is None:
            return Plain()
        return (Impostor if self._impostor else Conversation)(USER, self._keys)

    def _ours(self, answer: bytes) -> bytes:
        """Addresses of the cluster as ours: a host's name is followed by its port."""
        host = _text("127.0.0.1")
        return answer.replace(host + struct.pack(">i", self._behind), host + struct.pack(">i", self.port))


def _said(login: Plain | Conversation, words: bytes, *, in_scram: bool) -> bytes:
    """The answer to one step of a login."""
    try:
        answer = login.answer(words)
    except Refused as error:
        if in_scram:
            return struct.pack(">h", 0) + _text("") + struct.pack(">i", 15) + b"e=invalid-proof"
        return struct.pack(">h", _DENIED) + _text(str(error)) + struct.pack(">i", 0)
    return struct.pack(">h", 0) + _text("") + struct.pack(">i", len(answer)) + answer


def _frame(one: Any) -> bytes:
    head = _exactly(one, 4)
    return _exactly(one, struct.unpack(">i", head)[0]) if head else b""


def _exactly(one: Any, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = one.recv(size - len(found))
        if not more:
            return b""
        found += more
    return found


def _framed(content: bytes) -> bytes:
    return struct.pack(">i", len(content)) + content


def _parts(frame: bytes) -> tuple[int, bytes, bytes]:
    """A request's kind, its correlation id, and what follows the client's name."""
    key, _, _, named = struct.unpack(">hhih", frame[:10])
    return key, frame[4:8], frame[10 + max(named, 0) :]


def _text(value: str) -> bytes:
    return struct.pack(">h", len(value)) + value.encode()


def _with_login(answer: bytes) -> bytes:
    """The cluster's versions, with those of the login besides."""
    number = struct.unpack(">i", answer[6:10])[0]
    entries = [answer[10 + 6 * one : 16 + 6 * one] for one in range(number)]
    rest = answer[10 + 6 * number :]
    kept = [one for one in entries if struct.unpack(">h", one[:2])[0] not in (_HANDSHAKE, _LOGIN)]
    kept += [struct.pack(">hhh", _HANDSHAKE, 0, 1), struct.pack(">hhh", _LOGIN, 0, 0)]
    return answer[:6] + struct.pack(">i", len(kept)) + b"".join(kept) + rest


@contextlib.contextmanager
def door(url: str, papers: Papers, host: str = "127.0.0.1", mechanism: str = "PLAIN", **kind: bool) -> Iterator[Door]:
    """A door before the cluster at an address, for as long as the block lasts; `kind` as for `Door`."""
    made = Door(int(url.rpartition(":")[2]), papers, host, mechanism, **kind)
    try:
        yield made
    finally:
        made.close()
