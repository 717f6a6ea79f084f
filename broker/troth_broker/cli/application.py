"""`troth application create-or-update|list|describe|delete`: consumers and providers, on the Pact wire pacticipants."""

from collections.abc import Awaitable, Sequence

import click

from troth_broker.cli.connection import Connection, broker_options, output_option
from troth_broker.cli.printing import print_json, print_table
from troth_broker.client import Application, Broker

_name = click.option("-a", "--name", "--pacticipant", "name", required=True, metavar="NAME", help="The application.")


@click.group()
def application() -> None:
    """Create, list and change applications: consumers and providers."""


@application.command()
@_name
@click.option("--display-name", metavar="TEXT", help="What people are shown.")
@click.option("--main-branch", metavar="BRANCH", help="The branch that is deployed from.")
@click.option("--repository-url", metavar="URL", help="Where its source is.")
@output_option("text", "json")
@broker_options
def create_or_update(
    connection: Connection,
    name: str,
    display_name: str | None,
    main_branch: str | None,
    repository_url: str | None,
    output: str,
) -> None:
    """Create an application, or change what is given of it."""

    def work(broker: Broker) -> Awaitable[Application]:
        return broker.create_or_update_application(
            name, display_name=display_name, main_branch=main_branch, repository_url=repository_url
        )

    _recorded(connection.ask(work, creates=True), output)


@application.command(name="list")
@output_option("table", "json")
@broker_options
def list_(connection: Connection, output: str) -> None:
    """List the applications."""
    _show_all(connection.ask(lambda broker: broker.applications()), output)


@application.command()
@_name
@output_option("text", "json")
@broker_options
def describe(connection: Connection, name: str, output: str) -> None:
    """Show one application."""
    _describe(connection.ask(lambda broker: broker.application(name)), output)


@application.command()
@_name
@broker_options
def delete(connection: Connection, name: str) -> None:
    """Delete an application, with its versions, pacts and results."""
    connection.ask(lambda broker: broker.delete_application(name))
    click.echo(f"Deleted application {name}.")


def _recorded(made: Application, output: str) -> None:
    if output == "json":
        print_json(made.document)
    else:
        click.echo(f"Application {made.name} is recorded, main branch {made.main_branch or 'not set'}.")


def _describe(found: Application, output: str) -> None:
    if output == "json":
        print_json(found.document)
        return
    click.echo(f"name: {found.name}\ndisplay name: {found.display_name or '-'}")
    click.echo(f"main branch: {found.main_branch or '-'}\nrepository: {found.repository_url or '-'}")


def _show_all(found: Sequence[Application], output: str) -> None:
    if output == "json":
        print_json({"_embedded": {"pacticipants": [item.document for item in found]}})
        return
    rows = [(item.name, item.display_name or "", item.main_branch or "", item.repository_url or "") for item in found]
    print_table(
        ("NAME", "DISPLAY NAME", "MAIN BRANCH", "REPOSITORY"), rows, empty="The broker knows no application yet."
    )
