"""From the options `--pacticipant`, `--version`, `--latest` …, in the order typed, to what is asked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import click

from troth_broker.client import Ignore, Selector

_WORDS = {
    "version": "--version",
    "latest": "--latest",
    "branch": "--branch",
    "main_branch": "--main-branch",
    "all": "--all",
}


def selector_options(command: Any) -> Any:
    """Add the options that name versions; read them with `read`, in the order in which they were typed."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read(typed: Sequence[tuple[str, str]], ignored_names: str = "") -> tuple[tuple[Selector, ...], tuple[Ignore, ...]]:
    """The selectors and what to ignore. Whatever stands behind a name belongs to it, also behind `--ignore`.

    What stands before the first name belongs to that one. `ignored_names` are more names to ignore, with commas.
    """
    found: list[Selector | Ignore] = []
    early: list[tuple[str, str]] = []
    for option, value in typed:
        if option == "pacticipant":
            found.append(Selector(_named(value, "--pacticipant")))
        elif option == "ignore":
            found.append(Ignore(_named(value, "--ignore")))
        elif not found:
            early.append((option, value))
            continue
        else:
            found[-1] = _with(found[-1], option, value)
        while found and early and isinstance(found[-1], Selector):
            found[-1] = _with(found[-1], *early.pop(0))
    if early or not any(isinstance(item, Selector) for item in found):
        raise click.UsageError("name at least one application with --pacticipant NAME")
    names = [Ignore(name.strip()) for name in ignored_names.split(",") if name.strip()]
    ignore = [item for item in found if isinstance(item, Ignore)]
    return tuple(item for item in found if isinstance(item, Selector)), (*ignore, *names)


def need_versions(selectors: Iterable[Selector]) -> None:
    """Refuse a question in which an application stands without a version, or twice with the same one.

    Of versions that are asked about together only the pairs among them count: one that stands beside itself would
    leave nothing to check.
    """
    selectors = tuple(selectors)
    twice = [item for item in dict.fromkeys(selectors) if selectors.count(item) > 1]
    if twice:
        raise click.UsageError(f"{' and '.join(item.words for item in twice)} stands there twice: name it once")
    bare = [item.application for item in selectors if item == Selector(item.application)]
    if bare:
        raise click.UsageError(
            f"which version of {' and of '.join(bare)}? Add --version VERSION, --branch BRANCH, --main-branch, "
            "--latest or --latest TAG after the name"
        )


def _named(value: str, option: str) -> str:
    if not value.strip():
        raise click.UsageError(f"{option} needs a name, but is empty")
    return value


def _with(item: Selector | Ignore, option: str, value: str) -> Selector | Ignore:
    if isinstance(item, Ignore):
        if option != "version" or item.version is not None:
            raise click.UsageError(
                f"{_WORDS[option]} cannot follow --ignore {item.application}: it takes one --version"
            )
        return replace(item, version=_named(value, "--version"))
    only_alone = option in {"version", "all"} or (option == "latest" and value)
    if item.version is not None or (only_alone and item != Selector(item.application)):
        raise click.UsageError(f"{_WORDS[option]} cannot be added to {item.words}: one version of an application each")
    changes: dict[str, Callable[[], Selector]] = {
        "version": lambda: replace(item, version=_named(value, "--version")),
        "latest": lambda: replace(item, latest=True, tag=value or None),
        "all": lambda: replace(item, tag=_named(value, "--all")),
        "branch": lambda: replace(item, branch=_named(value, "--branch")),
        "main_branch": lambda: replace(item, main_branch=True),
    }
    return changes[option]()


_OPTIONS = (
    click.option(
        "-a",
        "--pacticipant",
        "--application",
        "pacticipant",
        multiple=True,
        metavar="NAME",
        help="An application; what follows says which version of it. May be repeated.",
    ),
    click.option("-e", "--version", multiple=True, metavar="VERSION", help="The version of the application before it."),
    click.option(
        "-l",
        "--latest",
        multiple=True,
        is_flag=False,
        flag_value="",
        metavar="[TAG]",
        help="Its newest version, or the newest with a tag.",
    ),
    click.option("--branch", multiple=True, metavar="BRANCH", help="Its newest version from a branch."),
    click.option(
        "--main-branch", multiple=True, is_flag=True, flag_value="true", help="Its newest version from the main branch."
    ),
    click.option("--all", multiple=True, hidden=True, metavar="TAG", help="All its versions with a tag."),
    click.option(
        "--ignore",
        multiple=True,
        metavar="NAME",
        help="Leave an application out, or with --version behind it one version. [PACT_BROKER_CAN_I_DEPLOY_IGNORE]",
    ),
)
