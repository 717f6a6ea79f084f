"""The child processes that run the pact library: started when needed, kept for the next job, killed when in doubt."""

import asyncio
import json
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from troth_verifiers.api import Target
from troth_verifiers.errors import EngineError
from troth_verifiers.pact.environment import environment

_SCRIPT = Path(__file__).with_name("child.py")
_PATIENCE = 5.0
"""Seconds that an idle child gets to end by itself."""
_LAST_WORDS = 2_000


class Child:
    """One child process; runs one job at a time."""

    def __init__(self, process: Process, file: Path, words: Path) -> None:
        self._process = process
        self._file = file
        self._words = words

    @classmethod
    async def start(cls, variables: Mapping[str, str], folder: Path, number: int) -> "Child":
        """Start a child that keeps its files in `folder`."""
        words = folder / f"{number}.stderr"
        with words.open("wb") as stderr:
            # A session of its own: Ctrl-C in a terminal reaches us alone, and we end the child.
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", str(_SCRIPT), stdin=PIPE, stdout=PIPE, stderr=stderr,
                env=dict(variables), start_new_session=True,
            )  # fmt: skip
        return cls(process, folder / f"{number}.json", words)

    @property
    def alive(self) -> bool:
        """Whether another job can be given to it."""
        return self._process.returncode is None

    async def run(self, job: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The child's answer to a job; raises `EngineError` if it dies or stays silent, and kills it then."""
        text = json.dumps({**job, "file": str(self._file)}).encode()
        try:
            async with asyncio.timeout(seconds) as clock:
                return await self._exchange(len(text).to_bytes(4, "big") + text)
        except (asyncio.IncompleteReadError, ConnectionError):
            await self.kill()
            raise EngineError(f"The pact library's process ended unexpectedly. {self._last_words()}".strip()) from None
        except BaseException as error:
            await self.kill()
            if isinstance(error, TimeoutError) and clock.expired():
                raise EngineError(f"The pact library did not come back within {seconds:g} s and was stopped.") from None
            raise

    async def _exchange(self, frame: bytes) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(frame)
        await stdin.drain()
        head = await stdout.readexactly(4)
        answer: dict[str, Any] = json.loads(await stdout.readexactly(int.from_bytes(head, "big")))
        return answer

    async def kill(self) -> None:
        """End it at once, whatever it is doing."""
        if self.alive:
            self._process.kill()
        await self._process.wait()

    async def end(self) -> None:
        """Let an idle child end by itself, for a while."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self._process.wait()

    def _last_words(self) -> str:
        return self._words.read_text(errors="replace").strip()[-_LAST_WORDS:]


class Pool:
    """The children for one target."""

    def __init__(self, target: Target) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="troth-pact-")
        self._path = Path(self._folder.name)
        self._variables = environment(target, self._path)
        self._idle: list[Child] = []
        self._started = 0

    async def run(self, job: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Run a job in an idle child, or in a new one."""
        child = self._idle.pop() if self._idle else await self._start()
        answer = await child.run(job, seconds)
        self._idle.append(child)
        return answer

    async def _start(self) -> Child:
        self._started += 1
        return await Child.start(self._variables, self._path, self._started)

    async def close(self) -> None:
        """End all children and remove their files."""
        try:
            await asyncio.gather(*(child.end() for child in self._idle))
        finally:
            for child in self._idle:
                await child.kill()
            self._idle.clear()
            self._folder.cleanup()
