"""One frozen value that says how this broker runs, read from the environment and from flags."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class BadSetting(ValueError):
    """A setting that cannot be understood; the message names it and says what it takes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this broker runs. Names and defaults follow the Pact Broker's settings where it has them."""

    database_url: str = field(default="sqlite:///troth.db", repr=False)
    host: str = "127.0.0.1"
    port: int = 9292
    base_urls: tuple[str, ...] = ()
    database_max_connections: int = 8
    max_body_bytes: int = 64 * 1024 * 1024
    enable_diagnostic_endpoints: bool = True
    allow_dangerous_contract_modification: bool = False
    check_for_potential_duplicate_pacticipant_names: bool = True
    create_deployed_versions_for_tags: bool = True
    use_first_tag_as_branch: bool = True
    use_first_tag_as_branch_time_limit: int = 10
    pact_content_diff_timeout: int = 15
    badge_provider_mode: str = "local"
    shields_io_base_url: str = "https://img.shields.io"
    badge_default_cache_setting: str = "max-age=30"
    network_diagram_max_pacticipants: int = 150
    auto_detect_main_branch: bool = True
    main_branch_candidates: tuple[str, ...] = ("develop", "main", "master")
    dynamic_wip_window: bool = False
    max_wip_lookback_days: int = 14
    min_wip_window_days: int = 7
    default_wip_window_days: int = 7
    verified_by_other_branch_lookback_days: int = 30
    webhook_scheme_whitelist: tuple[str, ...] = ("https",)
    webhook_http_method_whitelist: tuple[str, ...] = ("POST",)
    webhook_host_whitelist: tuple[str, ...] = ()
    webhook_allowed_networks: tuple[str, ...] = ()
    webhook_http_code_success: tuple[int, ...] = (200, 201, 202, 203, 204, 205, 206)
    webhook_retry_schedule: tuple[int, ...] = (10, 60, 120, 300, 600, 1200)
    webhook_certificates: tuple[str, ...] = ()
    webhook_proxy: str = field(default="", repr=False)
    webhook_timeout: int = 15
    webhook_workers: int = 2
    webhook_lease: int = 60
    disable_ssl_verification: bool = False
    user_agent: str = ""
    ask_again_after_minutes: int = 60
    ask_again_times: int = 3
    comparison_timeout: int = 60
    """Seconds that one comparison of two contracts may take."""
    registry_applications: tuple[str, ...] = ()
    """Which application a subject of the schema registry belongs to: `PATTERN=APPLICATION`, the first that fits."""
    secret_key: tuple[str, ...] = field(default=(), repr=False)
    basic_auth_username: str = ""
    basic_auth_password: str = field(default="", repr=False)
    basic_auth_read_only_username: str = ""
    basic_auth_read_only_password: str = field(default="", repr=False)
    bearer_token: str = field(default="", repr=False)
    read_only_bearer_token: str = field(default="", repr=False)
    allow_public_read: bool = False
    public_heartbeat: bool = False
    enable_public_badge_access: bool = False
    allow_open: bool = False
    """Listen beyond this machine without any credentials, where something in front asks for them."""
    cors_origins: tuple[str, ...] = ()
    tls_certificate: str = ""
    tls_key: str = ""
    auto_migrate_db: bool = True
    shutdown_delay: int = 0
    """Seconds between the signal to stop and the last accepted connection, while readiness says no."""
    shutdown_timeout: int = 25
    """Seconds that requests in flight may still take after that."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **flags: Any) -> "Settings":
        """Settings from `TROTH_<NAME>`, else `PACT_BROKER_<NAME>`; flags that are not None win."""
        found: dict[str, Any] = {}
        for one in fields(cls):
            given = next(filter(None, (_given(name, environment) for name in _environment_names(one.name))), None)
            if given is not None:
                found[one.name] = _read(*given, getattr(cls(), one.name))
        made = replace(cls(**found), **{name: value for name, value in flags.items() if value is not None})
        made.check()
        return made

    def check(self) -> None:
        """Raise BadSetting for settings that are wrong in themselves or do not go together."""
        for address in self.base_urls:
            if not _is_address(address):
                raise BadSetting(
                    f"base_url is {address!r}, but takes the address that users type, such as https://pacts.example/troth"
                )
        if self.badge_provider_mode not in {"local", "redirect"}:
            raise BadSetting(f"badge_provider_mode is {self.badge_provider_mode!r}, but takes local or redirect")
        if not _is_address(self.shields_io_base_url):
            raise BadSetting(f"shields_io_base_url is {self.shields_io_base_url!r}, but takes an absolute address")
        for origin in self.cors_origins:
            if origin != "*" and not (_is_address(origin) and urlsplit(origin).path in {"", "/"}):
                raise BadSetting(
                    f"cors_origins holds {origin!r}, but takes origins such as https://tools.example, or *"
                )
        for one, other in _PAIRS:
            if bool(getattr(self, one)) != bool(getattr(self, other)):
                given, lacking = (one, other) if getattr(self, one) else (other, one)
                raise BadSetting(f"{given} is set without {lacking}: set TROTH_{lacking.upper()} too, or neither")

    @property
    def has_credentials(self) -> bool:
        """Whether anybody has to say who they are."""
        return any(
            (
                self.basic_auth_username,
                self.basic_auth_read_only_username,
                self.bearer_token,
                self.read_only_bearer_token,
            )
        )


_PAIRS = (
    ("basic_auth_username", "basic_auth_password"),
    ("basic_auth_read_only_username", "basic_auth_read_only_password"),
    ("tls_certificate", "tls_key"),
)
"""Settings that mean something only together."""


def _is_address(text: str) -> bool:
    """Whether a text is an absolute HTTP address without a query."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0 and not parts.query + parts.fragment


def _given(name: str, environment: Mapping[str, str]) -> tuple[str, str] | None:
    """The name and the text of a setting: a variable's own, or the content of the file that `<NAME>_FILE` names."""
    text, file = environment.get(name, "").strip(), environment.get(f"{name}_FILE", "").strip()
    if not file:
        return (name, text) if text else None
    if text:
        raise BadSetting(f"both {name} and {name}_FILE are set: keep one of them")
    try:
        text = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or "it is not UTF-8"
        raise BadSetting(f"{name}_FILE names {file}, which cannot be read: {why}") from None
    if not text:
        raise BadSetting(f"{name}_FILE names {file}, which is empty")
    return name, text


def _environment_names(name: str) -> tuple[str, ...]:
    upper = name.upper()
    names = [f"TROTH_{upper}", f"PACT_BROKER_{upper}"]
    if name == "base_urls":
        names += ["TROTH_BASE_URL", "PACT_BROKER_BASE_URL"]
    return tuple(names)


_RANGES = {
    "PORT": (0, 65_535),
    "DATABASE_MAX_CONNECTIONS": (1, 1_000),
    "WEBHOOK_TIMEOUT": (1, 600),
    "WEBHOOK_WORKERS": (0, 100),
    "WEBHOOK_LEASE": (1, 86_400),
    "ASK_AGAIN_AFTER_MINUTES": (1, 525_600),
    "ASK_AGAIN_TIMES": (0, 1_000),
    "NETWORK_DIAGRAM_MAX_PACTICIPANTS": (1, 10_000),
    "SHUTDOWN_DELAY": (0, 3_600),
    "SHUTDOWN_TIMEOUT": (0, 3_600),
}
"""What the numbers may be that would stop the broker, or keep it waiting for ever."""


def _read(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() in {"true", "yes", "1", "on"}:
            return True
        if text.lower() in {"false", "no", "0", "off"}:
            return False
        raise BadSetting(f"{name} is {text!r}, but takes true or false")
    if isinstance(default, int):
        return _number(name, text)
    if isinstance(default, tuple):
        items = text.replace(",", " ").split()
        return tuple(_number(name, item) for item in items) if _of_numbers(default) else tuple(items)
    return text


def _of_numbers(default: tuple[object, ...]) -> bool:
    return bool(default) and isinstance(default[0], int)


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise BadSetting(f"{name} is {text!r}, but takes a whole number")
    least, most = _RANGES.get(name.partition("_")[2].removeprefix("BROKER_"), (0, 2**31 - 1))
    if not least <= int(text) <= most:
        raise BadSetting(f"{name} is {text}, but takes a whole number from {least} to {most}")
    return int(text)
