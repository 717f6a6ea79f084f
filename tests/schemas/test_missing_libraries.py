"""A comparison whose library is missing says what to install, also where a pair is asked for before its formats."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(("missing", "pair", "extra"), [("graphql", ("graphql-operations", "graphql"), "graphql")])
def test_a_pair_whose_library_is_missing_names_the_extra(missing: str, pair: tuple[str, str], extra: str) -> None:
    program = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from troth_schemas import pairs, errors\n"
        f"try: pairs.find(*{pair!r})\n"
        "except errors.ExtraMissing as problem: print(problem.extra)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, f"{extra}\n"), run.stderr
