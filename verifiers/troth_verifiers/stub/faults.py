"""What a stub does wrong on purpose: it is late, answers another status, breaks off, or sends drop by drop."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from troth_schemas.protobuf.statuses import CODES
from troth_verifiers.errors import UsageError

HEADER: Final = "x-troth-fault"
"""The request header (or gRPC metadata) that asks for faults of this one answer: ``latency=200, status=503``."""

_OF_HTTP: Final[Mapping[int, str]] = {
    400: "INTERNAL", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "UNIMPLEMENTED", 429: "UNAVAILABLE",
    502: "UNAVAILABLE", 503: "UNAVAILABLE", 504: "UNAVAILABLE",
}  # fmt: skip
"""What a client of gRPC makes of a status of HTTP, by gRPC's own table; of any other UNKNOWN."""
_MOST: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Faults of answers and messages; nothing is wrong where nothing is set.

    `latency` and `jitter` are milliseconds: each answer waits for `latency` and up to `jitter` more. `status` replaces
    the answer by an error of that status, `code` a call's by a status of gRPC. `reset` cuts the connection without a
    word; a message is lost. `truncate` cuts after that many bytes of the body, though more are announced; a stream of
    gRPC after so many responses. `drip` sends the body at so many bytes a second. `duplicate` sends a message so many
    times more.
    """

    latency: int = 0
    jitter: int = 0
    status: int = 0
    reset: bool = False
    truncate: int = -1
    drip: int = 0
    code: str = ""
    duplicate: int = 0

    def __post_init__(self) -> None:
        if not all(0 <= one <= _MOST for one in (self.latency, self.jitter, self.drip, self.duplicate)):
            raise UsageError(f"latency, jitter, drip and duplicate are not negative, and at most {_MOST}.")
        if not -1 <= self.truncate <= _MOST:
            raise UsageError(f"truncate is a number of bytes, at most {_MOST}; -1 cuts nothing.")
        if self.status and not 200 <= self.status <= 599:
            raise UsageError(f"{self.status} is no status of an answer; write one from 200 to 599.")
        if self.code and self.code not in CODES:
            raise UsageError(f"{self.code!r} is no status of gRPC; there are {', '.join(CODES)}.")

    @property
    def grpc_code(self) -> str:
        """The status of gRPC that replaces a call's own; "" where none does."""
        return self.code or (_OF_HTTP.get(self.status, "UNKNOWN") if self.status else "")

    def with_(self, settings: Mapping[str, object]) -> "Fault":
        """These faults with others set; raises `UsageError` for what is none."""
        changed: dict[str, int | bool | str] = {}
        for name, value in settings.items():
            if name not in _NAMES:
                raise UsageError(f"{name!r} is no fault; there are {', '.join(_NAMES)}.")
            changed[name] = _value(name, value)
        return replace(self, **changed)  # type: ignore[arg-type]

    def as_json(self) -> dict[str, int | bool | str]:
        """The settings by name."""
        return {name: getattr(self, name) for name in _NAMES}


NONE: Final = Fault()
"""Nothing is wrong."""
ON_PURPOSE: Final = "a fault that was asked for"
"""What is said where a fault leaves room for a word."""

_NAMES: Final = tuple(field.name for field in fields(Fault))


def settings_in(text: str) -> dict[str, str]:
    """``latency=200, reset`` as settings by name; a name alone is a yes."""
    found: dict[str, str] = {}
    for part in text.split(","):
        name, sign, value = part.strip().partition("=")
        if name:
            found[name.strip()] = value.strip() if sign else "true"
    return found


def _value(name: str, value: object) -> int | bool | str:
    if name == "code":
        return str(value).strip().upper()
    text = str(value).lower()
    if name == "reset":
        if text not in ("true", "false", "1", "0"):
            raise UsageError(f"reset is true or false, not {value!r}.")
        return text in ("true", "1")
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"{name} is a whole number, not {value!r}.") from None
