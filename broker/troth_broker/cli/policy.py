"""`troth policy show|set`: what counts as proof between two applications, or in an environment."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from troth_broker.cli.connection import Connection, broker_options, output_option
from troth_broker.cli.printing import print_json
from troth_broker.client import Integration, Policy
from troth_schemas.options import MODES

_SAID_OF_NEEDS = {
    (): "a replay decides where there is one, else a comparison",
    ("replay",): "a replay has to pass",
    ("comparison",): "a comparison has to pass",
    ("replay", "comparison"): "a replay and a comparison have to pass",
}
_AS_BEFORE = "default"
"""What takes a member back to saying nothing."""


@click.group()
def policy() -> None:
    """Say what counts as proof before a deployment: between two applications, or in an environment.

    Where both say something, the stricter word counts. What nobody says anything about is as it always was: a replay
    decides where there is one, else a comparison.
    """


def _about(command: Callable[..., Any]) -> Callable[..., Any]:
    options = (
        click.option("--provider", metavar="NAME", help="Between this provider …"),
        click.option("--consumer", metavar="NAME", help="… and this consumer."),
        click.option("--environment", metavar="NAME", help="For whatever goes to this environment."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@policy.command()
@_about
@output_option("text", "json")
@broker_options
def show(
    connection: Connection, provider: str | None, consumer: str | None, environment: str | None, output: str
) -> None:
    """Show a policy and since when it holds."""
    about = _read(provider, consumer, environment)
    _print(connection.ask(lambda broker: broker.policy(about)), about, output)


@policy.command(name="set")
@_about
@click.option(
    "--needs",
    type=click.Choice(["replay", "comparison", "both", "either", _AS_BEFORE]),
    help="Which kinds of evidence have to be there and pass.",
)
@click.option(
    "--blocks",
    type=click.Choice(["breaking", "risky", _AS_BEFORE]),
    help="From which severity on a finding makes a comparison a no.",
)
@click.option(
    "--not-covered",
    type=click.Choice(["blocks", "allows", _AS_BEFORE]),
    help="Whether a comparison counts that could not judge everything.",
)
@click.option("--max-age", metavar="DAYS", help="How old a replay may be; 'default' for any age.")
@click.option(
    "--evolution",
    multiple=True,
    metavar="MODE|SUBJECT=MODE",
    help="What a new version owes to those in the environment; SUBJECT is APPLICATION/FORMAT[/NAME] or a glob.",
)
@output_option("text", "json")
@broker_options
def set_(
    connection: Connection,
    provider: str | None,
    consumer: str | None,
    environment: str | None,
    needs: str | None,
    blocks: str | None,
    not_covered: str | None,
    max_age: str | None,
    evolution: tuple[str, ...],
    output: str,
) -> None:
    """Change what is given of a policy; the rest stays. Each change is a new version.

    \b
      troth policy set --environment production --needs both --max-age 30
    """
    about = _read(provider, consumer, environment)
    changes = {
        "needs": _known(needs, {"both": ["replay", "comparison"], "either": []}, lambda word: [word]),
        "blocks": _known(blocks, {"risky": ["breaking", "risky"]}, lambda word: [word]),
        "not_covered": _known(not_covered, {}, str),
        "max_age_days": _known(max_age, {}, _days),
        "evolution": _modes(evolution),
    }
    given = {name: value for name, value in changes.items() if value is not None}
    if not given:
        raise click.UsageError("say what to change: --needs, --blocks, --not-covered, --max-age or --evolution")
    _print(connection.ask(lambda broker: broker.change_policy(about, _without_words(given))), about, output)


def _read(provider: str | None, consumer: str | None, environment: str | None) -> Integration | str:
    if environment and not (provider or consumer):
        return environment
    if provider and consumer and not environment:
        return Integration(consumer, provider)
    raise click.UsageError("say whose policy: --provider and --consumer, or --environment")


def _known(word: str | None, meanings: Mapping[str, Any], otherwise: Callable[[str], Any]) -> Any:
    """What a word means; the word itself where it takes the member back."""
    if word is None or word == _AS_BEFORE:
        return word
    return meanings.get(word) if word in meanings else otherwise(word)


def _modes(words: tuple[str, ...]) -> str | dict[str, str] | None:
    """One mode for all, or modes by subject."""
    if len(words) == 1 and "=" not in words[0]:
        return _mode(words[0]) if words[0] != _AS_BEFORE else _AS_BEFORE
    if any("=" not in word for word in words):
        raise click.BadParameter("give one MODE for all, or SUBJECT=MODE for each", param_hint="--evolution")
    return {subject: _mode(mode) for subject, _, mode in (word.rpartition("=") for word in words)} or None


def _mode(word: str) -> str:
    if word not in MODES:
        raise click.BadParameter(f"{word} is none of {', '.join(MODES)}", param_hint="--evolution")
    return word


def _without_words(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value == _AS_BEFORE else value for name, value in given.items()}


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 100_000):
        raise click.BadParameter(f"{text} is no number of days", param_hint="--max-age")
    return int(text)


def _print(found: Policy, about: Integration | str, output: str) -> None:
    if output == "json":
        print_json(found.document)
        return
    whose = f"environment {about}" if isinstance(about, str) else f"{about.consumer} and {about.provider}"
    since = f"version {found.version}, since {found.since}" if found.version else "nothing is set"
    click.echo(f"Policy for {whose} ({since})")
    for line in _words(found.rules):
        click.echo(f"  {line}")
    if isinstance(about, str):
        click.echo(f"  evolution:    {_said_of_modes(found.rules.get('evolution'))}")


def _words(rules: Mapping[str, Any]) -> list[str]:
    needs = _SAID_OF_NEEDS[tuple(rules.get("needs") or ())]
    risky = "risky" in (rules.get("blocks") or ())
    days = rules.get("max_age_days")
    return [
        f"needs:        {needs}",
        f"blocks:       {'breaking and risky findings' if risky else 'breaking findings'}",
        f"not covered:  {'allowed' if rules.get('not_covered') == 'allows' else 'blocks a comparison'}",
        f"max age:      {f'{days} days for a replay' if days else 'any'}",
    ]


def _said_of_modes(modes: Any) -> str:
    if isinstance(modes, dict):
        return ", ".join(f"{mode} for {subject}" for subject, mode in modes.items())
    return str(modes or "breaking changes are warned of")
