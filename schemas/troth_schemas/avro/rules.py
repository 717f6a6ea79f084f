"""The rules of schema resolution: types that a reader cannot make of what a writer wrote; and all rules together."""

from collections.abc import Iterator, Mapping
from typing import Final

from troth_schemas.avro.field_rules import FIELD_RULES
from troth_schemas.avro.found import ITSELF, at, of_types, proof
from troth_schemas.avro.meaning_rules import MEANING_RULES
from troth_schemas.avro.model import Array, Broken, Definition, Enum, Fixed, Map, Primitive, Record, title
from troth_schemas.avro.resolution import Branch, Choice, Fields, Types, same_name
from troth_schemas.finding import Found
from troth_schemas.rule import Rule, rule


@rule("avro/name-mismatch", severity="breaking", aliases=("NAME_MISMATCH",), mirror=ITSELF)
def name_mismatch(pair: Types) -> Iterator[Found]:
    """The reader's record, enum or fixed has another name than the writer's, and no alias for it.

    Why it breaks: named types are resolved by their names (without the namespace) or by an alias of the reader's.
    Instead: keep the name, or give the new type the old full name as an alias.
    """
    if _alike(pair) and not same_name(pair.reader, pair.writer):  # type: ignore[arg-type]  # _alike looks at the kinds
        message = f"{pair.spot.before}The reader's {_kind(pair.reader)} {title(pair.reader)} is not the writer's "
        yield of_types(pair, f"{message}{title(pair.writer)}, nor has it that name as an alias.", proof(pair))


@rule("avro/fixed-size-mismatch", severity="breaking", aliases=("FIXED_SIZE_MISMATCH",), mirror=ITSELF)
def fixed_size_mismatch(pair: Types) -> Iterator[Found]:
    """A fixed type has another size for the reader than for the writer.

    Why it breaks: a fixed is written without its length, so that its size must be known and equal.
    Instead: define a fixed of a new name and let a union hold both.
    """
    match pair.reader, pair.writer:
        case Fixed() as reader, Fixed() as writer if same_name(reader, writer) and reader.size != writer.size:
            message = f"{writer.name} has {writer.size} bytes as written, but the reader wants {reader.size}."
            yield of_types(pair, message, proof(pair))


@rule("avro/missing-enum-symbols", severity="breaking", aliases=("MISSING_ENUM_SYMBOLS",), mirror=ITSELF)
def missing_enum_symbols(pair: Types) -> Iterator[Found]:
    """The writer's enum has symbols that the reader's has not, and the reader's has no default.

    Why it breaks: the reader finds a symbol that means nothing to it.
    Instead: give the reader's enum a default symbol, or let readers learn the symbol before anybody writes it.
    Note: the default of a field does not help; it counts only where the field is absent.
    """
    missing = _missing_symbols(pair)
    if missing and isinstance(pair.reader, Enum) and pair.reader.default is None:
        message = f"The reader's {title(pair.reader)} has no symbol {_listed(missing)} and no default."
        yield of_types(pair, message, proof(pair, missing[0]))


@rule("avro/enum-symbols-become-default", severity="safe", mirror=ITSELF)
def enum_symbols_become_default(pair: Types) -> Iterator[Found]:
    """The writer's enum has symbols that the reader takes for its default.

    Why it matters: the data can be read, but the reader no longer sees which symbol was written.
    Instead: teach the reader the symbols if they matter to it.
    """
    missing = _missing_symbols(pair)
    if missing and isinstance(pair.reader, Enum) and pair.reader.default is not None:
        yield of_types(pair, f"{title(pair.writer)}: {_listed(missing)} is read as {pair.reader.default}.")


@rule("avro/type-mismatch", severity="breaking", aliases=("TYPE_MISMATCH",), mirror=ITSELF)
def type_mismatch(pair: Types) -> Iterator[Found]:
    """The reader wants another type than was written, and none that the written one can be promoted to.

    Why it breaks: there is no way from the one to the other; only int → long → float → double and string ↔ bytes exist.
    Instead: add a field of the new type beside the old one, or read a union of both types.
    """
    if not pair.matching and not _alike(pair) and _broken(pair) is None and not _same_container(pair):
        message = f"{pair.spot.before}{_article(pair.writer)} is written, but the reader wants {_article(pair.reader)}."
        yield of_types(pair, message, proof(pair))


@rule("avro/missing-union-branch", severity="breaking", aliases=("MISSING_UNION_BRANCH",), mirror=ITSELF)
def missing_union_branch(pair: Branch) -> Iterator[Found]:
    """The writer may write a type that no branch of the reader's union takes.

    Why it breaks: data of that type find no branch, and reading ends with an error.
    Instead: add the branch to the reader's union before anybody writes it.
    """
    if _broken(pair) is None:
        shown = [title(one) for one in pair.reader.branches[:_MOST_SHOWN]]
        more = len(pair.reader.branches) - len(shown)
        branches = ", ".join(shown + ([f"{more} more"] if more else [])) or "nothing"
        message = f"{pair.spot.before}No branch of the reader's union ({branches}) takes {_article(pair.writer)}."
        prover = pair.spot.sides.prover
        yield at(pair.spot, message, pair.reader.at, pair.writer.at, prover.witness(pair.spot.route))


@rule("avro/union-branch-ambiguous", severity="risky", mirror=ITSELF)
def union_branch_ambiguous(pair: Choice) -> Iterator[Found]:
    """Several branches of the reader's union have the name of what is written, and not the first of them is meant.

    Why it matters: some libraries look for the full name, others take the first branch whose name without the namespace
    (or whose alias) is that of what was written, and then cannot read it.
    Instead: put the branch first, or give the types different names.
    Note: found only where the data really cannot be read so.
    """
    witness = pair.spot.sides.prover.witness(pair.spot.route)
    if witness is not None:
        message = f"{pair.spot.before}{pair.writer.name} is read as {title(pair.chosen)}, and by some libraries as "
        message += f"{title(pair.first)}, which comes first."
        yield at(pair.spot, message, pair.first.at, pair.writer.at, witness)


@rule("avro/unreadable-part", severity="not-covered", mirror=ITSELF)
def unreadable_part(pair: Types | Branch) -> Iterator[Found]:
    """A part of either schema could not be read, and so not be compared.

    Why it matters: whatever stands there may break.
    Instead: mend the schema; `troth lint` shows what is wrong with it.
    """
    broken = _broken(pair)
    if broken is not None:
        message = f"{pair.spot.before}Not compared, because {broken.why}."
        yield at(pair.spot, message, pair.reader.at, pair.writer.at)


_MOST_SHOWN: Final = 20
"""How many branches of a union are named in a sentence."""


def _alike(pair: Types) -> bool:
    """Whether both are named types of one kind."""
    return isinstance(pair.reader, Definition) and type(pair.reader) is type(pair.writer)


def _broken(pair: Types | Branch) -> Broken | None:
    """What could not be read, of all that meets there; a branch that could not be read might be the one."""
    if isinstance(pair, Branch):
        return pair.broken or (pair.writer if isinstance(pair.writer, Broken) else None)
    return next((one for one in (pair.reader, pair.writer) if isinstance(one, Broken)), None)


def _same_container(pair: Types) -> bool:
    """Two arrays or maps: what does not fit is told where it stands, inside."""
    return type(pair.reader) is type(pair.writer) and isinstance(pair.reader, Array | Map)


def _missing_symbols(pair: Types) -> list[str]:
    match pair.reader, pair.writer:
        case Enum() as reader, Enum() as writer if same_name(reader, writer):
            return sorted(set(writer.symbols) - set(reader.symbols))
    return []


def _kind(node: object) -> str:
    return type(node).__name__.lower()


def _article(node: object) -> str:
    match node:
        case Record() | Enum() | Fixed():
            return f"the {_kind(node)} {node.name}"
        case Array() | Map():
            return "an array" if isinstance(node, Array) else "a map"
        case Primitive(kind):
            return kind
    return "a union"


def _listed(symbols: list[str]) -> str:
    shown = symbols[:5] + ([f"{len(symbols) - 5} more"] if len(symbols) > 5 else [])
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


ON: Final[Mapping[type, tuple[Rule, ...]]] = {
    Types: (
        name_mismatch, fixed_size_mismatch, missing_enum_symbols, enum_symbols_become_default, type_mismatch,
        *MEANING_RULES, unreadable_part,
    ),
    Branch: (missing_union_branch, unreadable_part),
    Choice: (union_branch_ambiguous,),
    Fields: FIELD_RULES,
}  # fmt: skip
"""Which rules judge which kind of pair."""
