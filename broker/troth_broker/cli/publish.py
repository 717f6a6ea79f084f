"""`troth publish`: pact files to the broker, as those of one consumer version."""

import os
from collections.abc import Sequence

import click

from troth_broker.cli import pact_files
from troth_broker.cli.ci import Build, Found, detect
from troth_broker.cli.connection import Connection, broker_options, output_option
from troth_broker.cli.git import checkout
from troth_broker.cli.printing import print_json, print_notices
from troth_broker.cli.stop import bad_input
from troth_broker.client import PactFile


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILES…")
@click.option(
    "-a",
    "--consumer-app-version",
    "version",
    metavar="VERSION",
    help="The consumer's version; without it, the commit that is being built.",
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
    merge: bool,
    allow_empty: bool,
    output: str,
) -> None:
    """Publish pact FILES, folders or patterns as those of one version of their consumer.

    Files of the same consumer and provider become one pact. Nothing is sent unless every file could be read. Without
    --consumer-app-version the version, the branch and the build's URL come from the CI system's variables or from git;
    what was found, and where, is shown.
    """
    quiet = output == "json"
    try:
        found = pact_files.merged(pact_files.read(pact_files.find(files)))
    except pact_files.UnreadablePacts as error:
        raise bad_input("nothing was published:\n" + "\n".join(f"  {problem}" for problem in error.problems)) from None
    if not found:
        if allow_empty:
            click.echo("No pact was found, so nothing was published.", err=quiet)
            return
        raise bad_input(f"no pact was found in {', '.join(files)}; --allow-empty if that is as it should be")
    look = version is None or auto_detect or tag_with_git_branch
    detected = detect(os.environ, checkout()) if look else Build()
    build = _complete(detected, version, branch, build_url, whole=version is None or auto_detect)
    if build.version is None:
        raise bad_input(
            "the version cannot be told: give --consumer-app-version, or run in a git repository or a known CI system"
            + "".join(f"\n  {remark}" for remark in build.remarks)
        )
    if tag_with_git_branch:
        tags = (*tags, _tag(detected, build))
    _show(found, build, tags, quiet)
    number, url = build.version.value, build.build_url
    answers = connection.ask(
        lambda broker: broker.publish(
            [pact for pact, _ in found],
            version=number,
            branch=build.branch.value if build.branch else None,
            tags=tags,
            build_url=url.value if url else None,
            merge=merge,
        ),
        creates=True,
    )
    for answer in answers:
        if quiet:
            print_json(answer.document)
        else:
            print_notices(answer.notices)


def _complete(detected: Build, version: str | None, branch: str | None, build_url: str | None, *, whole: bool) -> Build:
    """What was given, and for the rest what was found, if it was to be looked for."""
    given = [(version, "--consumer-app-version"), (branch, "--branch"), (build_url, "--build-url")]
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


def _show(found: Sequence[tuple[PactFile, Sequence[object]]], build: Build, tags: Sequence[str], quiet: bool) -> None:
    for pact, paths in found:
        click.echo(f"{pact.consumer} → {pact.provider}: {', '.join(str(path) for path in paths)}", err=quiet)
    for name, value in (("version", build.version), ("branch", build.branch), ("build", build.build_url)):
        if value is not None:
            click.echo(f"  {name} {value.value}  (from {value.source})", err=quiet)
    if tags:
        click.echo(f"  tags {', '.join(tags)}", err=quiet)
    for remark in build.remarks:
        click.echo(click.style(f"  note: {remark}", fg="yellow"), err=quiet)
