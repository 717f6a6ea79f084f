"""protoc in a process of its own, which may neither last nor grow and sees no files but those that it is given."""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from troth_schemas.errors import ContractUnreadable, ExtraMissing
from troth_schemas.protobuf.diagnostics import LAID_OUT

_SECONDS: Final = 30
_MEMORY: Final = 2_000_000_000
_REFUSED: Final = 1
"""The exit status of protoc that found something wrong."""
_CHILD: Final = Path(__file__).with_name("protoc.py")


class Ran(NamedTuple):
    """What protoc said of the files, and the descriptors that it made of them, None where it refused."""

    said: str
    made: bytes | None


class Protoc:
    """One run of protoc. It starts at once and waits to be told what to do, as its start takes most of its time.

    Raises ExtraMissing where it is not installed.
    """

    def __init__(self) -> None:
        tools = find_spec("grpc_tools")
        if tools is None or tools.origin is None:
            raise ExtraMissing("protobuf", "grpc", "grpc_tools")
        package = Path(tools.origin).parent
        self._includes = package / "_proto"
        self._scratch = tempfile.TemporaryDirectory(prefix="protoc")
        command = [sys.executable, "-I", "-S", str(_CHILD), str(package.parent), str(_SECONDS), str(_MEMORY)]
        self._process = subprocess.Popen(  # noqa: S603 - our own program, in a folder of its own, with no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self._scratch.name,
            env={},
        )

    def run(self, texts: Mapping[str, bytes], names: Iterable[str], root: str) -> Ran:
        """Compile some of the files, which may import the others. It can be done once.

        Raises ContractUnreadable, about the contract's root, where protoc crashes, or takes too long or too much.
        """
        try:
            return self._ran(texts, names, root)
        finally:
            self.close()

    def _ran(self, texts: Mapping[str, bytes], names: Iterable[str], root: str) -> Ran:
        folder = Path(self._scratch.name)
        _lay_out(folder / LAID_OUT, texts)
        made = folder / "out"
        arguments = [f"-I{LAID_OUT}", f"-I{self._includes}", f"--descriptor_set_out={made}"]
        arguments += ["--include_imports", "--include_source_info"]
        arguments += [f"{LAID_OUT}/{name}" for name in names]
        try:
            _, told = self._process.communicate("\n".join(arguments).encode(), timeout=2 * _SECONDS)
        except subprocess.TimeoutExpired:
            raise unreadable(root, "keeps protoc busy for a minute", "Split it into several contracts.") from None
        said, status = told.decode("utf-8", "replace"), self._process.returncode
        if status not in (0, _REFUSED) or (status and "\nTraceback" in f"\n{said}"):
            raise unreadable(root, "makes protoc crash or take too much", "Make it smaller, or less deep.")
        try:
            return Ran(said, None if status else made.read_bytes())
        except OSError as problem:
            raise unreadable(root, f"makes protoc write no descriptors ({problem})", "Make it smaller.") from None

    def close(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.communicate()
        self._scratch.cleanup()


def _lay_out(folder: Path, texts: Mapping[str, bytes]) -> None:
    for name, text in texts.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        except OSError as problem:
            reason = f"cannot be laid out for protoc ({problem.strerror})"
            raise unreadable(name, reason, "Give it a shorter name, different from every folder's.") from None


def unreadable(name: str, reason: str, fix: str) -> ContractUnreadable:
    """The error of a contract that protoc cannot read."""
    return ContractUnreadable(f"the contract {name}", reason, index=0, place="its files", fix=fix)
