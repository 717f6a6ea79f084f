"""Who was asked for a verification that is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from troth_broker.core.facts import Request

_Key = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests by content and version; without a version, those to whichever version the provider builds next."""

    requests: Mapping[_Key, Request]

    @classmethod
    def by(cls, requests: Iterable[Request]) -> "Asked":
        """The requests in order."""
        return cls({(one.content, one.version): one for one in requests})

    def of(self, content: int, versions: Iterable[int]) -> Request | None:
        """The request for what these versions owe to a content, several put into one; None if one was never asked.

        A result is expected only if it is of every version.
        """
        anyone = self.requests.get((content, None))
        found = [self._for_one(content, version, anyone) for version in versions] or [anyone]
        known = [one for one in found if one is not None]
        if not known or (len(known) < len(found) and any(one.expected for one in known)):
            return None
        return Request(
            content,
            known[0].version if len(known) == 1 else None,
            max(one.times for one in known),
            min(one.since for one in known),
            max(one.last for one in known),
            expected=len(known) == len(found) and all(one.expected for one in known),
            reached=all(one.reached for one in known),
        )

    def _for_one(self, content: int, version: int, anyone: Request | None) -> Request | None:
        """The request that a version is asked by; of two, the one that may still be answered."""
        own = self.requests.get((content, version))
        return own if own is not None and (own.expected or anyone is None) else anyone or own


NOTHING_ASKED = Asked({})
