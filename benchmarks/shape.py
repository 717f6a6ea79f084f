"""How a fleet of a given size looks: its applications, who consumes whom, and its environments."""

from dataclasses import dataclass
from random import Random

PROVIDERS = ("checkout", "payments", "catalogue", "search")
CONSUMERS = ("web", "ios", "android", "partner-gateway")
ASKED = "storefront"
"""The application that every question is about. It has four providers and four consumers in a fleet of any size, while
their histories grow with the fleet: so answers are of one size, and only the store's size can make them slower."""

RESULTS_PER_PUBLICATION = 5
_SIZES = ((5_000, 40, 110), (50_000, 110, 700), (500_000, 330, 2_600), (5_000_000, 1_000, 10_000))


@dataclass(frozen=True, slots=True)
class Shape:
    """A fleet before anything happened."""

    results: int
    names: tuple[str, ...]
    providers_of: tuple[tuple[int, ...], ...]
    """For each application, those that it consumes, as places in `names`."""
    environments: tuple[str, ...]
    neighbourhood: tuple[int, ...]
    """`storefront`, its providers and its consumers."""


def shape(results: int, seed: int = 1) -> Shape:
    """The fleet for that many results: the first twentieth of the rest are hubs, which most of the others consume."""
    chance = Random(seed)
    near = (ASKED, *PROVIDERS, *CONSUMERS)
    count, integrations = _measures(results)
    names = (*near, *(f"service-{number:04d}" for number in range(count)))
    providers: list[set[int]] = [set() for _ in names]
    providers[0] = {names.index(name) for name in PROVIDERS}
    for name in CONSUMERS:
        providers[names.index(name)] = {0}
    rest = list(range(len(near), len(names)))
    hubs = rest[: max(2, count // 100)]
    for hub in hubs:  # the first hub is consumed by three fifths of all, at most 500; each further one by fewer
        share = min(500, count * 3 // (5 + 2 * hubs.index(hub)))
        for consumer in chance.sample(rest, share):
            if consumer != hub:
                providers[consumer].add(hub)
    made = sum(map(len, providers))
    while made < integrations:
        consumer, provider = chance.choice(rest), chance.choice(rest)
        if consumer != provider and provider not in providers[consumer]:
            providers[consumer].add(provider)
            made += 1
    environments = ("test", "staging", "production", *(f"region-{n}" for n in range(min(97, 2 + results // 50_000))))
    return Shape(
        results, names, tuple(tuple(sorted(found)) for found in providers), environments, tuple(range(len(near)))
    )


def _measures(results: int) -> tuple[int, int]:
    """Applications and integrations, between the sizes that are written down."""
    below = max((size for size in _SIZES if size[0] <= results), default=_SIZES[0])
    above = min((size for size in _SIZES if size[0] >= results), default=_SIZES[-1])
    if results < _SIZES[0][0]:
        return 12, 24
    part = 0.0 if above[0] == below[0] else (results - below[0]) / (above[0] - below[0])
    return round(below[1] + part * (above[1] - below[1])), round(below[2] + part * (above[2] - below[2]))
