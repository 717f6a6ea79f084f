"""`troth compare CONSUMER… PROVIDER`: what consumers expect against what a provider publishes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

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
from troth_broker.cli.contract_files import read_contract
from troth_broker.cli.format_option import FormatName
from troth_broker.cli.house_rules import read_house_rules
from troth_broker.cli.stop import bad_input
from troth_schemas.judgement import FailOn, apply
from troth_schemas.options import CATEGORIES, Category
from troth_schemas.pairs import judge_all
from troth_schemas.report import merge

_FORMATS = FormatName()


@click.command()
@click.argument("contracts", nargs=-1, required=True, metavar="CONSUMER… PROVIDER")
@click.option(
    "--provider",
    "more",
    multiple=True,
    metavar="FILE",
    help="A further document of the provider: what one does not cover, another may; may be repeated.",
)
@click.option("--consumer-format", type=_FORMATS, help="What the consumers' files are, if it cannot be told.")
@click.option("--provider-format", type=_FORMATS, help="What the provider's files are, if it cannot be told.")
@click.option("--category", type=click.Choice(CATEGORIES), help="How strictly Protobuf is compared (WIRE_JSON).")
@comparison_options
def compare(
    contracts: Sequence[str],
    more: Sequence[str],
    consumer_format: str | None,
    provider_format: str | None,
    category: str | None,
    output: str,
    fail_on: str,
    allow_not_covered: bool,
    config: Path | None,
    allow: Sequence[Path],
) -> int:
    """Compare what CONSUMERs expect (pacts, GraphQL operations, Avro readers, their copies of a schema) with what the
    PROVIDER publishes (OpenAPI, AsyncAPI, Protobuf, GraphQL SDL, Avro, JSON Schema). Formats are told from the content.
    """
    if len(contracts) < 2:
        raise bad_input("name at least one consumer's contract, and the provider's after it")
    refuse_a_second_input([*contracts, *more])
    house, options = read_house_rules(config)
    options = replace(options, today=today(), category=cast(Category, category or options.category))
    with refusals():
        providers = [read_contract(one, wanted=provider_format, allow=allow) for one in (contracts[-1], *more)]
        consumers = [read_contract(one, wanted=consumer_format, allow=allow) for one in contracts[:-1]]
        refuse_an_idle_category(category, [*consumers, *providers])
        warn_of_problems([*consumers, *providers])
        ours = [one.contract for one in providers]
        report = merge(judge_all(one.contract, ours, options) for one in consumers)
    judgement = apply(report, house, options.today or today())
    verdict = judgement.verdict(cast(FailOn, fail_on), allow_not_covered=allow_not_covered)
    expecting = consumers[0].label if len(consumers) == 1 else f"{len(consumers)} consumers"
    title = f"{expecting} × {', '.join(one.label for one in providers)}"
    return finish(Compared(title, judgement, verdict, (*consumers, *providers)), output, cast(FailOn, fail_on))
