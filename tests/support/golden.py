"""Whole JSON answers, kept as files that people read: `TROTH_WRITE_GOLDEN=1 make test` writes them anew."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

FOLDER = Path(__file__).parent.parent / "golden" / "http"

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


def same_as_golden(name: str, answer: httpx.Response, **also: str) -> None:
    """Compare an answer with `tests/golden/http/<name>.json`; base address, identifiers and times are made the same.

    `also` gives more texts that differ in each run, each with the word that stands for it.
    """
    shown = json.dumps(_shown(answer), indent=2, ensure_ascii=False) + "\n"
    for word, text in also.items():
        shown = shown.replace(text, f"<{word}>")
    path = FOLDER / f"{name}.json"
    if os.environ.get("TROTH_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown)
    assert shown == path.read_text(), f"{path} holds another answer"


def _body(answer: httpx.Response, plain: Callable[[str], str]) -> Any:
    """What an answer says: JSON as it is, text as its lines."""
    if answer.headers.get("content-type", "").startswith(("text/", "image/svg")):
        return plain(answer.text).split("\n")
    return json.loads(plain(json.dumps(answer.json())))


def _shown(answer: httpx.Response) -> dict[str, Any]:
    base = f"{answer.request.url.scheme}://{answer.request.url.netloc.decode()}"
    numbers: dict[str, str] = {}

    def plain(text: str) -> str:
        text = _TIME.sub("<time>", text.replace(base, "<base>"))
        return _UUID.sub(lambda found: numbers.setdefault(found[0], f"<uuid {len(numbers) + 1}>"), text)

    request = f"{answer.request.method} {answer.request.url.raw_path.decode()}"
    shown: dict[str, Any] = {"request": plain(request), "status": answer.status_code}
    for header in ("content-type", "location"):
        if header in answer.headers:
            shown[header] = plain(answer.headers[header])
    if answer.content:
        shown["body"] = _body(answer, plain)
    return shown
