"""Containment in step where nothing tells the alternatives of a ``oneOf`` apart at first sight, and one takes more."""

from dataclasses import replace
from functools import cached_property
from typing import ClassVar, Final

from troth_schemas.jsonschema import Couple, Overlaps
from troth_schemas.openapi.aligned import Aligned, Judged
from troth_schemas.openapi.splitting import Pair

_MOST_VALUES: Final = 12


class _Asking(Aligned):
    """Judges pairs of schemas as ``Aligned`` does, and asks of each two alternatives whether a value is of both now.

    What an alternative takes more is told by a judge of its own: a judge must not be asked while it is walking.
    """

    _backward: ClassVar[type[Aligned]] = Aligned

    def judged(self, pair: Pair) -> Judged:
        """What one pair itself comes to, its overlapping alternatives included."""
        found = self._known.get(pair)
        if found is None:
            found = self._known[pair] = self._decided(pair, super().judged(pair))
        return found

    def _decided(self, pair: Pair, judged: Judged) -> Judged:
        alternatives = [part for part in judged.parts if part.kind == "one"]
        if not alternatives:
            return judged
        parts = [replace(part, kind="either") if part.kind == "one" else part for part in judged.parts]
        couples = [self._couple(part.pair) for part in alternatives]
        reader, writer = replace(self._reader, location=pair[0]), replace(self._writer, location=pair[1])
        found = self._overlaps.between(reader, writer, couples)
        return Judged((*judged.gaps, *found.gaps), (*judged.unjudged, *found.unjudged), parts)

    def _couple(self, pair: Pair) -> Couple:
        if self._splitting.same(pair):
            return Couple(*pair, grown=False)
        found = self._backwards.containment(pair[1], pair[0])
        values = [gap.witness[0] for gap in found.gaps if gap.witness is not None]
        return Couple(*pair, grown=found.contained is not True, more=tuple(values[:_MOST_VALUES]))

    @cached_property
    def _overlaps(self) -> Overlaps:
        return Overlaps(self._view, self._options)

    @cached_property
    def _backwards(self) -> Aligned:
        """The same the other way round: what the reader takes more than the writer."""
        options = replace(self._options, open_models="strict")
        return self._backward(
            self._writer, self._reader, self._view, options, self._sameness, swapped=not self._swapped
        )


class Deciding(_Asking):
    """The same, which asks so in both directions, since what an alternative takes more may hold alternatives too."""

    _backward = _Asking
