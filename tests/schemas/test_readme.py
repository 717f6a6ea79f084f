"""The page that introduces the package tells the truth."""

import doctest
from pathlib import Path

README = Path(__file__).parent.parent.parent / "schemas" / "README.md"


def test_every_example_in_the_readme_gives_what_it_shows() -> None:
    result = doctest.testfile(str(README), module_relative=False)
    assert result.attempted > 5
    assert result.failed == 0
