"""The style sheet and the script, each under a name that holds its digest, so that browsers may keep them for ever."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path as File

from troth_broker.core.errors import NotFound
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import SVG

FOLDER = File(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": SVG}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    name: str
    media: str
    content: bytes


@cache
def assets() -> Mapping[str, Asset]:
    """Every file, by its plain name."""
    return {file.name: _read(file) for file in sorted(FOLDER.iterdir()) if file.suffix in _TYPES}


def _read(file: File) -> Asset:
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Asset(f"{file.stem}.{digest}{file.suffix}", _TYPES[file.suffix], content)


@cache
def _by_served_name() -> Mapping[str, Asset]:
    return {asset.name: asset for asset in assets().values()}


def served_name(name: str) -> str:
    """The name under which a file is served."""
    return assets()[name].name


def asset(call: Call) -> Reply:
    """One file, for ever."""
    found = _by_served_name().get(call.params["name"])
    if found is None:
        raise NotFound
    return Reply(200, found.content, found.media, {"Cache-Control": "public, max-age=31536000, immutable"})


ROUTES = (
    Route(
        paths.ASSET,
        {"GET": Action(asset, "A style sheet or script of the pages", tuple(_TYPES.values()), any_type=True)},
    ),
)
