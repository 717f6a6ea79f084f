"""`troth webhook create|update|list|describe|delete|test`."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from troth_broker.cli.connection import Connection, broker_options, header, output_option
from troth_broker.cli.printing import print_json, print_table, yes_or_no
from troth_broker.cli.stop import NO, Stop, bad_input
from troth_broker.client import Webhook

_EVENTS = {
    "contract_content_changed": "The content differs from that of the previous version.",
    "contract_published": "A contract was published, changed or not.",
    "contract_requiring_verification_published": (
        "A contract was published that the provider's main branch, or a version that is deployed or released, has no "
        "result for: what a provider's build should be started by."
    ),
    "provider_verification_published": "A verification result was published.",
    "provider_verification_succeeded": "A result was published, and it is a success.",
    "provider_verification_failed": "A result was published, and it is a failure.",
    "provider_contract_published": "A provider published what it says about itself.",
    "provider_contract_content_changed": "What a provider says about itself differs from its previous version.",
    "comparison_published": "A contract was compared with what its provider publishes.",
    "comparison_succeeded": "It was compared, and the two fit.",
    "comparison_failed": "It was compared, and something breaks.",
}


@click.group()
def webhook() -> None:
    """Call other systems when contracts or results are published: start builds, set commits' statuses, tell people."""


def _details(command: Callable[..., Any]) -> Callable[..., Any]:
    options = (
        click.option("-X", "--request", "method", metavar="METHOD", help="The HTTP method; POST unless given."),
        click.option("-H", "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Sent with the call."),
        click.option("-d", "--data", metavar="TEXT|@FILE", help="The body: JSON or any text, or a file that holds it."),
        click.option("--user", metavar="NAME:PASSWORD", help="Basic authentication."),
        click.option("--consumer", metavar="NAME", help="Only for contracts of this application."),
        click.option("--consumer-label", metavar="LABEL", help="Only for contracts of applications with this label."),
        click.option("--provider", metavar="NAME", help="Only for contracts with this provider."),
        click.option("--provider-label", metavar="LABEL", help="Only for contracts with providers of this label."),
        click.option("--description", metavar="TEXT", help="What people are shown."),
        click.option("--enabled/--disabled", default=None, help="Whether it is called at all."),
        *(click.option(f"--{name.replace('_', '-')}", name, is_flag=True, help=text) for name, text in _EVENTS.items()),
        click.option("--team-uuid", hidden=True, expose_value=False),
    )
    for option in reversed(options):
        command = option(command)
    return command


_uuid = click.option("--uuid", required=True, metavar="UUID", help="Which webhook.")


@webhook.command()
@click.argument("url")
@click.option("--uuid", metavar="UUID", help="Make it under this identifier, or replace the one that has it.")
@_details
@output_option("text", "json", "id")
@broker_options
def create(connection: Connection, /, url: str, uuid: str | None, output: str, **details: Any) -> None:
    """Make a webhook that calls a URL. ${pactbroker.NAME} and ${secret.NAME} in the request are filled in."""
    new = _given(url=url, **{**details, "method": details["method"] or "POST"})
    if "events" not in new:
        switches = ", ".join(f"--{name.replace('_', '-')}" for name in _EVENTS)
        raise bad_input(
            f"say when the webhook is called: {switches} "
            "(to start a provider's build, --contract-requiring-verification-published)"
        )
    _warn_of_silence(new)
    made = connection.ask(lambda broker: broker.create_webhook(new, uuid=uuid), creates=True)
    _say("Created" if uuid is None else "Recorded", made, output)


def _warn_of_silence(new: Mapping[str, Any]) -> None:
    """Say on standard error that what a provider says about itself is told to no webhook of one consumer's."""
    names = [event["name"] for event in new["events"] if event["name"].startswith("provider_contract_")]
    if names and new.get("consumer"):
        told = "is told once for all consumers, so a webhook that names a consumer is never called for it"
        click.echo(f"troth: {' and '.join(names)} {told}: leave --consumer out", err=True)


@webhook.command()
@click.argument("url", required=False)
@_uuid
@_details
@output_option("text", "json", "id")
@broker_options
def update(connection: Connection, /, url: str | None, uuid: str, output: str, **details: Any) -> None:
    """Change what is given of a webhook; the rest stays. Events replace those that it had, and so do headers."""
    changes = _given(url=url, **details)
    _say("Updated", connection.ask(lambda broker: broker.update_webhook(uuid, changes)), output)


@webhook.command(name="list")
@output_option("table", "json")
@broker_options
def list_(connection: Connection, output: str) -> None:
    """List the webhooks."""
    found = connection.ask(lambda broker: broker.webhooks())
    if output == "json":
        print_json({"webhooks": [one.document for one in found]})
        return
    print_table(
        ("UUID", "DESCRIPTION", "CONSUMER", "PROVIDER", "EVENTS", "ENABLED"),
        [_row(one) for one in found],
        empty="There is no webhook yet: troth webhook create URL --contract-requiring-verification-published",
    )


@webhook.command()
@_uuid
@output_option("text", "json")
@broker_options
def describe(connection: Connection, uuid: str, output: str) -> None:
    """Show one webhook; its secrets are hidden."""
    found = connection.ask(lambda broker: broker.webhook(uuid))
    if output == "json":
        print_json(found.document)
        return
    request = found.document.get("request", {})
    lines = {
        "description": found.description,
        "uuid": found.uuid,
        "enabled": yes_or_no(found.enabled),
        "consumer": found.consumer or "any",
        "provider": found.provider or "any",
        "events": ", ".join(found.events),
        "request": f"{found.method} {found.url}",
        **{f"header {name}": value for name, value in (request.get("headers") or {}).items()},
        "user": request.get("username"),
        "body": _body_text(request.get("body")),
    }
    for name, value in lines.items():
        if value is not None:
            click.echo(f"{name}: {value}")


@webhook.command()
@_uuid
@broker_options
def delete(connection: Connection, uuid: str) -> None:
    """Delete a webhook; the record of its calls stays."""
    connection.ask(lambda broker: broker.delete_webhook(uuid))
    click.echo(f"Deleted webhook {uuid}.")


@webhook.command()
@_uuid
@output_option("text", "json")
@broker_options
def test(connection: Connection, uuid: str, output: str) -> None:
    """Let the broker make a webhook's call now, and show its log; a call that fails makes this command fail."""
    made = connection.ask(lambda broker: broker.test_webhook(uuid))
    if output == "json":
        print_json(made.document)
    else:
        click.echo(made.logs, nl=False)
    if not made.success:
        raise Stop("the call failed; its log says why", NO)


def _given(
    *,
    url: str | None,
    method: str | None,
    headers: Sequence[str],
    data: str | None,
    user: str | None,
    description: str | None,
    enabled: bool | None,
    **more: Any,
) -> dict[str, Any]:
    """What the options say, as the members of a webhook; what they do not mention is left out."""
    request: dict[str, Any] = {"method": method, "url": url}
    if headers:
        request["headers"] = dict(header(text, "--header") for text in headers)
    if data is not None:
        request["body"] = _body(data)
    if user is not None:
        name, _, password = user.partition(":")
        request |= {"username": name, "password": password}
    made: dict[str, Any] = {
        "description": description,
        "enabled": enabled,
        "consumer": _party("consumer", more["consumer"], more["consumer_label"]),
        "provider": _party("provider", more["provider"], more["provider_label"]),
        "events": [{"name": name} for name in _EVENTS if more[name]] or None,
        "request": {name: value for name, value in request.items() if value is not None} or None,
    }
    return {name: value for name, value in made.items() if value is not None}


def _party(role: str, name: str | None, label: str | None) -> dict[str, str] | None:
    if name is not None and label is not None:
        raise bad_input(f"give either --{role} or --{role}-label")
    if label is not None:
        return {"label": label}
    return {"name": name} if name is not None else None


def _body(data: str) -> Any:
    """The body as JSON if it is an object or an array, else as the text that it is."""
    text = data
    if data.startswith("@"):
        try:
            text = Path(data[1:]).read_text("utf-8")
        except (OSError, UnicodeError) as error:
            raise bad_input(f"--data {data} cannot be read: {error}") from None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, dict | list) else text


def _body_text(body: Any) -> str | None:
    return body if body is None or isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def _row(one: Webhook) -> tuple[str, ...]:
    parties = one.consumer or "any", one.provider or "any"
    return (one.uuid, one.description, *parties, ", ".join(one.events), yes_or_no(one.enabled))


def _say(done: str, made: Webhook, output: str) -> None:
    if output == "json":
        print_json(made.document)
    else:
        click.echo(made.uuid if output == "id" else f"{done} webhook {made.description} ({made.uuid}).")
