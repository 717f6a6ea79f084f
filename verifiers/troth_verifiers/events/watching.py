"""Watching a channel for one message: what came, which of it is the message, and whether it came once and in order.

Every message that comes is judged. It is the one if nothing is wrong with it. Where none is and the wait is over, the
one that is about the same and has least wrong with it is shown as what the provider did; where none is even about
the same, the message never came, and the error says what was seen instead.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, TypeAlias

from troth_schemas.json_body import Json
from troth_schemas.pact.paths import is_wild, steps
from troth_verifiers.api import Exchange, Mismatch, Payload
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.transport import Event

MOMENT: Final = 0.005
"""Seconds for which a channel is watched after the message where nothing is said about how it is delivered."""
WITHIN: Final = 0.5
"""Seconds for the same where the contract says how often or in which order."""
_TRIES: Final = 5
_PATIENCE: Final = 1.0
"""Seconds for a transport's library to let go of a wait that is cancelled."""
_SHOWN: Final = 5
_KEPT: Final = 20
_CUT: Final = 4000
_SHORT: Final = 120
_CONTAINER: Final = b"Obj\x01"
_MARK: Final = 16


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a message is delivered: `once`, in the order of what stands at a path, and `count` of them."""

    once: bool = False
    ordered: str = ""
    count: int = 1
    within: float = MOMENT


@dataclass(frozen=True, slots=True)
class Judged:
    """What is wrong with one message. `about`: it could be the message that is waited for, though it differs.

    `shown` is its contents as people read them, `tree` its decoded contents if they could be `decoded`.
    """

    mismatches: tuple[Mismatch, ...]
    about: bool
    shown: str = ""
    tree: Json = None
    decoded: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """One message with its judgement, and when it came, in seconds since the watch began."""

    event: Event
    judged: Judged
    after: float

    @property
    def where(self) -> str:
        """Its channel and place in a few words."""
        return f"{self.event.channel}, {self.event.place}" if self.event.place else self.event.channel

    @property
    def keyed(self) -> str:
        """Its key in a few words, where that is what makes it another message."""
        wrong = any(one.kind == "key" for one in self.judged.mismatches)
        return f" with the key {self.event.key!r}" if wrong else ""

    @property
    def identity(self) -> tuple[str | None, bytes]:
        """What two copies of one message have in common."""
        return self.event.key, sha256(_without_marks(self.event.contents)).digest()


Judge: TypeAlias = Callable[[Event], Awaitable[Judged]]
Found: TypeAlias = tuple[tuple[Mismatch, ...], tuple[Exchange, ...]]
"""What is wrong, and what was seen of it."""
Place: TypeAlias = int | float | str
"""What says where a message stands among others."""


@dataclass(slots=True)
class Watch:
    """What came over a channel. Beyond the first and those that count, messages are only numbered."""

    delivery: Delivery
    matching: list[Seen] = field(default_factory=list)
    others: list[Seen] = field(default_factory=list)
    closest: Seen | None = None
    number: int = 0

    def add(self, seen: Seen) -> None:
        """One more message."""
        self.number += 1
        if not seen.judged.mismatches:
            self.matching.append(seen)
            return
        if len(self.others) < _KEPT:
            self.others.append(seen)
        if seen.judged.about and (self.closest is None or _less(seen, self.closest)):
            self.closest = seen

    @property
    def complete(self) -> bool:
        """Whether as many have come as were waited for."""
        return len({one.identity for one in self.matching}) >= self.delivery.count

    def findings(self) -> tuple[Mismatch, ...]:
        """What is wrong with how the messages came, though each of them is right."""
        return tuple(self._doubled()) + tuple(self._disordered())

    def notes(self) -> Iterator[tuple[Seen, str]]:
        """The other messages that came, each with what it is."""
        first: dict[tuple[str | None, bytes], Seen] = {}
        for one in self.matching[:_KEPT]:
            earlier = first.setdefault(one.identity, one)
            if one is not self.matching[0]:
                yield one, "matches too" if earlier is one else f"a duplicate of {earlier.where}"
        for one in self.others:
            if one is not self.closest or self.matching:
                yield one, "another message"

    def instead(self) -> str:
        """What was seen instead of the message."""
        if not self.number:
            return "nothing came at all"
        listed = "; ".join(f"{one.where}{one.keyed}: {_short(one.judged.shown)}" for one in self.others[:_SHOWN])
        more = f"; and {self.number - _SHOWN} more" if self.number > _SHOWN else ""
        return f"{self.number} other {'message' if self.number == 1 else 'messages'} came: {listed}{more}"

    def _doubled(self) -> Iterator[Mismatch]:
        if not self.delivery.once:
            return
        groups: list[list[Seen]] = []
        for one in self.matching:
            group = next((found for found in groups if _copies(found[0], one)), None)
            if group is None:
                groups.append([one])
            else:
                group.append(one)
        for group in groups:
            if len(group) > 1:
                where = " and ".join(one.where for one in group[:_SHOWN])
                text = f"The message came {len(group)} times, and the contract says once: {where}."
                yield Mismatch("delivery", "exactly", text, "once", f"{len(group)} times")

    def _disordered(self) -> Iterator[Mismatch]:
        if not self.delivery.ordered:
            return
        latest: dict[str | None, tuple[Seen, Place]] = {}
        for one in self.matching:
            value = _at(one.judged.tree, self.delivery.ordered)
            if value is None:
                text = f"The order cannot be told: {self.delivery.ordered} is no number and no text at {one.where}."
                yield Mismatch("delivery", self.delivery.ordered, text, "a number or a text", "")
                continue
            earlier = latest.get(one.event.key)
            if earlier is not None and _before(value, earlier[1]):
                text = (
                    f"The messages are out of order: {self.delivery.ordered} is {value!r} at {one.where}, "
                    f"after {earlier[1]!r} at {earlier[0].where}."
                )
                yield Mismatch("delivery", self.delivery.ordered, text, f"not before {earlier[1]!r}", repr(value))
            latest[one.event.key] = one, value


async def watched(events: AsyncIterator[Event], judge: Judge, delivery: Delivery, timeout: float) -> Watch:
    """Watch until the message has come, and a little longer, or until the wait is over."""
    watch = Watch(delivery)
    began = time.monotonic()
    limit = began + timeout
    settling = False
    while True:
        event = await _next(events, limit - time.monotonic())
        if event is None:
            return watch
        watch.add(Seen(event, await judge(event), time.monotonic() - began))
        if watch.complete and not settling:
            settling, limit = True, time.monotonic() + delivery.within


async def _next(events: AsyncIterator[Event], seconds: float) -> Event | None:
    """The next message; None where there is none, or none in time.

    The wait does not rely on the transport's library, some of which go on listening when they are cancelled once.
    """
    coming = asyncio.ensure_future(_one(events))
    try:
        done, _ = await asyncio.wait({coming}, timeout=max(seconds, 0))
        return coming.result() if done else None
    finally:
        for _ in range(_TRIES):
            if coming.done():
                break
            coming.cancel()
            await asyncio.wait({coming}, timeout=_PATIENCE)
        coming.add_done_callback(_forgotten)


async def _one(events: AsyncIterator[Event]) -> Event | None:
    return await anext(events, None)


def _forgotten(coming: "asyncio.Future[Event | None]") -> None:
    """Look at what became of a wait that is over, so that nothing is said of it."""
    if not coming.cancelled():
        coming.exception()


def delivery_of(written: Json) -> Delivery:
    """What a contract says about how a message is delivered. Raises `NotReplayable`."""
    if written is None:
        return Delivery()
    if not isinstance(written, dict):
        raise NotReplayable("`delivery` is an object, such as `{exactly: once, ordered: $.number, count: 3}`.")
    unknown = written.keys() - {"exactly", "ordered", "count", "within"}
    if unknown:
        raise NotReplayable(f"`delivery` knows exactly, ordered, count and within, not {', '.join(sorted(unknown))}.")
    exactly, ordered = written.get("exactly"), written.get("ordered", "")
    count, within = written.get("count", 1), written.get("within", WITHIN)
    if exactly not in (None, "once"):
        raise NotReplayable(f"`delivery.exactly` can only be `once`, not {exactly!r}.")
    if not isinstance(ordered, str) or (ordered and not _one_place(ordered)):
        raise NotReplayable("`delivery.ordered` is the path of what must not go back, such as `$.number`.")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise NotReplayable("`delivery.count` is how many different messages must come, 1 or more.")
    if not isinstance(within, int | float) or isinstance(within, bool) or within < 0:
        raise NotReplayable("`delivery.within` is for how many seconds the channel is watched afterwards.")
    return Delivery(exactly == "once", ordered, count, float(within))


def exchange_of(seen: Seen, note: str = "") -> Exchange:
    """A message as people are shown it."""
    event = seen.event
    known = (
        ("content-type", event.content_type),
        ("key", event.key),
        ("id", event.id),
        ("correlation-id", event.correlation_id),
    )
    names = {name.lower() for name, _ in event.headers}
    headers = tuple((name, value) for name, value in known if value and name not in names) + event.headers
    shown = seen.judged.shown
    body = shown if len(shown) <= _CUT else f"{shown[:_CUT]}… ({len(shown)} characters)"
    summary = f"{seen.where} ({note})" if note else seen.where
    return Exchange("message", None, Payload(summary, headers, body, len(event.contents)), {"whole": seen.after})


def exchanges_of(watch: Watch) -> tuple[Exchange, ...]:
    """The message, or what comes closest to it, and then what else came."""
    first: Sequence[Seen] = watch.matching[:1] or ([watch.closest] if watch.closest else [])
    others = list(watch.notes())[:_KEPT]
    return (*(exchange_of(one) for one in first), *(exchange_of(one, note) for one, note in others))


def _copies(one: Seen, other: Seen) -> bool:
    """Whether two messages are one, sent twice: of the same id, or of the same key and contents."""
    same_id = one.event.id is not None and one.event.id == other.event.id
    return same_id or one.identity == other.identity


def _without_marks(contents: bytes) -> bytes:
    """Contents without what an Avro container draws by chance each time that it is written: the mark of its blocks."""
    return contents.replace(contents[-_MARK:], b"") if contents.startswith(_CONTAINER) else contents


def _less(one: Seen, other: Seen) -> bool:
    ours, theirs = one.judged, other.judged
    return (not ours.decoded, len(ours.mismatches)) < (not theirs.decoded, len(theirs.mismatches))


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def _one_place(path: str) -> bool:
    """Whether a path leads to one place within a message."""
    found = steps(path)
    return bool(found) and not any(is_wild(one) for one in found or ())


def _at(tree: Json, path: str) -> Place | None:
    for step in steps(path) or ():
        if isinstance(tree, dict) and isinstance(step, str):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree if isinstance(tree, int | float | str) and not isinstance(tree, bool) else None


def _before(value: Place, earlier: Place) -> bool:
    """Whether one stands before the other; a number and a text have no order, which is none that holds."""
    if isinstance(value, str) or isinstance(earlier, str):
        return not (isinstance(value, str) and isinstance(earlier, str) and value >= earlier)
    return value < earlier
