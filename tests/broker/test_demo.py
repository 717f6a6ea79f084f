"""`troth demo` tells the story of the whole loop by running it."""

import json
import re
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.support.cli import Finished, clean_environment, troth

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Finished, Path]:
    """The demo, run once in a folder of its own."""
    folder = tmp_path_factory.mktemp("demo") / "shop"
    return troth("demo", folder, environment={"PACT_BROKER_BASE_URL": "http://not.this.invalid"}, code=0), folder


def test_the_story_is_told_by_commands_that_are_really_run(story: tuple[Finished, Path]) -> None:
    run, folder = story
    commands = re.findall(r"^\$ (\S+ \S+)", run.out, re.MULTILINE)
    assert commands == [
        *("export PACT_BROKER_BASE_URL=troth.db", "python -m", "troth publish", "python orders/service.py"),
        *("troth verify", "troth matrix", "troth environment", "troth record-deployment", "troth can-i-deploy"),
        *("troth record-deployment", "python orders/next_service.py", "troth verify", "troth can-i-deploy"),
    ]
    assert (folder / "troth.db").is_file()


def test_the_consumers_test_writes_a_real_pact(story: tuple[Finished, Path]) -> None:
    _, folder = story
    pact = json.loads((folder / "pacts" / "web-orders.json").read_text())
    assert len(pact["interactions"]) == 2
    assert pact["metadata"]["pactSpecification"]["version"] == "4.0"


def test_the_gate_says_yes_and_after_the_break_no_with_reason_and_way_out(story: tuple[Finished, Path]) -> None:
    run, _ = story
    assert "YES  web web-1.4 → production   1 pair verified" in run.out
    tail = run.out[run.out.rindex("NO  orders orders-3.0 → production") :]
    assert "web web-1.4 → orders orders-3.0  incompatible  replay  GET /orders/42: $.total" in tail
    assert "Waiting will not help. Shortest way to yes: 1) " in tail


def test_it_leaves_no_service_behind(story: tuple[Finished, Path]) -> None:
    run, _ = story
    ports = {int(port) for port in re.findall(r"orders listens on http://127\.0\.0\.1:(\d+)", run.out)}
    assert ports
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_folder_that_is_there_already_is_left_alone(tmp_path: Path) -> None:
    run = troth("demo", tmp_path, code=2)
    assert "exists already" in run.err
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_does_not_go_as_told_ends_the_demo(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from troth_broker.cli import demo\n"
        "from troth_broker.cli.program import main\n"
        f"demo._example = lambda: Path({str(tmp_path)!r})\n"
        "sys.exit(main(['demo']))\n"
    )
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "test_it.py").write_text("import unittest\nassert False\n")
    run = subprocess.run(
        [sys.executable, "-c", program], env=clean_environment(), capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "troth: the demo ends here: python -m unittest" in run.stderr


def test_an_installed_wheel_brings_the_example_along(tmp_path: Path) -> None:
    build = "import sys, hatchling.build as b; b.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if "/cli/example/" in name}
    wanted = {
        f"troth_broker/cli/example/{path.relative_to(ROOT / 'examples' / 'shop')}"
        for path in (ROOT / "examples" / "shop").rglob("*")
        if path.suffix in (".py", ".yaml")
    }
    assert names == wanted


def test_a_fleet_is_served_to_look_at_and_gone_when_it_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "troth_broker.cli", "demo", "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=clean_environment()) as shown:
        assert shown.stdout is not None
        try:
            said = [shown.stdout.readline(), shown.stdout.readline()]
            found = re.search(r"http://127\.0\.0\.1:\d+", said[1])
            assert found, said
            page = httpx.get(found[0], headers={"Accept": "text/html"}, trust_env=False)
            assert "6 versions" in page.text
        finally:
            shown.terminate()
    assert list(tmp_path.iterdir()) == []


def test_a_served_fleet_takes_no_folder(tmp_path: Path) -> None:
    run = troth("demo", "--serve", tmp_path / "x", code=2)
    assert "--serve keeps nothing" in run.err
