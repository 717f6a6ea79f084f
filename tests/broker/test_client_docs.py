"""The code in docs/client.md runs."""

import re
import sys
from pathlib import Path
from subprocess import run

from tests.support.cli import clean_environment
from tests.support.providers import provider

PAGE = Path(__file__).parents[2] / "docs" / "client.md"


def test_the_code_of_the_page_does_what_the_page_says(tmp_path: Path) -> None:
    code = "\n".join(re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL))
    with provider() as orders:
        script = f"{code}\nif __name__ == '__main__':\n    print(verified({orders.url!r}).check().to_text())\n"
        (tmp_path / "script.py").write_text(script)
        done = run([sys.executable, "script.py"], cwd=tmp_path, env=clean_environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    unknown, conflict, refused, *report = done.stdout.splitlines()
    assert "knows no version 9.9 of web" in unknown
    assert "1.4" in conflict
    assert "connection refused" in refused
    assert any("results published: " in line for line in report)
