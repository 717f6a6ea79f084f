"""`troth record-deployment`, `record-undeployment`, `record-release`, `record-support-ended`."""

from collections.abc import Awaitable, Sequence

import click

from troth_broker.cli.connection import Connection, broker_options, output_option
from troth_broker.cli.printing import print_json
from troth_broker.cli.stop import filled
from troth_broker.client import Broker, Deployment

_application = click.option(
    "-a",
    "--pacticipant",
    "--application",
    "application",
    required=True,
    metavar="NAME",
    callback=filled,
    help="The application.",
)
_version = click.option("-e", "--version", required=True, metavar="VERSION", callback=filled, help="Its version.")
_environment = click.option("--environment", required=True, metavar="NAME", callback=filled, help="The environment.")
_instance = click.option(
    "--application-instance",
    "--target",
    "instance",
    metavar="NAME",
    callback=filled,
    help="Which of several installations in the environment; left out, the one without a name.",
)


@click.command()
@_application
@_version
@_environment
@_instance
@output_option("text", "json")
@broker_options
def record_deployment(
    connection: Connection, application: str, version: str, environment: str, instance: str | None, output: str
) -> None:
    """Record that a version now runs in an environment.

    It takes the place of the version that ran there before it as the same application instance. A version that the
    broker does not know is refused: a deployment of something that no build published helps nobody.
    """

    def work(broker: Broker) -> Awaitable[Deployment]:
        return broker.record_deployment(application, version, environment, instance=instance)

    _say(f"{application} {version} now runs in {environment}{_as(instance)}.", [connection.ask(work)], output)


@click.command()
@_application
@_environment
@_instance
@output_option("text", "json")
@broker_options
def record_undeployment(
    connection: Connection, application: str, environment: str, instance: str | None, output: str
) -> None:
    """Record that an application no longer runs in an environment."""

    def work(broker: Broker) -> Awaitable[tuple[Deployment, ...]]:
        return broker.record_undeployment(application, environment, instance=instance)

    _say(f"{application} no longer runs in {environment}{_as(instance)}.", connection.ask(work), output)


@click.command()
@_application
@_version
@_environment
@output_option("text", "json")
@broker_options
def record_release(connection: Connection, application: str, version: str, environment: str, output: str) -> None:
    """Record that a version is released for use in an environment.

    Releases stand beside each other until their support ends: apps in a store, libraries.
    """

    def work(broker: Broker) -> Awaitable[Deployment]:
        return broker.record_release(application, version, environment)

    _say(f"{application} {version} is released in {environment}.", [connection.ask(work)], output)


@click.command()
@_application
@_version
@_environment
@output_option("text", "json")
@broker_options
def record_support_ended(connection: Connection, application: str, version: str, environment: str, output: str) -> None:
    """Record that a released version is supported no longer."""

    def work(broker: Broker) -> Awaitable[tuple[Deployment, ...]]:
        return broker.record_support_ended(application, version, environment)

    _say(f"{application} {version} is no longer supported in {environment}.", connection.ask(work), output)


def _as(instance: str | None) -> str:
    return "" if instance is None else f" as {instance}"


def _say(sentence: str, done: Sequence[Deployment], output: str) -> None:
    if output == "text":
        click.echo(sentence)
        return
    for item in done:
        print_json(item.document)
