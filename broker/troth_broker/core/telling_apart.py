"""Breaking changes that no known consumer uses, told apart from those that somebody uses.

Nothing is told apart where no consumer is known, or where it is not known what one of them uses.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from troth_broker.core.facts import Evolution, Facts, Provided
from troth_schemas.pairs import compared


@dataclass(frozen=True, slots=True)
class Told:
    """How many breaking changes somebody uses, how many nobody does, and which consumers that was asked of."""

    used: int
    unused: int = 0
    coverage: tuple[int, ...] = ()


class Users:
    """What the consumers in an environment use of providers' documents."""

    def __init__(self, facts: Facts, environment: str) -> None:
        here = {placed.version for placed in facts.placed if placed.environment == environment}
        newest: dict[tuple[int, int, str], tuple[int, int, int]] = {}
        for one in sorted(facts.publications, key=lambda publication: publication.revision):
            if one.version in here:
                newest[one.slot] = one.provider, one.consumer, one.content
        self._formats = {one.content: one.format for one in facts.publications}
        self._contents: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for provider, consumer, content in newest.values():
            self._contents[provider][content] = consumer
        self._uses: Mapping[tuple[int, int], frozenset[str]] = {
            (one.content, one.provider_content): one.elements for one in facts.uses
        }

    def tell(self, said: Evolution, old: Provided) -> Told:
        """What a change of a document means to those who rely on it as it was."""
        contents = {
            content: consumer
            for content, consumer in self._contents[old.provider].items()
            if compared(self._formats[content], old.format)
        }
        known = [self._uses.get((content, old.provider_content)) for content in contents]
        found = [one for one in known if one is not None]
        if not found or len(found) < len(known) or len(said.elements) < said.breaking:
            return Told(said.breaking)
        used = sum(one is None or any(one in elements for elements in found) for one in said.elements)
        return Told(used, said.breaking - used, tuple(sorted(set(contents.values()))))
