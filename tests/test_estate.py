"""The estate of five services is played to its end, and one answer of the gate lists all that breaks."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_one_release_breaks_three_consumers_and_one_answer_lists_them() -> None:
    command = [sys.executable, str(ROOT / "examples/estate/play.py")]
    played = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert played.returncode == 0, played.stdout + played.stderr
    said = " ".join(played.stdout.split())
    for line in (
        "✓ orders 1 → stock 1 (grpc-expectations) replay",
        "NO orders 2 → production 3 of 3 pairs block",
        "✗ web 1 → orders 2 incompatible replay GET /orders/7: $",
        "✗ mobile 1 → orders 2 (graphql-operations) incompatible replay Order: ",
        "✗ mobile 1 → orders 2 (graphql-operations) incompatible comparison Cannot query field 'total'",
        "✗ billing 1 → orders 2 (avro) incompatible comparison The reader's shop.OrderPlaced.total has no default",
        "Waiting will not help.",
    ):
        assert line in said
