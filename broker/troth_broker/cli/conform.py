"""`troth conform`: a running provider against its own OpenAPI description."""

import asyncio
import json
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from troth_broker.cli.ci import Build
from troth_broker.cli.connection import Connection, broker_options, header, output_option, speaking
from troth_broker.cli.described import contract_of
from troth_broker.cli.printing import print_json, print_notices
from troth_broker.cli.publish_contracts import read_contracts
from troth_broker.cli.stop import Stop, bad_input
from troth_broker.cli.verify import build_of, request_filter, writable, write
from troth_broker.cli.verify_options import tls_options, together, trust
from troth_broker.cli.verify_report import Live, as_json
from troth_broker.client import Broker, ContractFiles, Published, SelfVerification
from troth_verifiers import Contract, Outcome, Report, Target, VerifierError
from troth_verifiers.messages import NoMessages
from troth_verifiers.openapi import OpenapiVerifier, Plan
from troth_verifiers.runner import Order, run
from troth_verifiers.states import NoStates


@click.command()
@click.argument("file", metavar="OPENAPI")
@click.option("--provider-base-url", "base_url", required=True, metavar="URL", help="Where the provider runs.")
@click.option("-n", "--provider", metavar="NAME", help="The provider's name; needed to --publish.")
@click.option("--examples-only", is_flag=True, help="Send only what the description shows.")
@click.option("--positive-only", is_flag=True, help="Make up no requests that the description forbids.")
@click.option("--no-security", is_flag=True, help="Do not try whether those without credentials are turned away.")
@click.option(
    "--budget",
    type=click.IntRange(min=1),
    metavar="REQUESTS",
    help="How many requests to make up, for all operations together; without it, 50 for each.",
)
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="How long that may take."
)
@click.option(
    "--seed", type=int, default=0, show_default=True, metavar="NUMBER", help="The same one, the same requests."
)
@click.option(
    "--operation",
    "operations",
    multiple=True,
    metavar="OPERATION",
    help="Only this: an operationId, 'GET /orders/{id}', or a path; may be repeated.",
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="'NAME: VALUE'",
    help="Sent to the provider with every request; may be repeated.",
)
@click.option(
    "--request-filter",
    metavar="MODULE:FUNCTION",
    help="A Python function that changes each request before it is sent; also FILE.py:FUNCTION.",
)
@click.option(
    "--request-timeout",
    type=click.IntRange(min=1),
    default=5000,
    show_default=True,
    metavar="MILLISECONDS",
    help="How long one answer may take.",
)
@together(*tls_options)
@click.option("-r", "--publish", is_flag=True, help="Publish the description with this result.")
@click.option(
    "-a",
    "--provider-app-version",
    "version",
    metavar="VERSION",
    help="The provider's version; without it, the commit that is being built.",
)
@click.option("--provider-version-branch", "--branch", "branch", metavar="BRANCH", help="Its branch.")
@click.option("-t", "--tag", "tags", multiple=True, metavar="TAG", help="A tag for that version; may be repeated.")
@click.option("--build-url", metavar="URL", help="Where this build can be looked at.")
@click.option("-x", "--junit", type=click.Path(dir_okay=False), metavar="FILE", help="Write JUnit XML there too.")
@click.option("--html", type=click.Path(dir_okay=False), metavar="FILE", help="Write one HTML page there too.")
@output_option("text", "json")
@broker_options
def conform(connection: Connection, /, **options: Any) -> int:
    """Ask a running provider whether it does what its own OPENAPI description (2.0, 3.0, 3.1) says.

    First the examples of the description are sent, then requests that are made up from it: such as it allows, and such
    as it forbids, which must be refused. Each answer is held against the description. What goes wrong is made as small
    as can be and told with the command that does it again. Where credentials are asked for, a request without any, and
    one with wrong ones, must be turned away. Operations that could not be tried are named.

    Exits with 0 if the provider does what it says, 1 if not, 2 if the description cannot be read, and 3 if the provider
    cannot be reached or something could not be tried.
    """
    for option in ("junit", "html"):
        if options[option]:
            writable(Path(options[option]), f"--{option}")
    build = _build(options) if options["publish"] else Build()
    ((documents, given),) = read_contracts((options["file"],), wanted="openapi", allow=(), name="")
    verifier = OpenapiVerifier(_plan(options))
    try:
        report = asyncio.run(_tried(contract_of(given, options["provider"]), verifier, options))
    except VerifierError as error:
        raise Stop(error.text, error.exit_code) from error
    told = _told(report, verifier)
    if options["output"] == "json":
        print_json(told)
    else:
        click.echo(report.to_text(), nl=False)
        click.echo(_sum(verifier), nl=False)
    for option, written in (("junit", report.to_junit), ("html", report.to_html)):
        if options[option]:
            write(options[option], f"--{option}", written())
    if options["publish"]:
        _publish(connection, documents, report, told, build, options)
    return report.exit_code


def _plan(options: dict[str, Any]) -> Plan:
    return Plan(
        budget=options["budget"],
        seconds=options["seconds"],
        seed=options["seed"],
        examples_only=options["examples_only"],
        positive_only=options["positive_only"],
        operations=options["operations"],
        anybody=options["no_security"],
    )


async def _tried(contract: Contract, verifier: OpenapiVerifier, options: dict[str, Any]) -> Report:
    target = Target(
        url=options["base_url"],
        headers=tuple(header(text, "--header") for text in options["headers"]),
        timeout=options["request_timeout"] / 1000,
        **trust(options),
        request_filter=request_filter(options),
        concurrency=1,  # one after the other, so that the provider too sees the same each time
    )
    with Live() as live, tempfile.TemporaryDirectory(prefix="troth-") as folder:
        verifier.keep_in(folder)
        return await run(
            Order(_One(contract), target, NoStates(), NoMessages(), verifiers={"openapi": verifier}, progress=live)
        )


class _One:
    """A source of one contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    async def contracts(self) -> Any:
        """Yield it."""
        yield self._contract


def _told(report: Report, verifier: OpenapiVerifier) -> dict[str, Any]:
    plan = verifier.plan
    return {
        **as_json(report),
        "seed": plan.seed,
        "budget": 0 if plan.examples_only else plan.budget,
        "notExercised": list(verifier.not_exercised),
        "onlyRefused": list(verifier.only_refused),
        "operations": {
            name: {
                "examples": tally.examples,
                "generated": tally.generated,
                "statuses": {str(status): number for status, number in sorted(tally.statuses.items())},
            }
            for name, tally in verifier.tallies.items()
        },
    }


def _sum(verifier: OpenapiVerifier) -> str:
    """What was asked of each operation, and which were not tried."""
    lines = [""]
    for name, tally in verifier.tallies.items():
        if tally.statuses:
            statuses = ", ".join(f"{status} ×{number}" for status, number in sorted(tally.statuses.items()))
            shown = "1 example" if tally.examples == 1 else f"{tally.examples} examples"
            lines.append(f"{name}: {shown}, {tally.generated} made up; answers {statuses}")
    if verifier.not_exercised:
        lines.append(f"Not exercised: {', '.join(verifier.not_exercised)}")
    if verifier.only_refused:
        lines.append(f"Never answered with success: {', '.join(verifier.only_refused)}")
    if not verifier.plan.examples_only:
        lines.append(f"--seed {verifier.plan.seed} makes the same requests again.")
    return "\n".join(lines) + "\n"


def _build(options: dict[str, Any]) -> Build:
    if not options["provider"]:
        raise bad_input("--publish needs --provider NAME, the application whose description it is")
    if options["operations"]:
        raise bad_input("--publish goes with a whole description: leave out --operation")
    build = build_of(options)
    if build.version is None:
        raise bad_input(
            "the provider's version cannot be told: give --provider-app-version, or run in a git repository or a known "
            "CI system" + "".join(f"\n  {remark}" for remark in build.remarks)
        )
    return build


def _publish(
    connection: Connection,
    documents: ContractFiles,
    report: Report,
    told: dict[str, Any],
    build: Build,
    options: dict[str, Any],
) -> None:
    """Publish the description with what was found, unless something could not be judged."""
    if report.totals[Outcome.ERRORED] or any(one.problem for one in report.contracts):
        click.echo("Nothing was published: not everything could be tried.", err=True)
        return
    assert build.version is not None
    version = build.version.value
    verification = SelfVerification(
        success=report.ok,
        content=json.dumps(told, indent=2).encode(),
        content_type="application/json",
        verifier="troth conform",
        verifier_version=metadata.version("troth"),
    )

    async def publish(broker: Broker) -> Published:
        return await broker.publish_contract(
            documents,
            provider=options["provider"],
            version=version,
            branch=build.branch.value if build.branch else None,
            tags=options["tags"],
            build_url=build.build_url.value if build.build_url else None,
            verified=verification,
        )

    with speaking():
        answer = connection.ask(publish, creates=True)
    click.echo(
        f"Published: {options['provider']} {version}, self-verification {'passed' if report.ok else 'failed'}", err=True
    )
    if options["output"] == "text":
        print_notices(answer.notices)
