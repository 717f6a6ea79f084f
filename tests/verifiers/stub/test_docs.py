"""docs/stub.md is true: its files are written, its commands run, and they print what it says."""

import re
from dataclasses import fields
from pathlib import Path

from redis import Redis

from tests.support.console import Session, files_of, steps, write
from troth_verifiers.stub import Fault

PAGE = Path(__file__).parents[3] / "docs" / "stub.md"
BROKER = "redis://127.0.0.1:6379/0"


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path, redis_url: str) -> None:
    page = PAGE.read_text().replace(BROKER, redis_url)
    with Session(tmp_path, 8080, 50051) as session:
        write(files_of(page), tmp_path)
        session.printed_by("sed -i 's,127.0.0.1:[0-9]*,127.0.0.1:50051,' ask.py")
        for step in steps(page):
            printed = session.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the page says —\n{step.claimed}"
    with Redis.from_url(redis_url) as client:
        client.delete("docs.orders.placed")


def test_every_fault_is_on_the_page() -> None:
    rows = " ".join(re.findall(r"^\| (`.*?) \|", PAGE.read_text(), re.MULTILINE))
    assert [one.name for one in fields(Fault) if f"`{one.name}`" not in rows] == []
