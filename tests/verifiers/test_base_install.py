"""What a base installation can do: replay pacts and serve them, with no optional extra there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

EXTRAS = "aio_pika aiokafka aiomqtt fastavro graphql grpc grpc_tools jsonschema jsonschema_rs nats openapi_core yaml"


def test_pacts_are_replayed_and_served_without_any_extra() -> None:
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({EXTRAS.split()}))\n"
        "import troth_broker.cli.stub, troth_broker.cli.verify\n"
        "from troth_verifiers.pact import PactVerifier; PactVerifier()"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_a_format_that_is_plugged_in_needs_no_extra_to_be_told(tmp_path: Path) -> None:
    shutil.copytree(
        Path(__file__).parents[2] / "examples" / "verifier_plugin" / "troth_lines", tmp_path / "troth_lines"
    )
    about = tmp_path / "troth_lines-0.1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: troth-lines\nVersion: 0.1.0\n")
    (about / "entry_points.txt").write_text("[troth.formats]\nlines = troth_lines.format:lines_format\n")
    (tmp_path / "web.txt").write_text("web relies on orders\nGET /orders/1 -> 200\n")
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({EXTRAS.split()}))\n"
        "from troth_broker.cli.program import main; sys.exit(main(['lint', 'web.txt']))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "web.txt: lines, nothing is wrong\n"), ran.stderr
