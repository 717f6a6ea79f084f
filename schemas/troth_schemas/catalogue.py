"""Every rule of every format and pair, gathered in one place for people who ask what there is."""

from contextlib import suppress
from difflib import get_close_matches

from troth_schemas import formats, pairs
from troth_schemas.errors import FormatBroken, RuleUnknown
from troth_schemas.rule import Rule


def rules() -> tuple[Rule, ...]:
    """All rules, sorted by their ids; each once, though a pair may share the rules of a format.

    Those of formats whose libraries are not installed, or whose plug-ins do not load, are left out: nothing of theirs
    can be found either.
    """
    found: dict[str, Rule] = {}
    for name in formats.names():
        with suppress(ImportError, FormatBroken):
            found.update((one.id, one) for one in formats.find(name).rules)
    for consumer, provider in pairs.known():
        with suppress(ImportError, FormatBroken):
            pair = pairs.find(consumer, provider)
            found.update((one.id, one) for one in (pair.rules if pair is not None else ()))
    return tuple(found[name] for name in sorted(found))


def explain(name: str) -> tuple[Rule, ...]:
    """The rules that go by an id or by the alias that another checker has for them. Raises RuleUnknown."""
    everything = rules()
    found = tuple(one for one in everything if one.id == name or name in one.aliases)
    if not found:
        names = [name for one in everything for name in (one.id, *one.aliases)]
        raise RuleUnknown(name, tuple(get_close_matches(name, names, 3, 0.5)))
    return found
