"""`troth verify` on messages: the broker's address is given with --provider-url."""

import subprocess
import sys
from pathlib import Path

from tests.verifiers.events.conftest import EXAMPLE, Place, producing


def troth(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "troth_broker.cli", "verify", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_a_producer_is_verified_from_the_command_line(on_redis: Place, tmp_path: Path) -> None:
    (tmp_path / "order.avsc").write_bytes((EXAMPLE / "order.avsc").read_bytes())
    text = (EXAMPLE / "orders.troth.yaml").read_text().replace("orders.placed", on_redis.channel)
    (tmp_path / "orders.troth.yaml").write_text(text)
    for broken, code in (("", 0), ("twice", 1)):
        with producing(on_redis, broken) as states:
            run = troth(str(tmp_path / "orders.troth.yaml"), "--provider-url", f"messages={on_redis.url}", "-s", states)
        assert run.returncode == code, run.stdout + run.stderr
    assert "came 2 times, and the contract says once" in run.stdout


def test_an_address_without_a_protocol_is_refused() -> None:
    run = troth("x.json", "--provider-url", "nats://127.0.0.1:4222")
    assert run.returncode == 2
    assert "is no address" in run.stderr
