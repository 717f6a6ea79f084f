"""Which files a contract's .proto files import, under which name each is known, and which come with Protobuf itself.

An import names a file from an include root, a contract's documents are named from the folder of the root document. The
two are brought together here, so that nobody needs to say where the include root is: an import means the document of
that name, else the one whose name ends in it, else the one that it ends in.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from posixpath import normpath, relpath
from typing import Final

from troth_schemas.errors import ContractUnreadable
from troth_schemas.sources import Sources

_TEXT: Final = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_COMMENT: Final = re.compile(rf"({_TEXT})|//[^\n]*|/\*.*?\*/", re.DOTALL)
_STATEMENT: Final = re.compile(
    rf"\b(?P<what>import|package)\s+(?:(?:public|weak|option)\s+)?(?P<value>{_TEXT}|[\w.]+)\s*;|{_TEXT}"
)
_SUFFIXES: Final = (".binpb", ".protoset", ".desc", ".pb")
_WELL_KNOWN: Final = "google/protobuf/"
_BUNDLED: Final = re.compile(r"google/(api|rpc|type|logging|longrunning|cloud|gapic)/[\w/.-]+\.proto$")
"""Annotations that most public APIs import; they come with googleapis-common-protos."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the top of a .proto file says: its package and its imports, in order."""

    package: str
    imports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """The .proto files of a contract as protoc shall find them.

    ``texts`` are the bytes by the name that imports use, ``documents`` gives the name under which each was handed in,
    ``absent`` lists imports that nothing answers, ``bundled`` the files that come with Protobuf and were added.
    """

    texts: Mapping[str, bytes]
    documents: Mapping[str, str]
    bundled: frozenset[str]
    absent: tuple[str, ...]
    wanted: tuple[str, ...]

    def document(self, name: str) -> str:
        """The name under which a file was handed in."""
        return self.documents.get(name, name)


def is_descriptor_set(name: str, content: bytes) -> bool:
    """Whether these are the bytes of a FileDescriptorSet and not the text of a .proto file."""
    if name.endswith(_SUFFIXES):
        return True
    return not name.endswith(".proto") and content[:1] == b"\x0a" and b".proto" in content[:300]


def header(text: bytes) -> Header:
    """Package and imports of a .proto file; comments and texts are skipped."""
    package, imports = "", []
    bare = _COMMENT.sub(lambda found: found[1] or " ", text.decode("utf-8", "replace"))
    for found in _STATEMENT.finditer(bare):
        value = found["value"]
        if found["what"] == "import" and value[0] in "\"'":
            imports.append(value[1:-1])
        elif found["what"] == "package" and value[0] not in "\"'":
            package = package or value
    return Header(package, tuple(dict.fromkeys(imports)))


def tree(sources: Sources) -> Tree:
    """The contract's files under the names that imports use, with what they import. Raises ContractUnreadable."""
    given = {_checked(name): name for name in sources.files if not is_descriptor_set(name, sources.files[name])}
    headers = {name: header(sources.files[original]) for name, original in given.items()}
    answers = dict(_answers(headers))
    names = {_stripped(name): name for name in given}
    for wanted, name in answers.items():
        names = {key: value for key, value in names.items() if value != name} | {wanted: name}
    texts = {virtual: sources.files[given[name]] for virtual, name in names.items()}
    documents = {virtual: given[name] for virtual, name in names.items()}
    bundled = dict(_bundled(one for head in headers.values() for one in head.imports if one not in answers))
    absent = _absent(headers, answers, bundled)
    return Tree(bundled | texts, documents, frozenset(bundled), *absent)


def unanswered(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The imports that no given document answers and that do not come with Protobuf: who imports, and what."""
    headers = {name: header(content) for name, content in files.items()}
    answers = dict(_answers(headers))
    bundled = dict(_bundled(one for head in headers.values() for one in head.imports if one not in answers))
    for name, head in headers.items():
        for one in head.imports:
            if one not in answers and one not in bundled and not one.startswith(_WELL_KNOWN):
                yield name, one


def reached(sources: Sources) -> Sources:
    """The root with those of the documents that it imports, directly or not."""
    headers = {name: header(content) for name, content in sources.files.items()}
    answers = dict(_answers(headers))
    found, left = {sources.root: sources.text}, [sources.root]
    while left:
        for one in headers[left.pop()].imports:
            name = answers.get(one)
            if name is not None and name not in found:
                found[name] = sources.files[name]
                left.append(name)
    return Sources(sources.root, found)


def _absent(
    headers: Mapping[str, Header], answers: Mapping[str, str], bundled: Mapping[str, bytes]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The imports that nothing answers: as they are written, and where they may lie from the root's folder."""
    absent: dict[str, None] = {}
    wanted: dict[str, None] = {}
    for name, head in headers.items():
        for one in head.imports:
            if one not in answers and one not in bundled and not one.startswith(_WELL_KNOWN):
                absent[one] = None
                wanted.update(dict.fromkeys(_places(name, head.package, one)))
    return tuple(absent), tuple(wanted)


def _places(name: str, package: str, wanted: str) -> Iterator[str]:
    """Where an imported file may lie: from the root's folder, or from the include root that the package tells of."""
    yield wanted
    folder = package.replace(".", "/")
    if folder and "/" not in name:
        yield relpath(wanted, folder)


def _answers(headers: Mapping[str, Header]) -> Iterator[tuple[str, str]]:
    """Each import that a given document answers, with the name of that document."""
    taken: set[str] = set()
    for wanted in dict.fromkeys(one for head in headers.values() for one in head.imports):
        if wanted in headers:
            taken.add(wanted)
            yield wanted, wanted
            continue
        if wanted.startswith((_WELL_KNOWN, "../", "/")) or normpath(wanted) != wanted or _is_bundled(wanted):
            continue
        ends = sorted((one for one in headers if one.endswith("/" + wanted) and one not in taken), key=len)
        ends += sorted((one for one in headers if wanted.endswith("/" + one) and one not in taken), key=len)
        if ends:
            taken.add(ends[0])
            yield wanted, ends[0]


def _checked(name: str) -> str:
    """A document's name as a path inside a folder of its own. Raises ContractUnreadable for one that is none."""
    normal = normpath(name)
    if name.startswith("/") or "\\" in name or not name.isprintable() or normal in (".", ".."):
        reason = "has a name that is no relative path"
        raise ContractUnreadable(
            f"the document {name!r}", reason, index=0, place="its name", fix="Name it like shop/order.proto."
        )
    return normal


def _stripped(name: str) -> str:
    """A name without the steps that lead out of the root's folder."""
    while name.startswith("../"):
        name = name[3:]
    return name


def _is_bundled(name: str) -> bool:
    return _BUNDLED.match(name) is not None and ".." not in name


def _bundled(names: Iterator[str]) -> Iterator[tuple[str, bytes]]:
    """The files of googleapis-common-protos that are imported, and those that they import."""
    folder = _common_protos()
    left = list(names)
    seen: set[str] = set()
    while left and folder is not None:
        name = left.pop()
        if name in seen or not _is_bundled(name):
            continue
        seen.add(name)
        path = folder / name
        if path.is_file():
            text = path.read_bytes()
            left.extend(header(text).imports)
            yield name, text


def _common_protos() -> Path | None:
    """The folder that holds ``google/rpc`` and its neighbours, if they are installed."""
    found = find_spec("google")
    for place in (found.submodule_search_locations or ()) if found is not None else ():
        if (Path(place) / "rpc").is_dir():
            return Path(place).parent
    return None
