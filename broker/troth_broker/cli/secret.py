"""`troth secret set|list|delete|new-key`: what webhooks may name as `${secret.NAME}`."""

import base64
import os
import sys

import click

from troth_broker.cli.connection import Connection, broker_options, output_option
from troth_broker.cli.printing import print_json, print_table
from troth_broker.cli.stop import bad_input


@click.group()
def secret() -> None:
    """Keep secrets that webhooks name as ${secret.NAME}: tokens and passwords, encrypted, never shown again."""


@secret.command(name="set")
@click.argument("name")
@click.option("--description", metavar="TEXT", help="What it is for.")
@broker_options
def set_(connection: Connection, name: str, description: str | None) -> None:
    """Record a secret, or replace it. The value comes from standard input; a terminal is asked for it."""
    made = connection.ask(lambda broker: broker.put_secret(name, _value(), description=description), creates=True)
    click.echo(f"Secret {made.name} is recorded; webhooks may name it as ${{secret.{made.name}}}.")


@secret.command(name="list")
@output_option("table", "json")
@broker_options
def list_(connection: Connection, output: str) -> None:
    """List the secrets, without their values."""
    found = connection.ask(lambda broker: broker.secrets())
    if output == "json":
        print_json({"secrets": [one.document for one in found]})
        return
    rows = [[one.name, one.description or "", one.changed_at] for one in found]
    print_table(["NAME", "DESCRIPTION", "CHANGED"], rows, empty="No secret is recorded.")


@secret.command()
@click.argument("name")
@broker_options
def delete(connection: Connection, name: str) -> None:
    """Forget a secret."""
    connection.ask(lambda broker: broker.delete_secret(name))
    click.echo(f"Deleted secret {name}.")


@secret.command()
def new_key() -> None:
    """Make a key for TROTH_SECRET_KEY, with which a broker encrypts secrets and the passwords of webhooks."""
    click.echo(base64.urlsafe_b64encode(os.urandom(32)).decode())


def _value() -> str:
    """The value from standard input without the line's end; never from an argument, which other users could see."""
    if sys.stdin.isatty():
        prompted: str = click.prompt("Value", hide_input=True, err=True)
        return prompted
    text = sys.stdin.read()
    if not text.strip():
        raise bad_input("standard input is empty: pipe the secret's value into this command, or run it in a terminal")
    return text.removesuffix("\n").removesuffix("\r")
