"""`troth verify`: a running provider against the pacts of its consumers."""

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from troth_broker.cli import rerun
from troth_broker.cli.ci import Build, Found, detect
from troth_broker.cli.connection import Connection, broker_options, header, output_option, speaking
from troth_broker.cli.git import checkout
from troth_broker.cli.printing import print_json
from troth_broker.cli.stop import Stop, bad_input, filled
from troth_broker.cli.verify_report import Live, as_json
from troth_broker.client.verification import BrokerSink, BrokerSource, Wanted
from troth_verifiers import Files, Only, Report, Source, StateUrl, Target, VerifierError, verify_async
from troth_verifiers.api import ENGINES, HttpCheck
from troth_verifiers.plugins import states_factory

_WAYS_OUT = {
    "state-handler-missing": "--state-change-url URL says where the provider sets up its provider states.",
    "message-handler-missing": "--message-url URL says where the provider produces its messages.",
}


def _options(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def add(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return add


_where = _options(
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
        "--request-timeout",
        type=click.IntRange(min=1),
        default=5000,
        show_default=True,
        metavar="MILLISECONDS",
        help="How long one answer may take.",
    ),
    click.option(
        "--deadline", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="For the whole run."
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
    click.option("--disable-ssl-verification", "insecure", is_flag=True, help="Trust any certificate of the provider."),
    click.option(
        "--against",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="An OpenAPI description that every HTTP message of a pact must keep too.",
    ),
    click.option("--against-warn", is_flag=True, help="Only tell of what breaks it."),
)

_which = _options(
    click.option(
        "--pact-url",
        "urls",
        multiple=True,
        metavar="URL",
        callback=lambda context, option, urls: tuple(filled(context, option, url) for url in urls),
        help="Exactly this pact of the broker.",
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

_what_then = _options(
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


@click.command()
@click.argument("files", nargs=-1, metavar="[FILES…]")
@_where
@_which
@_what_then
@output_option("text", "json")
@broker_options
def verify(connection: Connection, /, files: Sequence[str], **options: Any) -> int:
    """Verify a running provider against pact FILES, or against the pacts that the broker wants it to verify.

    Every interaction is replayed and told by itself. Results are published only with --publish, and only if every
    interaction could be judged. Exits with 0 if the pacts are kept, 1 if one is not, 2 if one cannot be read, and 3 if
    the provider or the broker cannot be reached or an interaction could not be judged.
    """
    for option in ("junit", "html"):
        if options[option]:
            writable(Path(options[option]), f"--{option}")
    against = _against(options)
    with speaking():
        try:
            report = asyncio.run(_verify(connection, files, options, against))
        except VerifierError as error:
            raise Stop(error.text, error.exit_code) from error
    rerun.remember(report)
    if options["output"] == "json":
        print_json(as_json(report))
    else:
        click.echo(report.to_text(), nl=False)
    kinds = {result.cause.kind for result in report.results if result.cause is not None}
    for kind in kinds & set(_WAYS_OUT):
        click.echo(_WAYS_OUT[kind], err=True)
    for title, finding in against.findings if against else ():
        click.echo(f"warning: {title}: {finding.kind} {finding.place}: {finding.text}", err=True)
    for option, written in (("junit", report.to_junit), ("html", report.to_html)):
        if options[option]:
            write(options[option], f"--{option}", written())
    return report.exit_code


def _against(options: dict[str, Any]) -> Any:
    """What holds messages against a description, as the options want it; its libraries take a while to load."""
    if options["against"] is None:
        if options["against_warn"]:
            raise click.UsageError("--against-warn says what becomes of findings: give --against FILE too")
        return None
    if options["engine"] == "pact":
        raise click.UsageError("--against looks at what Troth's own engine sends: leave out --engine pact")
    described = import_module("troth_broker.cli.described")
    return described.against(options["against"], url=options["base_url"], warn=options["against_warn"])


async def _verify(
    connection: Connection, files: Sequence[str], options: dict[str, Any], against: HttpCheck | None
) -> Report:
    build = build_of(options) if not files and _needs_build(options) else Build()
    only = Only(
        options["filter_description"],
        options["filter_state"],
        no_state=options["filter_no_state"],
        protocols=tuple(options["protocols"]),
        among=rerun.failed_last_time() if options["rerun_failed"] else None,
    )
    headers = tuple(header(text, "--header") for text in options["headers"])
    address: str | None = options["state_url"]
    states: StateUrl | str | None = address
    if address and states_factory(address.partition("://")[0]) is None:
        states = StateUrl(address, tear_down=options["tear_down"], in_query=options["in_query"], headers=headers)
    target = Target(
        url=options["base_url"],
        headers=headers,
        timeout=options["request_timeout"] / 1000,
        insecure=options["insecure"],
        concurrency=options["workers"],
        others=dict(_address(text) for text in options["addresses"]),
        engine="troth" if against else options["engine"] or "",
        checks=(against,) if against else (),
    )
    with Live() as live:
        return await verify_async(
            _source(connection, files, build, options),
            target,
            states=states,
            messages=options["message_url"],
            provider=options["provider"],
            consumers=options["consumers"],
            only=only,
            publish=_sink(connection, files, build, options),
            deadline=options["deadline"],
            ignore_missing_states=options["ignore_missing_states"],
            allow_empty=options["allow_empty"],
            progress=live,
        )


def _address(text: str) -> tuple[str, str]:
    protocol, sign, url = text.partition("=")
    if not protocol.strip() or not sign or not url.strip():
        raise bad_input(f"--provider-url {text!r} is no address; write it like grpc=127.0.0.1:50051")
    return protocol.strip(), url.strip()


def _source(connection: Connection, files: Sequence[str], build: Build, options: dict[str, Any]) -> Source:
    if files:
        return Files(*files)
    if not connection.address:
        raise bad_input("there is nothing to verify: give pact FILES, or --broker (or PACT_BROKER_BASE_URL)")
    if not options["provider"] and not options["urls"]:
        raise click.UsageError("--provider NAME is needed to ask a broker for pacts")
    tags = [{"tag": tag, "latest": True} for tag in options["tags"]]
    wanted = Wanted(
        selectors=(*_selectors(options["selectors"]), *tags),
        branch=build.branch.value if build.branch else None,
        tags=tuple(options["provider_tags"]),
        pending=options["pending"],
        wip_since=options["wip"],
        urls=tuple(options["urls"]),
    )
    return BrokerSource(connection.open, options["provider"], wanted)


def _sink(connection: Connection, files: Sequence[str], build: Build, options: dict[str, Any]) -> BrokerSink | None:
    if not options["publish"]:
        return None
    if files:
        raise click.UsageError(
            "results of pact files have no place in a broker: verify the broker's pacts to --publish"
        )
    if build.version is None:
        raise bad_input(
            "the provider's version cannot be told: give --provider-app-version, or run in a git repository or a known "
            "CI system" + "".join(f"\n  {remark}" for remark in build.remarks)
        )
    return BrokerSink(
        partial(connection.open),
        build.version.value,
        build.branch.value if build.branch else None,
        tuple(options["provider_tags"]),
        build.build_url.value if build.build_url else None,
    )


def _needs_build(options: dict[str, Any]) -> bool:
    """Whether anything depends on what is being built: results, and what is pending for which branch."""
    return bool(options["publish"] or options["branch"] or options["pending"] or options["wip"]) or any(
        "matchingBranch" in text for text in options["selectors"]
    )


def build_of(options: dict[str, Any]) -> Build:
    """What was given; what is missing of it from the CI system or git, if no version was given."""
    given = Build(
        _given(options["version"], "--provider-app-version"),
        _given(options["branch"], "--provider-version-branch"),
        _given(options["build_url"], "--build-url"),
    )
    if given.version is None:
        found = detect(os.environ, checkout())
        given = Build(found.version, given.branch or found.branch, given.build_url or found.build_url, found.remarks)
    for name, value in (("version", given.version), ("branch", given.branch), ("build", given.build_url)):
        if value is not None:
            click.echo(f"  {name} {value.value}  (from {value.source})", err=True)
    for remark in given.remarks:
        click.echo(f"  note: {remark}", err=True)
    return given


def _given(text: str | None, option: str) -> Found | None:
    if text is not None and not text.strip():
        raise bad_input(f"{option} is empty: is the variable set that it comes from?")
    return None if text is None else Found(text, option)


def _selectors(texts: Sequence[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for text in texts:
        try:
            value = json.loads(text)
        except ValueError as error:
            raise bad_input(f"--consumer-version-selector {text!r} is not JSON: {error}") from None
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, dict) for item in items):
            raise bad_input(f'--consumer-version-selector {text!r} takes an object, such as {{"mainBranch": true}}')
        found += items
    return found


def writable(path: Path, option: str) -> None:
    """Refuse a place for a file where none can be, before anything is verified and published."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writable = os.access(path if path.exists() else path.parent, os.W_OK)
    except OSError as error:
        raise bad_input(f"{option} {path} cannot be written: {error.strerror or error}") from None
    if not writable:
        raise bad_input(f"{option} {path} cannot be written: Permission denied")


def write(path: str, option: str, text: str) -> None:
    """Write a report where an option wants it."""
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise bad_input(f"{option} {path} cannot be written: {error.strerror or error}") from None
