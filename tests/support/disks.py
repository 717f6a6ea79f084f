"""A disk that is full soon: a small file system in memory, where the tests may mount one."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.services import Missing


@contextlib.contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """A folder with so much room and no more. Raises Missing where nothing may be mounted."""
    folder.mkdir()
    size = f"size={megabytes}m"
    done = None
    if os.geteuid() == 0:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], capture_output=True, text=True
        )
    if done is None or done.returncode != 0:
        raise Missing("no small disk: mounting one takes root, and a container that may")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
