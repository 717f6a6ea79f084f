"""`troth publish`: contracts to the broker, as those of one version of a consumer or a provider."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from troth_broker.cli import pact_files
from troth_broker.cli.ci import Build, Found, detect
from troth_broker.cli.connection import Connection, broker_options, output_option
from troth_broker.cli.contract_files import Given
from troth_broker.cli.git import checkout
from troth_broker.cli.printing import print_json, print_notices
from troth_broker.cli.publish_contracts import (
    Side,
    expectations_in,
    of_other_formats,
    read_contracts,
    refuse_together,
    side_of,
    warn_of_no_comparison,
)
from troth_broker.cli.stop import bad_input
from troth_broker.client import Broker, ContractFiles, PactFile, Published


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILES…")
@click.option(
    "-a",
    "--consumer-app-version",
    "--provider-app-version",
    "version",
    metavar="VERSION",
    help="The version; without it, the commit that is being built.",
)
@click.option("-h", "--branch", metavar="BRANCH", help="The branch of that version.")
@click.option("-t", "--tag", "tags", multiple=True, metavar="TAG", help="A tag for that version; may be repeated.")
@click.option("-g", "--tag-with-git-branch", is_flag=True, help="Add the name of the branch as a tag.")
@click.option("--build-url", metavar="URL", help="Where this build can be looked at.")
@click.option(
    "-r",
    "--auto-detect-version-properties",
    "auto_detect",
    is_flag=True,
    help="Find what is not given in the CI system's variables and in git, also beside a given version.",
)
@click.option(
    "--role",
    type=click.Choice(("consumer", "provider")),
    help="Publish contracts of any format: a consumer's, or what a provider says about itself.",
)
@click.option("--provider", metavar="NAME", help="With --role: the provider.")
@click.option("--consumer", metavar="NAME", help="With --role consumer: the consumer.")
@click.option("--format", "wanted", metavar="FORMAT", help="With --role: the format, where the content does not tell.")
@click.option("--name", default="", metavar="NAME", help="With --role provider: which of several of one format it is.")
@click.option(
    "--allow",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="A further folder that documents referred to may be read from; may be repeated.",
)
@click.option(
    "--verification-success/--no-verification-success",
    "verified",
    default=None,
    help="With --role provider: how the provider's own test of its contract ended.",
)
@click.option("--merge", is_flag=True, help="Add to what this version already holds, instead of replacing it.")
@click.option("--allow-empty", is_flag=True, help="Finding no pact at all is no error.")
@output_option("text", "json")
@broker_options
def publish(
    connection: Connection,
    files: Sequence[str],
    version: str | None,
    branch: str | None,
    tags: tuple[str, ...],
    tag_with_git_branch: bool,
    build_url: str | None,
    auto_detect: bool,
    role: str | None,
    provider: str | None,
    consumer: str | None,
    wanted: str | None,
    name: str,
    allow: tuple[Path, ...],
    verified: bool | None,
    merge: bool,
    allow_empty: bool,
    output: str,
) -> None:
    """Publish pact FILES, folders or patterns as those of one version of their consumer.

    Files of the same consumer and provider become one pact. Expectations (*.troth.yaml) name both, too, become one
    contract for each protocol, and go with the schemas that they refer to. Nothing is sent unless every file could be
    read. Without --consumer-app-version the version, the branch and the build's URL come from the CI system's variables
    or from git; what was found, and where, is shown.

    With --role, FILES are contracts of any format (OpenAPI, AsyncAPI, Protobuf, GraphQL, Avro, JSON Schema), told from
    their content. Documents that one refers to go with it, if they are in its folder or in one that --allow names.
    """
    quiet = output == "json"
    how = Version(version, branch, build_url, tags, auto_detect, tag_with_git_branch)
    if role is not None:
        refuse_together(
            {"--merge": merge, "--allow-empty": allow_empty}, "for pacts, which are published without --role"
        )
        side = side_of(role, consumer, provider)
        contracts = read_contracts(files, wanted=wanted, allow=allow, name=name)
        build, tags = _build(how, f"--{role}-app-version")
        for _, one in contracts:
            click.echo(f"{side.label}: {one.label} ({one.contract.format}{_further(one)})", err=quiet)
            warn_of_no_comparison(side, one)
        _show(build, tags, quiet)
        sided = [(side, contract) for contract, _ in contracts]
        _tell(_publish_contracts(connection, sided, build, tags, verified), quiet)
        return
    if provider is not None or consumer is not None:
        raise bad_input("--provider and --consumer go with --role: pacts name both themselves")
    of_roles = {"--format": wanted, "--name": name, "--verification-success": verified is not None}
    refuse_together(of_roles, "for contracts that are published with --role")
    _publish_named(connection, files, allow, how, merge=merge, allow_empty=allow_empty, quiet=quiet)


def _publish_named(
    connection: Connection,
    files: Sequence[str],
    allow: Sequence[Path],
    how: "Version",
    *,
    merge: bool,
    allow_empty: bool,
    quiet: bool,
) -> None:
    """Publish what names its consumer and provider itself: pacts and expectations."""
    try:
        paths = pact_files.find(files)
        expected = expectations_in(paths, allow)
        taken = {path for group in expected for path in group}
        found = pact_files.merged(pact_files.read(path for path in paths if path not in taken))
    except pact_files.UnreadablePacts as error:
        told = "\n".join(f"  {problem}" for problem in error.problems)
        raise bad_input(f"nothing was published:\n{told}{of_other_formats(files)}") from None
    if merge and expected:
        named = ", ".join(str(path) for group in expected for path in group)
        raise bad_input(
            f"--merge adds to pacts: {named} would replace what this version holds; publish all of its expectations at "
            "once"
        )
    if not found and not expected:
        if allow_empty:
            click.echo("No pact was found, so nothing was published.", err=quiet)
            return
        raise bad_input(f"no pact was found in {', '.join(files)}; --allow-empty if that is as it should be")
    build, tags = _build(how)
    for pact, paths in found:
        click.echo(f"{pact.consumer} → {pact.provider}: {', '.join(str(path) for path in paths)}", err=quiet)
    for side, _, one in expected.values():
        click.echo(f"{side.label}: {one.label} ({one.contract.format}{_further(one)})", err=quiet)
    _show(build, tags, quiet)
    if found:
        _tell(_publish_pacts(connection, [pact for pact, _ in found], build, tags, merge=merge), quiet)
    if expected:
        sided = [(side, contract) for side, contract, _ in expected.values()]
        _tell(_publish_contracts(connection, sided, build, tags, None), quiet)


@dataclass(frozen=True, slots=True)
class Version:
    """The version that is published for, as the options say it."""

    number: str | None
    branch: str | None
    build_url: str | None
    tags: tuple[str, ...]
    auto_detect: bool
    tag_with_git_branch: bool


def _build(how: Version, option: str = "--consumer-app-version") -> tuple[Build, tuple[str, ...]]:
    """The version, which an option gives, with its branch and build, and its tags: for the rest as found."""
    look = how.number is None or how.auto_detect or how.tag_with_git_branch
    detected = detect(os.environ, checkout()) if look else Build()
    whole = how.number is None or how.auto_detect
    given = [(how.number, option), (how.branch, "--branch"), (how.build_url, "--build-url")]
    build = _complete(detected, given, whole=whole)
    if build.version is None:
        raise bad_input(
            f"the version cannot be told: give {option}, or run in a git repository or a known CI system"
            + "".join(f"\n  {remark}" for remark in build.remarks)
        )
    return build, (*how.tags, _tag(detected, build)) if how.tag_with_git_branch else how.tags


def _publish_pacts(
    connection: Connection, pacts: Sequence[PactFile], build: Build, tags: tuple[str, ...], *, merge: bool
) -> Sequence[Published]:
    number, branch, url = _values(build)
    return connection.ask(
        lambda broker: broker.publish(pacts, version=number, branch=branch, tags=tags, build_url=url, merge=merge),
        creates=True,
    )


def _publish_contracts(
    connection: Connection,
    contracts: Sequence[tuple[Side, ContractFiles]],
    build: Build,
    tags: tuple[str, ...],
    verified: bool | None,
) -> Sequence[Published]:
    number, branch, url = _values(build)

    async def publish(broker: Broker) -> list[Published]:
        return [
            await broker.publish_contract(
                contract,
                provider=side.provider,
                consumer=side.consumer,
                version=number,
                branch=branch,
                tags=tags,
                build_url=url,
                verified=verified,
            )
            for side, contract in contracts
        ]

    return connection.ask(publish, creates=True)


def _values(build: Build) -> tuple[str, str | None, str | None]:
    assert build.version is not None
    return (
        build.version.value,
        build.branch.value if build.branch else None,
        build.build_url.value if build.build_url else None,
    )


def _further(one: Given) -> str:
    more = len(one.contract.sources.files) - 1
    return f", with {more} further document{'s' if more > 1 else ''}" if more else ""


def _tell(answers: Sequence[Published], quiet: bool) -> None:
    for answer in answers:
        if quiet:
            print_json(answer.document)
        else:
            print_notices(answer.notices)


def _complete(detected: Build, given: Sequence[tuple[str | None, str]], *, whole: bool) -> Build:
    """What was given (version, branch and build's URL, each with its option), else what was found, if it was to be."""
    for text, option in given:
        if text is not None and not text.strip():
            raise bad_input(f"{option} is empty: is the variable set that it comes from?")
    own = [Found(text, option) if text is not None else None for text, option in given]
    found = detected if whole else Build()
    return Build(
        own[0] or found.version, own[1] or found.branch, own[2] or found.build_url, found.remarks if whole else ()
    )


def _tag(detected: Build, build: Build) -> str:
    branch = build.branch or detected.branch
    if branch is None:
        raise bad_input("--tag-with-git-branch: the branch cannot be told here; give --branch or --tag")
    return branch.value


def _show(build: Build, tags: Sequence[str], quiet: bool) -> None:
    for name, value in (("version", build.version), ("branch", build.branch), ("build", build.build_url)):
        if value is not None:
            click.echo(f"  {name} {value.value}  (from {value.source})", err=quiet)
    if tags:
        click.echo(f"  tags {', '.join(tags)}", err=quiet)
    for remark in build.remarks:
        click.echo(click.style(f"  note: {remark}", fg="yellow"), err=quiet)
