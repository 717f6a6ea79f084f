"""`troth verify`: a running provider against the contracts of its consumers."""

import asyncio
import json
import os
from collections.abc import Collection, Sequence
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
from troth_broker.cli.stop import Stop, bad_input
from troth_broker.cli.verify_options import then_options, trust, where_options, which_options
from troth_broker.cli.verify_report import Live, as_json
from troth_broker.client.verification import BrokerSink, BrokerSource, Wanted
from troth_verifiers import Files, Only, Report, Source, StateUrl, Target, VerifierError, verify_async
from troth_verifiers.api import HttpCheck, RequestFilter
from troth_verifiers.plugins import is_transport, known_protocols, source_factory, states_factory

_WAYS_OUT = {
    "state-handler-missing": "--state-change-url URL says where the provider sets up its provider states.",
    "message-handler-missing": "--message-url URL says where the provider produces its messages, "
    "--provider-url messages=URL over which broker it sends them.",
}

_CHOOSING = {
    "selectors": "--consumer-version-selector",
    "tags": "--consumer-version-tag",
    "pending": "--enable-pending",
    "wip": "--include-wip-pacts-since",
}
"""The options that say which of a broker's contracts count."""


@click.command()
@click.argument("files", nargs=-1, metavar="[FILES…]")
@where_options
@which_options
@then_options
@output_option("text", "json")
@broker_options
def verify(connection: Connection, /, files: Sequence[str], **options: Any) -> int:
    """Verify a running provider against contracts in FILES, or against those that the broker wants it to verify.

    Every interaction is replayed and told by itself. Results are published only with --publish, and only of contracts
    of which every interaction could be judged. Exits with 0 if the contracts are kept, 1 if one is not, 2 if one cannot
    be read, and 3 if the provider or the broker cannot be reached or an interaction could not be judged.
    """
    for option in ("junit", "html"):
        if options[option]:
            writable(Path(options[option]), f"--{option}")
    if options["junit"] and options["html"] and Path(options["junit"]).resolve() == Path(options["html"]).resolve():
        raise click.UsageError(f"--junit and --html both name {options['junit']}: give each a file of its own")
    against = _against(options)
    with speaking():
        try:
            report = asyncio.run(_verify(connection, files, options, against))
        except VerifierError as error:
            raise Stop(" ".join([error.text, *_ways_out({error.kind}, options)]), error.exit_code) from error
    rerun.remember(report)
    if options["output"] == "json":
        print_json(as_json(report))
    else:
        click.echo(report.to_text(), nl=False)
    kinds = {result.cause.kind for result in report.results if result.cause is not None}
    for way in _ways_out(kinds, options):
        click.echo(way, err=True)
    for title, finding in against.findings if against else ():
        click.echo(f"warning: {title}: {finding.kind} {finding.place}: {finding.text}", err=True)
    for option, written in (("junit", report.to_junit), ("html", report.to_html)):
        if options[option]:
            write(options[option], f"--{option}", written())
    return report.exit_code


def _ways_out(kinds: Collection[str], options: dict[str, Any]) -> list[str]:
    """The options that do away with what went wrong."""
    found = [way for kind, way in _WAYS_OUT.items() if kind in kinds]
    if "target-incomplete" in kinds and not options["base_url"]:
        found.append("--provider-base-url URL says where the provider runs, --provider-url PROTOCOL=URL where else.")
    return found


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
        protocols=tuple(name.strip().lower() for name in options["protocols"]),
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
        **trust(options),
        concurrency=options["workers"],
        others=dict(_address(text) for text in options["addresses"]),
        engine="troth" if against else options["engine"] or "",
        checks=(against,) if against else (),
        request_filter=request_filter(options),
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


def request_filter(options: dict[str, Any]) -> RequestFilter | None:
    """What `--request-filter` names."""
    name = options["request_filter"]
    if name is None:
        return None
    if options.get("engine") == "pact":
        raise click.UsageError("--request-filter changes what Troth's own engine sends: leave out --engine pact")
    found: RequestFilter = import_module("troth_verifiers.filtering").filter_named(name)
    return found


def _address(text: str) -> tuple[str, str]:
    protocol, sign, url = text.partition("=")
    if not protocol.strip() or not sign or not url.strip():
        raise bad_input(f"--provider-url {text!r} is no address; write it like grpc=127.0.0.1:50051")
    protocol, known = protocol.strip().lower(), known_protocols()
    if protocol not in known:
        written = (
            f"write it like messages={protocol}://…" if is_transport(protocol) else f"there are {', '.join(known)}"
        )
        raise bad_input(f"--provider-url {text!r}: no verifier asks for {protocol!r}; {written}")
    return protocol, url.strip()


def _source(connection: Connection, files: Sequence[str], build: Build, options: dict[str, Any]) -> Source:
    if files and options["urls"]:
        raise click.UsageError("give FILES or --contract-url, not both: one run has its contracts from one place")
    chosen = ", ".join(option for name, option in _CHOOSING.items() if options[name])
    if chosen and files:
        raise click.UsageError(f"FILES are all verified: leave out {chosen}, by which a broker chooses")
    if chosen and options["urls"]:
        click.echo(
            f"  note: --contract-url says which contracts: passed over {chosen}, by which a broker chooses", err=True
        )
    if files:
        if address := next((one for one in files if one.startswith(("http://", "https://"))), None):
            raise bad_input(f"{address} is an address and no file: give it as --contract-url {address}")
        return _of_plugin(files, options["provider"]) or Files(*files)
    if not connection.address and not options["urls"]:
        raise bad_input(
            "there is nothing to verify: give contract FILES, --contract-url, or --broker (or PACT_BROKER_BASE_URL)"
        )
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
    opened = connection.open if connection.address else None
    return BrokerSource(opened, options["provider"], wanted, elsewhere=_elsewhere)


def _of_plugin(files: Sequence[str], provider: str | None) -> Source | None:
    """What a plug-in reads contracts from, where an address of its kind is given in the place of files."""
    address = next((one for one in files if "://" in one), None)
    if address is None:
        return None
    if len(files) > 1:
        raise bad_input(f"{address} is an address that a plug-in reads contracts from: give it alone")
    return source_factory(address.partition("://")[0])(address, provider=provider)


def _elsewhere(urls: tuple[str, ...]) -> Source:
    """Contracts that no broker holds; the HTTP client is loaded for them alone."""
    found: Source = import_module("troth_verifiers.addresses").Addresses(urls)
    return found


def _sink(connection: Connection, files: Sequence[str], build: Build, options: dict[str, Any]) -> BrokerSink | None:
    if not options["publish"]:
        return None
    if options["urls"] and not connection.address:
        raise click.UsageError("--publish needs --broker: what --contract-url names is published where it is held")
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
        Path(path).write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise bad_input(f"{option} {path} cannot be written: {error.strerror or error}") from None
