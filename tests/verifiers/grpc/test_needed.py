"""Without the libraries of the extra, one sentence says what to install."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
_ASK = """
import sys
sys.path[:0] = sys.argv[1:]
from troth_verifiers.errors import PluginError
try:
    import troth_verifiers.grpc
except PluginError as error:
    print(error)
"""


def test_a_missing_extra_is_named_with_the_command_that_brings_it() -> None:
    command = [sys.executable, "-I", "-S", "-c", _ASK, str(ROOT / "schemas"), str(ROOT / "verifiers")]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout == "gRPC needs the library google.protobuf: pip install 'troth[grpc]'.\n"
