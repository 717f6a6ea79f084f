"""The child process in which the official pact library runs: a loop that takes small pacts and returns rows.

It is started by its path, imports nothing of this package, and so is ready after a tenth of a second. The library
needs a process of its own because a call into it cannot be interrupted, because it writes to descriptor 1, and because
it reads the environment once (certificates, proxies, telemetry).

Frames in both directions: four bytes of length, then JSON. Standard input brings jobs; what used to be standard output
takes the answers. When standard input ends, so does the process, even in the middle of a call.
"""

import json
import os
import queue
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

import pact_ffi

MAX_VALUE = 2_000
"""Characters kept of an expected or actual value; the library embeds whole bodies."""
MAX_MISMATCHES = 100
"""Mismatches kept of one interaction."""
MAX_OUTPUT = 20
"""Lines kept of the library's report, which is only looked at when rows are missing."""


def main() -> None:
    """Serve jobs until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    jobs: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    busy = threading.Event()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs, busy), daemon=True).start()
    while (job := jobs.get()) is not None:
        busy.set()
        text = json.dumps(_run(job)).encode()
        busy.clear()
        answers.write(len(text).to_bytes(4, "big") + text)
        answers.flush()


def _listen(stream: BinaryIO, jobs: "queue.SimpleQueue[dict[str, Any] | None]", busy: threading.Event) -> None:
    while len(head := stream.read(4)) == 4:
        jobs.put(json.loads(stream.read(int.from_bytes(head, "big"))))
    if busy.is_set():  # nobody waits for the answer any more, and the call cannot be interrupted
        os._exit(1)
    jobs.put(None)


def _run(job: dict[str, Any]) -> dict[str, Any]:
    """Replay one small pact; ``failed`` says whether the library itself was unhappy."""
    file = Path(job["file"])
    file.write_text(job["pact"], encoding="utf-8")
    handle = pact_ffi.verifier_new_for_application()
    pact_ffi.verifier_set_provider_info(
        handle, job["provider"], job["scheme"], job["host"], job["port"], job["path"] or "/"
    )
    if job["message_path"] is not None:
        pact_ffi.verifier_add_provider_transport(handle, "message", job["port"], job["message_path"], job["scheme"])
    if job["state_url"] is not None:
        pact_ffi.verifier_set_provider_state(handle, job["state_url"], teardown=False, body=True)
    pact_ffi.verifier_set_verification_options(
        handle, disable_ssl_verification=job["insecure"], request_timeout=job["timeout_ms"]
    )
    pact_ffi.verifier_set_coloured_output(handle, enabled=False)
    pact_ffi.verifier_set_follow_redirects(handle, follow=job["follow_redirects"])
    for name, value in job["headers"]:
        pact_ffi.verifier_add_custom_header(handle, name, value)
    pact_ffi.verifier_add_file_source(handle, str(file))
    failed = False
    try:
        pact_ffi.verifier_execute(handle)
    except RuntimeError:
        failed = True
    results = json.loads(str(pact_ffi.verifier_json(handle)))
    return {
        "failed": failed,
        "rows": [_slim(row) for row in results["interactionResults"]],
        "errors": [error["mismatch"].get("message", "") for error in results["errors"]][:MAX_OUTPUT],
        "output": [_cut(line) for line in results["output"][:MAX_OUTPUT]],
    }


def _slim(row: dict[str, Any]) -> dict[str, Any]:
    """The row without what may be huge. The library's order of mismatches is random, so sort before cutting."""
    mismatch = row.get("mismatch")
    slim = {name: row[name] for name in ("description", "duration", "result")}
    if mismatch is None:
        return slim
    if mismatch["type"] == "error":
        return slim | {"error": _cut(mismatch["message"])}
    found = sorted(mismatch["mismatches"], key=_order)
    kept = [{name: _cut(value) for name, value in item.items()} for item in found[:MAX_MISMATCHES]]
    return slim | {"mismatches": kept, "left_out": len(found) - len(kept)}


def _order(item: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(item.get(name, "")) for name in ("type", "path", "key", "mismatch", "expected", "actual"))


def _cut(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}… ({len(text):,} characters)"


if __name__ == "__main__":
    main()
