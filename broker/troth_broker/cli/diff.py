"""`troth diff OLD NEW`: a contract against its own past."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

import click

from troth_broker.cli.comparison import (
    Compared,
    comparison_options,
    finish,
    refusals,
    refuse_a_second_input,
    refuse_an_idle_category,
    today,
    warn_of_problems,
)
from troth_broker.cli.contract_files import Given, read_contract
from troth_broker.cli.format_option import FormatName
from troth_broker.cli.house_rules import read_house_rules
from troth_broker.cli.stop import bad_input
from troth_schemas.contract import compare
from troth_schemas.evolution import evolve
from troth_schemas.judgement import FailOn, apply
from troth_schemas.options import CATEGORIES, MODES, Category, Mode

_MOST_NAMED: Final = 3


@click.command()
@click.argument("old", nargs=-1, required=True, metavar="OLD…")
@click.argument("new")
@click.option("--format", "wanted", type=FormatName(), help="What the files are, if it cannot be told.")
@click.option(
    "--mode",
    type=click.Choice([mode.lower().replace("_", "-") for mode in MODES]),
    default="backward",
    show_default=True,
    help="What the new version owes the past; the transitive modes look at every OLD.",
)
@click.option("--category", type=click.Choice(CATEGORIES), help="How strictly Protobuf is compared (WIRE_JSON).")
@comparison_options
def diff(
    old: Sequence[str],
    new: str,
    wanted: str | None,
    mode: str,
    category: str | None,
    output: str,
    fail_on: str,
    allow_not_covered: bool,
    config: Path | None,
    allow: Sequence[Path],
) -> int:
    """Compare a contract with an earlier version of itself: OLD may be a git revision, such as main:openapi.yaml.

    Several OLDs are its history, the oldest first. BACKWARD asks whether those who relied on OLD may go on with NEW,
    FORWARD whether OLD still understands what NEW says and asks, FULL asks both.
    """
    refuse_a_second_input([*old, new])
    house, options = read_house_rules(config)
    options = replace(options, today=today(), category=cast(Category, category or options.category))
    wanted_mode = cast(Mode, mode.upper().replace("-", "_"))
    with refusals():
        now = read_contract(new, wanted=wanted, allow=allow)
        history = [read_contract(one, wanted=wanted, allow=allow) for one in old]
        _must_fit(now, history, wanted)
        refuse_an_idle_category(category, [*history, now])
        warn_of_problems([*history, now])
        report = evolve(
            now.contract,
            [one.contract for one in history],
            wanted_mode,
            lambda reader, writer: compare(reader, writer, options),
            lambda reader, writer: compare(reader, writer, replace(options, older="reader")),
        )
    judgement = apply(report, house, options.today or today())
    verdict = judgement.verdict(cast(FailOn, fail_on), allow_not_covered=allow_not_covered)
    note = "nothing is owed to the past (mode none)" if wanted_mode == "NONE" else ""
    title = f"{_past(history, wanted_mode)} → {now.label} ({now.contract.format}, {mode})"
    return finish(Compared(title, judgement, verdict, (now, *history), note), output, cast(FailOn, fail_on))


def _past(history: Sequence[Given], mode: Mode) -> str:
    """The versions that the new one is compared with."""
    if len(history) == 1 or not mode.endswith("_TRANSITIVE"):
        return history[-1].label
    return ", ".join(one.label for one in history) if len(history) <= _MOST_NAMED else f"{len(history)} versions"


def _must_fit(now: Given, history: Sequence[Given], wanted: str | None) -> None:
    for one in history:
        if one.contract.format != now.contract.format:
            hint = "" if wanted else "; troth compare compares a consumer's contract with a provider's"
            raise bad_input(
                f"{one.label} is {one.contract.format} and {now.label} is {now.contract.format}: a diff needs two "
                f"versions of one contract{hint}"
            )
