"""What `troth publish --role` does: contracts of any format, of a consumer or of a provider, with their documents."""

import glob
import json
import os
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from troth_broker.cli.contract_files import Given, read_contract
from troth_broker.cli.stop import bad_input
from troth_broker.client import ContractFiles
from troth_schemas import pairs
from troth_schemas.contract import Contract
from troth_schemas.detecting import detect
from troth_schemas.errors import ContractUnreadable, ExtraMissing, FormatUndetected
from troth_schemas.expectations import Unmergeable, merged
from troth_schemas.sources import Sources


@dataclass(frozen=True, slots=True)
class Side:
    """Whose contracts are published: a provider's own (no consumer), or a consumer's with a provider."""

    provider: str
    consumer: str | None = None

    @property
    def label(self) -> str:
        """The side as people read it."""
        return self.provider if self.consumer is None else f"{self.consumer} → {self.provider}"


def side_of(role: str, consumer: str | None, provider: str | None) -> Side:
    """The side that the options name; ends the command where they do not."""
    if provider is None:
        whose = "whose contract it is" if role == "provider" else "from which the consumer expects it"
        raise bad_input(f"--role {role} needs --provider NAME, the application {whose}")
    if role == "provider" and consumer is not None:
        raise bad_input("--role provider takes no --consumer: a provider says the same to all")
    if role == "consumer" and consumer is None:
        raise bad_input("--role consumer needs --consumer NAME; pacts, which name it, are published without --role")
    return Side(provider, consumer)


def read_contracts(
    files: Sequence[str], *, wanted: str | None, allow: Sequence[Path], name: str
) -> tuple[tuple[ContractFiles, Given], ...]:
    """The contracts that the files hold; one of them may be given under a name."""
    files = [found for file in files for found in _matching(file)]
    if name and len(files) > 1:
        raise bad_input("--name names one contract: publish the others by themselves")
    given = [read_contract(file, wanted=wanted, allow=allow) for file in files]
    for one in given:
        if one.contract.format == "pact":
            raise bad_input(f"{one.label} is a pact: publish pacts without --role, apart from other contracts")
    for at, one in enumerate(given):
        for other in given[:at]:
            if other.contract.format == one.contract.format:
                raise bad_input(_OF_ONE_FORMAT.format(other.label, one.label, one.contract.format))
    for one in given:
        _refuse_unreadable(one)
    return tuple((_documents(one, name), one) for one in given)


def _refuse_unreadable(given: Given) -> None:
    """End the command for what the broker would not take, by the name that it has here."""
    try:
        _ = given.contract.loaded
    except ContractUnreadable as problem:
        raise bad_input(f"nothing was published: {given.label}: {problem}") from None
    except ExtraMissing:
        return  # the broker reads it


_OF_ONE_FORMAT = (
    "{0} and {1} are both {2}, and of one format a version has one contract, so that the second would replace the "
    "first: publish each of a provider's by itself under a --name, and a consumer's as one document that refers to "
    "the others"
)


def expectations_in(
    paths: Sequence[Path], allow: Sequence[Path]
) -> dict[tuple[Path, ...], tuple[Side, ContractFiles, Given]]:
    """Those of the files that are expectations, with whose they are: they name it, as pacts do.

    Files of one consumer, provider and protocol become one contract. Ends the command for one that does not name both
    sides, and for files that contradict each other.
    """
    groups: dict[tuple[Side, str], list[tuple[Path, Given]]] = {}
    for path in paths:
        if not _is_expectations(path):
            continue
        given = read_contract(str(path), allow=allow)
        try:
            document = given.contract.loaded.document
        except (ContractUnreadable, ExtraMissing) as problem:
            raise bad_input(f"nothing was published:\n  {path}: {problem}") from None
        if not document.consumer or not document.provider:
            raise bad_input(f"nothing was published:\n  {path}: it does not name its consumer and its provider")
        side = Side(document.provider, document.consumer)
        groups.setdefault((side, given.contract.format), []).append((path, given))
    found: dict[tuple[Path, ...], tuple[Side, ContractFiles, Given]] = {}
    for (side, _), group in groups.items():
        whole = group[0][1] if len(group) == 1 else _one_of(group)
        found[tuple(path for path, _ in group)] = (side, _documents(whole, ""), whole)
    return found


def _one_of(group: Sequence[tuple[Path, Given]]) -> Given:
    """The files of one consumer, provider and protocol as one contract, with the schemas of all of them."""
    label = ", ".join(given.label for _, given in group)
    folders = {path.parent.resolve() for path, _ in group}
    if len(folders) > 1 and any(len(given.contract.sources.files) > 1 for _, given in group):
        raise bad_input(
            f"nothing was published:\n  {label} become one contract, and refer to schemas from different folders: put "
            "them into one folder"
        )
    try:
        whole = merged({given.label: given.contract.loaded.document.value for _, given in group})
    except Unmergeable as problem:
        raise bad_input(f"nothing was published:\n  {problem}") from None
    first = group[0][1].contract
    root = posixpath.join(posixpath.dirname(first.sources.root), "expectations.troth.json")
    roots = {given.contract.sources.root for _, given in group}
    beside = {
        name: exact for _, given in group for name, exact in given.contract.sources.files.items() if name not in roots
    }
    content = json.dumps(whole, ensure_ascii=False, indent=2).encode()
    return Given(label, Contract(first.format, Sources(root, {root: content, **beside})))


def _is_expectations(path: Path) -> bool:
    """Whether a file is one; one that cannot be told is left to those who read pacts, who say what is wrong."""
    try:
        exact = path.read_bytes()
        return b"troth" in exact and detect(str(path), exact).endswith("expectations")
    except (OSError, ImportError, ContractUnreadable, FormatUndetected):
        return False


def _matching(file: str) -> Sequence[str]:
    """The files that a pattern stands for; what is there, or is no pattern, stands for itself."""
    if Path(file).exists() or not glob.has_magic(file):
        return [file]
    found = sorted(glob.glob(file, recursive=True))  # noqa: PTH207 - patterns may be absolute
    if not found:
        raise bad_input(f"{file}: the pattern fits no file")
    return found


def refuse_together(options: Mapping[str, object], why: str) -> None:
    """End the command where options are given that mean nothing to what is published."""
    given = [name for name, value in options.items() if value]
    if given:
        raise bad_input(f"{' and '.join(given)} {'is' if len(given) == 1 else 'are'} {why}")


def warn_of_no_comparison(side: Side, given: Given) -> None:
    """Say on standard error where nothing compares a contract's format on that side."""
    kind, at = given.contract.format, int(side.consumer is None)
    if any(pair[at] == kind for pair in pairs.known()):
        return
    own, other = ("provider", "consumer") if side.consumer is None else ("consumer", "provider")
    hint = f"; is it a {other}'s?" if any(pair[1 - at] == kind for pair in pairs.known()) else ""
    kept = "is only kept" if side.consumer is None else "stays not-covered"
    told = f"nothing compares a {own}'s {kind} with {other}s' contracts, so it {kept}{hint}"
    click.echo(f"troth: {given.label}: {told}", err=True)


def of_other_formats(files: Sequence[str]) -> str:
    """A hint for people who publish contracts of other formats as if they were pacts; empty where they do not."""
    for file in files:
        try:
            found = detect(file, Path(file).read_bytes())
        except (OSError, ImportError, ContractUnreadable, FormatUndetected):
            continue
        if found != "pact":
            return f"\n{file} looks like {found}: contracts of other formats need --role consumer or --role provider"
    return ""


def _documents(given: Given, name: str) -> ContractFiles:
    sources = given.contract.sources
    names = dict(zip(sources.files, _within_one_folder(list(sources.files), given), strict=True))
    order = [sources.root, *(each for each in sources.files if each != sources.root)]
    files: Mapping[str, bytes] = {names[each]: sources.files[each] for each in order}
    return ContractFiles(given.contract.format, files, name)


def _within_one_folder(names: list[str], given: Given) -> list[str]:
    """Names that stay in their folder, and lead from one document to another as they did on disk."""
    if given.contract.format == "protobuf" or len(names) == 1:
        return [posixpath.basename(name) for name in names] if len(names) == 1 else names
    whole = [posixpath.normpath(posixpath.join(os.getcwd(), name)) for name in names]  # noqa: PTH109 - text, not a file
    folder = posixpath.commonpath([posixpath.dirname(name) for name in whole])
    return [posixpath.relpath(name, folder) for name in whole]
