"""`troth environment create|update|list|describe|delete`."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import click

from troth_broker.cli.connection import Connection, broker_options, output_option
from troth_broker.cli.printing import print_json, print_table, yes_or_no
from troth_broker.cli.stop import bad_input
from troth_broker.client import Broker, Environment


@click.group()
def environment() -> None:
    """Create, list and change environments: the places that versions are deployed to."""


def _details(command: Callable[..., Any]) -> Callable[..., Any]:
    options = (
        click.option("--display-name", metavar="TEXT", help="What people are shown."),
        click.option("--production/--no-production", default=None, help="Whether real users are served there."),
        click.option("--contact-name", metavar="TEXT", help="Whom to ask."),
        click.option("--contact-email-address", "contact_address", metavar="TEXT", help="Where to ask them."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _which(command: Callable[..., Any]) -> Callable[..., Any]:
    by_uuid = click.option("--uuid", metavar="UUID", help="The environment, by its identifier.")
    by_name = click.option("--name", metavar="NAME", help="The environment, by its name.")
    return by_uuid(by_name(command))


@environment.command()
@click.option("--name", required=True, metavar="NAME", help="Its name, without spaces.")
@_details
@output_option("text", "json", "id")
@broker_options
def create(
    connection: Connection,
    name: str,
    display_name: str | None,
    production: bool | None,
    contact_name: str | None,
    contact_address: str | None,
    output: str,
) -> None:
    """Create an environment."""

    def work(broker: Broker) -> Awaitable[Environment]:
        return broker.create_environment(
            name,
            display_name=display_name,
            production=bool(production),
            contacts=_contacts(contact_name, contact_address),
        )

    _say("Created", connection.ask(work, creates=True), output)


@environment.command()
@click.option("--uuid", required=True, metavar="UUID", help="Which environment.")
@click.option("--name", metavar="NAME", help="Its new name.")
@_details
@output_option("text", "json", "id")
@broker_options
def update(
    connection: Connection,
    uuid: str,
    name: str | None,
    display_name: str | None,
    production: bool | None,
    contact_name: str | None,
    contact_address: str | None,
    output: str,
) -> None:
    """Change what is given of an environment; the rest stays."""

    def work(broker: Broker) -> Awaitable[Environment]:
        return broker.update_environment(
            uuid,
            name=name,
            display_name=display_name,
            production=production,
            contacts=_contacts(contact_name, contact_address),
        )

    _say("Updated", connection.ask(work), output)


@environment.command(name="list")
@output_option("table", "json")
@broker_options
def list_(connection: Connection, output: str) -> None:
    """List the environments."""
    _show_all(connection.ask(lambda broker: broker.environments()), output)


@environment.command()
@_which
@output_option("text", "json")
@broker_options
def describe(connection: Connection, uuid: str | None, name: str | None, output: str) -> None:
    """Show one environment."""
    _describe(connection.ask(lambda broker: _find(broker, uuid, name)), output)


@environment.command()
@_which
@broker_options
def delete(connection: Connection, uuid: str | None, name: str | None) -> None:
    """Delete an environment, with the record of what was deployed to it."""

    async def work(broker: Broker) -> Environment:
        found = await _find(broker, uuid, name)
        await broker.delete_environment(found.uuid)
        return found

    click.echo(f"Deleted environment {connection.ask(work).name}.")


async def _find(broker: Broker, uuid: str | None, name: str | None) -> Environment:
    if (uuid is None) == (name is None):
        raise bad_input("say which environment: either --uuid or --name")
    return await broker.environment(uuid) if uuid is not None else await broker.environment_named(name or "")


def _contacts(name: str | None, address: str | None) -> Sequence[tuple[str, str]]:
    if name is None and address is None:
        return ()
    return ((name or address or "", address or ""),)


def _say(done: str, made: Environment, output: str) -> None:
    if output == "json":
        print_json(made.document)
    else:
        click.echo(made.uuid if output == "id" else f"{done} environment {made.name} ({made.uuid}).")


def _show_all(found: Sequence[Environment], output: str) -> None:
    if output == "json":
        print_json({"_embedded": {"environments": [item.document for item in found]}})
        return
    rows = [(item.uuid, item.name, item.display_name or "", yes_or_no(item.production)) for item in found]
    print_table(
        ("UUID", "NAME", "DISPLAY NAME", "PRODUCTION"),
        rows,
        empty="There is no environment yet: troth environment create --name production --production",
    )


def _describe(found: Environment, output: str) -> None:
    if output == "json":
        print_json(found.document)
        return
    click.echo(f"name: {found.name}\ndisplay name: {found.display_name or '-'}")
    click.echo(f"production: {yes_or_no(found.production)}\nuuid: {found.uuid}")
    for contact, details in found.contacts:
        click.echo(f"contact: {contact} ({details})" if details else f"contact: {contact}")
