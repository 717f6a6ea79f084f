"""A badge drawn as SVG, or as the address at which shields.io draws it."""

import re
from html import escape
from math import ceil
from urllib.parse import quote

from troth_broker.core.badges import Badge

_NARROW, _USUAL, _WIDE = 562, 1302, 2048
_WIDTHS = {
    **dict.fromkeys("il", _NARROW),
    **dict.fromkeys(" f", 720),
    **dict.fromkeys(".,;", 745),
    **dict.fromkeys("-()/:", 930),
    **dict.fromkeys("cs", 1067),
    **dict.fromkeys("kvxy", 1212),
    **dict.fromkeys("bdgpq", 1276),
    **dict.fromkeys("hnu", 1296),
    **dict.fromkeys("ASVRXZBCK", 1404),
    **dict.fromkeys("DHNU", 1540),
    **dict.fromkeys("GOQ", 1612),
    **dict.fromkeys("EFPTY", 1262),
    "a": 1230,
    "e": 1220,
    "j": 705,
    "m": 1992,
    "o": 1243,
    "r": 874,
    "t": 807,
    "w": 1676,
    "z": 1076,
    "I": 862,
    "J": 931,
    "L": 1140,
    "M": 1726,
    "W": 2025,
}
"""How wide Verdana's characters are, in 2048ths of the size; the rest are as wide as a digit, or as a square."""

_SIZE, _GAP, _HEIGHT = 11, 5, 20
_FILLS = {"brightgreen": "#4c1", "red": "#c9302c", "orange": "#fe7d37", "lightgrey": "#9f9f9f"}
_INKS = {"red": "#fff"}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def svg(badge: Badge) -> str:
    """The badge as a picture of its own: no font, style or script is loaded for it."""
    left, right = _plain(badge.left), _plain(badge.right)
    first, second = text_width(left) + 2 * _GAP, text_width(right) + 2 * _GAP
    whole, said = first + second, f"{left}: {right}"
    ink = _INKS.get(badge.colour, "#111")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{_HEIGHT}" role="img" aria-label="{said}">\n'
        f"<title>{said}</title>\n"
        f'<clipPath id="round"><rect width="{whole}" height="{_HEIGHT}" rx="3"/></clipPath>\n'
        '<g clip-path="url(#round)">\n'
        f'<rect width="{first}" height="{_HEIGHT}" fill="#444"/>\n'
        f'<rect x="{first}" width="{second}" height="{_HEIGHT}" fill="{_FILLS[badge.colour]}"/>\n'
        "</g>\n"
        f'<g font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="{_SIZE}" aria-hidden="true">\n'
        f'<text x="{_GAP}" y="14" fill="#fff" textLength="{first - 2 * _GAP}">{left}</text>\n'
        f'<text x="{first + _GAP}" y="14" fill="{ink}" textLength="{second - 2 * _GAP}">{right}</text>\n'
        "</g>\n</svg>\n"
    )


def text_width(escaped: str) -> int:
    """How many pixels a text takes; entities count as the character that they stand for."""
    text = re.sub(r"&(?:#x?)?\w+;", "&", escaped)
    return ceil(sum(_width(char) for char in text) * _SIZE / 2048)


def _width(char: str) -> int:
    return _WIDTHS.get(char, _USUAL if ord(char) < 0x1100 else _WIDE)


def _plain(text: str) -> str:
    """A text as it may stand in XML."""
    return escape(_NOT_XML.sub("\ufffd", text))


def shields_address(base: str, badge: Badge) -> str:
    """Where a badge service draws the same badge."""
    parts = (quote(text.replace("-", "--").replace("_", "__"), safe="") for text in (badge.left, badge.right))
    return f"{base.rstrip('/')}/badge/{'-'.join(parts)}-{badge.colour}.svg"
