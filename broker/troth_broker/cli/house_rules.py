"""A house's own rules: those of its `troth.toml`, or none. What reads the file is loaded only where there is one."""

import importlib
from pathlib import Path
from typing import Final

from troth_schemas.judgement import NO_HOUSE_RULES, HouseRules
from troth_schemas.options import DEFAULT, Options

DEFAULT_FILE: Final = Path("troth.toml")


def read_house_rules(path: Path | None) -> tuple[HouseRules, Options]:
    """The rules of a file, of ./troth.toml where none is named, or none. Ends the command where it is wrong."""
    if path is None and not DEFAULT_FILE.exists():
        return NO_HOUSE_RULES, DEFAULT
    found: tuple[HouseRules, Options] = importlib.import_module("troth_broker.cli.house_file").read_file(
        path or DEFAULT_FILE
    )
    return found
