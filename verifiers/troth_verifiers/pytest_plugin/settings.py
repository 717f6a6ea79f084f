"""What `pytest --troth` is to do: its options, and ``[tool.troth]`` of pyproject.toml or ``[verify]`` of troth.toml."""

import math
import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from troth_verifiers.api import ENGINES
from troth_verifiers.errors import UsageError
from troth_verifiers.plugins import known_protocols

_TEXTS: Final = (
    "provider",
    "url",
    "app",
    "engine",
    "state-url",
    "message-url",
    "provider-version",
    "branch",
    "build-url",
    "ca-file",
    "client-cert",
    "client-key",
)
_LISTS: Final = ("source", "consumers", "headers", "tags")
_OTHERS: Final = ("publish", "timeout", "handler-timeout", "insecure", "urls")
KNOWN: Final = (*_TEXTS, *_LISTS, *_OTHERS)
"""The names of all settings."""
TABLES: Final = ("compare", "severity", "verify", "waiver")
"""The tables that troth.toml may have; what is not of `verify` is for the commands that compare."""
_VARIABLE: Final = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_NO: Final = ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where contracts and the provider are, and whether results are published; `asked` says that --troth was given.

    `sources` are paths, globs and URLs. `urls` are the provider's addresses by protocol beside `url`. `app` names an
    application as ``module:name``. `ca_file`, `client_cert` and `client_key` are as a `Target` has them. `timeout` is
    in seconds for one request, `handler_timeout` for a state or a message of the project's own. `version` is the
    provider's.
    """

    sources: tuple[str, ...]
    asked: bool = False
    provider: str | None = None
    consumers: tuple[str, ...] = ()
    url: str | None = None
    urls: Mapping[str, str] = field(default_factory=dict)
    app: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    engine: str = ""
    timeout: float = 5.0
    handler_timeout: float = 30.0
    insecure: bool = False
    ca_file: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    state_url: str | None = None
    message_url: str | None = None
    publish: bool = False
    version: str | None = None
    branch: str | None = None
    tags: tuple[str, ...] = ()
    build_url: str | None = None


def settings_of(options: Mapping[str, Any], root: Path, environment: Mapping[str, str] = os.environ) -> Settings | None:
    """The settings of a run whose root folder is given; None where no contract is to be verified.

    Raises `UsageError` for a setting that there is not or that cannot be had.
    """
    if options["no_troth"]:
        return None
    asked: Sequence[str] = options["troth"] or ()
    _check_empty(options)
    where, section = _section(root)
    sources = tuple(asked) or tuple(_at(root, one) for one in _list(where, section, "source"))
    if not sources:
        _check_unasked(options)
        return None
    publish = options["troth_publish"] or _wanted(where, section, environment)
    texts = {name: _text(where, section, name) for name in _TEXTS}
    texts |= {name: options[f"troth_{name.replace('-', '_')}"] or texts[name] for name in _ON_THE_COMMAND_LINE}
    version = _filled(texts["provider-version"], environment) if publish else None
    if publish and not version:
        raise UsageError(
            "Results are to be published, and the provider's version is not known: give --troth-provider-version, or "
            "provider-version in the settings (and set the variable that it comes from)."
        )
    return Settings(
        sources=sources,
        asked=bool(asked),
        provider=texts["provider"],
        consumers=tuple(_list(where, section, "consumers")),
        url=_filled(texts["url"], environment),
        urls=_urls(where, section, environment) | _more_urls(options["troth_urls"] or ()),
        app=texts["app"],
        headers=tuple(_header(where, text, environment) for text in _list(where, section, "headers")),
        engine=_engine(where, texts["engine"] or ""),
        timeout=_number(where, section, "timeout", 5.0),
        handler_timeout=_number(where, section, "handler-timeout", 30.0),
        insecure=_switch(where, section, "insecure"),
        ca_file=_file(root, texts["ca-file"], environment),
        client_cert=_file(root, texts["client-cert"], environment),
        client_key=_file(root, texts["client-key"], environment),
        state_url=_filled(texts["state-url"], environment),
        message_url=_filled(texts["message-url"], environment),
        publish=publish,
        version=version,
        branch=_filled(texts["branch"], environment) if publish else None,
        tags=tuple(_list(where, section, "tags")),
        build_url=_filled(texts["build-url"], environment) if publish else None,
    )


_ON_THE_COMMAND_LINE: Final = ("provider", "url", "provider-version", "branch")
"""The options that give one text."""


def _check_empty(options: Mapping[str, Any]) -> None:
    """Refuse options that were given nothing, as a variable that is not set gives."""
    for name in _ON_THE_COMMAND_LINE:
        if options[f"troth_{name.replace('-', '_')}"] == "":
            raise UsageError(f"--troth-{name} is given nothing: is the variable set that it comes from?")


def _check_unasked(options: Mapping[str, Any]) -> None:
    """Refuse options that say how to verify where nothing says what."""
    for name in ("publish", "urls", *_ON_THE_COMMAND_LINE):
        if options[f"troth_{name.replace('-', '_')}"]:
            raise UsageError(
                f"--troth-{name} is given, and nothing says where the contracts are: give --troth SOURCE too, or "
                "source in the settings."
            )


def _section(root: Path) -> tuple[str, Mapping[str, Any]]:
    """Where the settings stand, for people, and the settings."""
    _check_tables(_read(root / "troth.toml"))
    for name, path in (("troth.toml", ("verify",)), ("pyproject.toml", ("tool", "troth"))):
        table: Any = _read(root / name)
        for key in path:
            table = table.get(key, {}) if isinstance(table, dict) else {}
        where = f"[{'.'.join(path)}] of {name}"
        if table:
            return where, _checked(where, table)
    return "", {}


def _read(file: Path) -> Mapping[str, Any]:
    """What a file says; nothing where there is none."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{file.name} cannot be read: {error}.") from None


def _check_tables(document: Mapping[str, Any]) -> None:
    """Refuse what no part of Troth reads in its own file."""
    for name, value in document.items():
        if name in TABLES:
            continue
        if name in KNOWN and not isinstance(value, dict):
            raise UsageError(f"troth.toml: {name} stands outside of a table; it belongs under [verify].")
        shown = f"[{name}]" if isinstance(value, dict) else name
        raise UsageError(f"troth.toml: {shown} means nothing here; {_meant(name, TABLES, '[{}]')}")


def _checked(where: str, table: Any) -> Mapping[str, Any]:
    if not isinstance(table, dict):
        raise UsageError(f"{where} must be a table.")
    for name, value in table.items():
        if name not in KNOWN:
            if isinstance(value, dict) and get_close_matches(name, ("verify",)):
                raise UsageError(f"{where}: there is no table {name!r}; its settings stand in {where} itself.")
            raise UsageError(f"{where}: there is no setting {name!r}; {_meant(name, KNOWN, '{!r}')}")
    return table


def _meant(name: str, known: Sequence[str], shown: str) -> str:
    near = get_close_matches(name, known, 1)
    return f"did you mean {shown.format(near[0])}?" if near else f"there are {', '.join(map(shown.format, known))}"


def _text(where: str, section: Mapping[str, Any], name: str) -> str | None:
    value = section.get(name)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{where}: {name} must be a text.")
    return value


def _list(where: str, section: Mapping[str, Any], name: str) -> list[str]:
    value = section.get(name, [])
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise UsageError(f"{where}: {name} must be a text or a list of texts.")
    return values


def _table(where: str, section: Mapping[str, Any], name: str) -> Mapping[str, str]:
    value = section.get(name, {})
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise UsageError(f'{where}: {name} must be a table of texts, such as {{grpc = "127.0.0.1:50051"}}.')
    return value


def _urls(where: str, section: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    urls = _table(where, section, "urls")
    _check_protocols(f"{where}: urls", urls)
    return {name: _filled(url, environment) or "" for name, url in urls.items()}


def _more_urls(given: Iterable[str]) -> dict[str, str]:
    """The addresses of the command line, each with its protocol."""
    pairs = [one.partition("=") for one in given]
    for name, equals, url in pairs:
        if not (name and equals and url):
            raise UsageError(f"--troth-urls {name}{equals}{url}: write it like grpc=127.0.0.1:50051.")
    urls = {name: url for name, _, url in pairs}
    _check_protocols("--troth-urls", urls)
    return urls


def _check_protocols(where: str, names: Iterable[str]) -> None:
    known = known_protocols()
    for name in names:
        if name not in known:
            there = "that address is url" if name == "http" else f"there are {', '.join(known)}"
            raise UsageError(f"{where}: no verifier asks for {name!r}; {there}.")


def _engine(where: str, name: str) -> str:
    if name and name not in ENGINES:
        raise UsageError(f"{where}: engine must be {' or '.join(ENGINES)}.")
    return name


def _switch(where: str, section: Mapping[str, Any], name: str) -> bool:
    value = section.get(name, False)
    if not isinstance(value, bool):
        raise UsageError(f"{where}: {name} must be true or false.")
    return value


def _number(where: str, section: Mapping[str, Any], name: str, otherwise: float) -> float:
    value = section.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise UsageError(f"{where}: {name} must be a number of seconds.")
    return float(value)


def _wanted(where: str, section: Mapping[str, Any], environment: Mapping[str, str]) -> bool:
    """Whether the settings ask for publishing: yes, or a variable that is set and not a no."""
    value = section.get("publish", False)
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or not _VARIABLE.fullmatch(value):
        raise UsageError(f'{where}: publish must be true, false, or a variable of the environment such as "$CI".')
    return _VARIABLE.sub(lambda found: environment.get(found[1] or found[2], ""), value).strip().lower() not in _NO


def _header(where: str, text: str, environment: Mapping[str, str]) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError(f"{where}: {text!r} is no header; write it like 'Authorization: Bearer $TOKEN'.")
    return name.strip(), (_filled(value, environment) or "").strip()


def _filled(text: str | None, environment: Mapping[str, str]) -> str | None:
    """A text with the environment's variables in it; raises `UsageError` for one that is not set."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if not environment.get(name):
            raise UsageError(f"The setting {text!r} needs the variable {name} of the environment, which is not set.")
        return environment[name]

    return None if text is None else _VARIABLE.sub(value, text)


def _file(root: Path, text: str | None, environment: Mapping[str, str]) -> str | None:
    """A file of the settings, from the root folder."""
    filled = _filled(text, environment)
    return None if filled is None else str(root / filled)


def _at(root: Path, source: str) -> str:
    """A source of the settings: a URL as it is, a path from the root folder."""
    return source if "://" in source else str(root / source)
