"""The options of `troth verify`: where the provider is, which contracts count, and what becomes of the results."""

from collections.abc import Callable, Mapping
from math import isnan
from typing import Any

import click

from troth_broker.cli.stop import filled
from troth_verifiers.api import ENGINES


def together(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several options as one decorator, in their order."""

    def add(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def a_number(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    """The number that was given; `nan`, which is in every range, is none."""
    if value is not None and isnan(value):
        raise click.BadParameter("nan is no number.")
    return value


tls_options = (
    click.option(
        "--ca-cert",
        "ca_file",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="The only authorities of the provider's certificate to trust, in PEM.",
    ),
    click.option(
        "--client-cert", type=click.Path(dir_okay=False), metavar="FILE", help="Come with this certificate, in PEM."
    ),
    click.option(
        "--client-key", type=click.Path(dir_okay=False), metavar="FILE", help="Its key, where it is not in that file."
    ),
    click.option("--disable-ssl-verification", "insecure", is_flag=True, help="Trust any certificate of the provider."),
)
"""Whom to believe and as whom to come."""

where_options = together(
    click.option(
        "-n",
        "--provider",
        "--provider-name",
        "provider",
        metavar="NAME",
        help="The provider's name, as pacts spell it.",
    ),
    click.option("--provider-base-url", "base_url", metavar="URL", help="Where the provider runs."),
    click.option(
        "--provider-url",
        "addresses",
        multiple=True,
        metavar="PROTOCOL=URL",
        help="Where it speaks another protocol, such as grpc=127.0.0.1:50051; may be repeated.",
    ),
    click.option(
        "-s",
        "--state-change-url",
        "--provider-states-setup-url",
        "state_url",
        metavar="URL",
        help="Where the provider sets up its provider states.",
    ),
    click.option("--state-change-teardown", "tear_down", is_flag=True, help="Call it after each interaction too."),
    click.option("--state-change-as-query", "in_query", is_flag=True, help="Send the state as query parameters."),
    click.option("--ignore-missing-states", is_flag=True, help="Without a state URL, replay all the same."),
    click.option("--message-url", metavar="URL", help="Where the provider produces its messages."),
    click.option(
        "--header",
        "--custom-provider-header",
        "headers",
        multiple=True,
        metavar="'NAME: VALUE'",
        help="Sent to the provider with every request; may be repeated.",
    ),
    click.option(
        "--request-filter",
        metavar="MODULE:FUNCTION",
        help="A Python function that changes each request before it is sent; also FILE.py:FUNCTION.",
    ),
    click.option(
        "--request-timeout",
        type=click.IntRange(min=1),
        default=5000,
        show_default=True,
        metavar="MILLISECONDS",
        help="How long one answer may take.",
    ),
    click.option(
        "--deadline",
        type=click.FloatRange(min=0, min_open=True),
        callback=a_number,
        metavar="SECONDS",
        help="For the whole run.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(min=1),
        default=4,
        show_default=True,
        metavar="NUMBER",
        help="How many interactions without provider states are replayed at once.",
    ),
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        help="Who replays pacts: Troth in this process, or the official Pact library.",
    ),
    *tls_options,
    click.option(
        "--against",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="An OpenAPI description that every HTTP message of a pact must keep too.",
    ),
    click.option("--against-warn", is_flag=True, help="Only tell of what breaks it."),
)

which_options = together(
    click.option(
        "--contract-url",
        "--pact-url",
        "urls",
        multiple=True,
        metavar="URL",
        callback=lambda context, option, urls: tuple(filled(context, option, url) for url in urls),
        help="Exactly this contract, of the broker or elsewhere; may be repeated.",
    ),
    click.option(
        "--consumer-version-selector",
        "--consumer-version-selectors",
        "selectors",
        multiple=True,
        metavar="JSON",
        help="Which consumer versions' pacts; may be repeated. Without it the broker chooses.",
    ),
    click.option(
        "--consumer-version-tag",
        "--consumer-version-tags",
        "tags",
        multiple=True,
        metavar="TAG",
        help="Newest with a tag.",
    ),
    click.option("--enable-pending/--no-enable-pending", "pending", help="Failures of pending pacts fail no build."),
    click.option("--include-wip-pacts-since", "wip", metavar="DATE", help="Add pacts that are work in progress."),
    click.option("-c", "--filter-consumer", "consumers", multiple=True, metavar="NAME", help="Only this consumer's."),
    click.option("--filter-description", metavar="REGEX", help="Only interactions described so."),
    click.option("--filter-state", metavar="REGEX", help="Only interactions with such a provider state."),
    click.option("--filter-no-state", is_flag=True, help="Only interactions without provider state."),
    click.option("--protocol", "protocols", multiple=True, metavar="NAME", help="Only what speaks this: http, grpc, …"),
    click.option("--rerun-failed", is_flag=True, help="Only what did not pass last time; never publishes."),
    click.option(
        "--allow-empty", "--ignore-no-pacts-error", "allow_empty", is_flag=True, help="No pact at all is no error."
    ),
)


def trust(options: Mapping[str, Any]) -> dict[str, Any]:
    """What the options say of TLS, as a target has it."""
    if options["client_key"] and not options["client_cert"]:
        raise click.UsageError("--client-key is the key of a certificate: give --client-cert FILE too")
    if options["client_cert"] and options.get("engine") == "pact":
        raise click.UsageError("--client-cert is shown by Troth's own engine: leave out --engine pact")
    return {name: options[name] for name in ("ca_file", "client_cert", "client_key", "insecure")}


then_options = together(
    click.option(
        "-r", "--publish", "--publish-verification-results", "publish", is_flag=True, help="Publish the results."
    ),
    click.option(
        "-a",
        "--provider-app-version",
        "--provider-version",
        "version",
        metavar="VERSION",
        help="The provider's version; without it, the commit that is being built.",
    ),
    click.option("--provider-version-branch", "--provider-branch", "branch", metavar="BRANCH", help="Its branch."),
    click.option(
        "--provider-version-tag", "--provider-tags", "provider_tags", multiple=True, metavar="TAG", help="Its tags."
    ),
    click.option("--build-url", metavar="URL", help="Where this build can be looked at."),
    click.option("-x", "--junit", type=click.Path(dir_okay=False), metavar="FILE", help="Write JUnit XML there too."),
    click.option("--html", type=click.Path(dir_okay=False), metavar="FILE", help="Write one HTML page there too."),
)
