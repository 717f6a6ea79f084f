"""What the plug-in costs those who do not use it."""

import subprocess
import sys

HEAVY = "asyncio httpx h11 ssl troth_schemas troth_broker troth_verifiers.api troth_verifiers.facade tomllib yaml"


def test_nothing_heavy_is_loaded_before_it_is_asked_for() -> None:
    code = (
        "import sys; there = set(sys.modules); import troth_verifiers.pytest_plugin;"
        f"print(*set({HEAVY.split()}) & (set(sys.modules) - there))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


def test_every_name_of_the_package_is_there_when_it_is_used() -> None:
    code = "import troth_verifiers as t; print(all(getattr(t, name) for name in t.__all__), hasattr(t, 'nothing'))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "False"]
