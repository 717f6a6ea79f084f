"""Plug-ins for tests: the example one, built and installed, and ones of a few lines, as an installation has them."""

import shutil
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

EXAMPLE = Path(__file__).parents[2] / "examples" / "verifier_plugin"


def install_example(folder: Path) -> None:
    """Install the example plug-in into a folder, as pip does from its source."""
    with TemporaryDirectory() as scratch:
        source = shutil.copytree(EXAMPLE, Path(scratch) / "plugin")
        command = ["pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--no-cache-dir",
                   "--disable-pip-version-check", "--target", str(folder), str(source)]  # fmt: skip
        subprocess.run([sys.executable, "-m", *command], check=True)


def write_plugin(
    folder: Path,
    distribution: str,
    entries: Mapping[str, Mapping[str, str]],
    code: str = "",
    requires: Sequence[str] = (),
) -> None:
    """Write a distribution of one module, which is called like it, with entry points by group and name."""
    about = folder / f"{distribution}-1.0.dist-info"
    about.mkdir(exist_ok=True)
    required = "".join(f"Requires-Dist: {one}\n" for one in requires)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n{required}")
    groups = (f"[{group}]\n" + "".join(f"{n} = {v}\n" for n, v in names.items()) for group, names in entries.items())
    (about / "entry_points.txt").write_text("\n".join(groups))
    (folder / f"{distribution.replace('-', '_')}.py").write_text(textwrap.dedent(code))
