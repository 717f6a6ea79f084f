"""`troth version describe|create-or-update|tag|untag|delete` and `troth branch delete`."""

import os
from collections.abc import Awaitable

import click

from troth_broker.cli.ci import detect
from troth_broker.cli.connection import Connection, broker_options, output_option
from troth_broker.cli.git import checkout
from troth_broker.cli.printing import print_json
from troth_broker.cli.stop import bad_input
from troth_broker.client import Broker, NotFound, Version

_application = click.option(
    "-a", "--pacticipant", "--application", "application", required=True, metavar="NAME", help="The application."
)
_number = click.option("-e", "--version", "number", required=True, metavar="VERSION", help="Its version.")
_tags = click.option("-t", "--tag", "tags", multiple=True, metavar="TAG", help="A tag; may be repeated.")


@click.group()
def version() -> None:
    """Describe, create, tag and delete versions of applications."""


@version.command()
@_application
@click.option("-e", "--version", "number", metavar="VERSION", help="Which version.")
@click.option(
    "-l", "--latest", is_flag=False, flag_value="", metavar="[TAG]", help="The newest, or the newest with a tag."
)
@output_option("text", "json", "id")
@broker_options
def describe(connection: Connection, application: str, number: str | None, latest: str | None, output: str) -> None:
    """Show one version: its branches, its tags, and where it is. Without --version the newest."""
    if number is not None and latest is not None:
        raise click.UsageError("--version and --latest exclude each other")

    async def work(broker: Broker) -> Version:
        if number is not None:
            return await broker.version(application, number)
        return await broker.latest_version(application, latest or None)

    _show(connection.ask(work), output)


@version.command()
@_application
@_number
@click.option("-h", "--branch", metavar="BRANCH", help="The branch it belongs to.")
@_tags
@output_option("text", "json")
@broker_options
def create_or_update(
    connection: Connection, application: str, number: str, branch: str | None, tags: tuple[str, ...], output: str
) -> None:
    """Make sure that a version exists, on a branch and with tags."""

    def work(broker: Broker) -> Awaitable[Version]:
        return broker.create_or_update_version(application, number, branch=branch, tags=tags)

    _show(connection.ask(work, creates=True), output)


@version.command()
@_application
@_number
@_tags
@click.option("--auto-create-version", is_flag=True, help="Create the version if the broker does not know it.")
@click.option("-g", "--tag-with-git-branch", is_flag=True, help="Add the name of the git branch as a tag.")
@broker_options
def tag(
    connection: Connection,
    application: str,
    number: str,
    tags: tuple[str, ...],
    auto_create_version: bool,
    tag_with_git_branch: bool,
) -> None:
    """Put tags on a version."""
    if tag_with_git_branch:
        tags = (*tags, current_branch())
    if not tags:
        raise click.UsageError("no tag: add --tag NAME")
    connection.ask(
        lambda broker: broker.tag_version(application, number, tags, create_version=auto_create_version),
        creates=auto_create_version,
    )
    click.echo(f"Tagged {application} {number} with {', '.join(tags)}.")


@version.command()
@_application
@_number
@_tags
@broker_options
def untag(connection: Connection, application: str, number: str, tags: tuple[str, ...]) -> None:
    """Take tags off a version."""
    if not tags:
        raise click.UsageError("no tag: add --tag NAME")

    async def work(broker: Broker) -> None:
        for name in tags:
            await broker.delete_tag(application, number, name)

    connection.ask(work)
    click.echo(f"Took {', '.join(tags)} off {application} {number}.")


@version.command()
@_application
@_number
@broker_options
def delete(connection: Connection, application: str, number: str) -> None:
    """Delete a version, with its pacts, results and deployments."""
    connection.ask(lambda broker: broker.delete_version(application, number))
    click.echo(f"Deleted {application} {number}.")


@click.group()
def branch() -> None:
    """Delete branches."""


@branch.command(name="delete")
@_application
@click.option("--branch", "name", required=True, metavar="BRANCH", help="Which branch.")
@click.option(
    "--error-when-not-found/--no-error-when-not-found",
    default=True,
    show_default=True,
    help="Whether it is an error that there is no such branch.",
)
@broker_options
def delete_branch(connection: Connection, application: str, name: str, error_when_not_found: bool) -> None:
    """Delete a branch; its versions and their pacts stay."""

    async def work(broker: Broker) -> bool:
        try:
            await broker.delete_branch(application, name)
        except NotFound:
            if error_when_not_found:
                raise
            return False
        return True

    click.echo(
        f"Deleted branch {name} of {application}." if connection.ask(work) else f"{application} has no branch {name}."
    )


def current_branch() -> str:
    """The branch being built, from the CI system or from git."""
    found = detect(os.environ, checkout())
    if found.branch is None:
        raise bad_input(f"--tag-with-git-branch: the branch cannot be told ({'; '.join(found.remarks) or 'no sign'})")
    return found.branch.value


def _show(found: Version, output: str) -> None:
    if output == "json":
        print_json(found.document)
        return
    if output == "id":
        click.echo(found.number)
        return
    lines = {
        "application": found.application,
        "version": found.number,
        "branches": ", ".join(found.branches),
        "tags": ", ".join(found.tags),
        "deployed to": ", ".join(found.deployed_to),
        "released in": ", ".join(found.released_to),
        "build": found.build_url or "",
    }
    for name, value in lines.items():
        click.echo(f"{name}: {value or '-'}")
