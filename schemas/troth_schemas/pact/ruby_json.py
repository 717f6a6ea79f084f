"""JSON text exactly as Ruby's writer prints it, because the Pact Broker's identities are hashes of that text.

Compact, nothing but quotes, backslashes and control characters escaped, and floats in Ruby's notation: ``100.0``,
``1.0e+20``, ``1.0e-05``, and whole ones from 10^15 on with an exponent, where Python begins at 10^16.
"""

import json
import re

from troth_schemas.json_body import Json

_SORTED = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), sort_keys=True)
_AS_IS = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
# Floats on which the two notations disagree look like these, and hardly any other text does. What stands first is a
# plain character, looked back from, because the search for one is five times faster than the search for a digit.
_EXPONENT = re.compile(r"e[+-](?<=[0-9]e.)")
_SIXTEEN_DIGITS = re.compile(r"\.(?<=[0-9]{16}\.)")
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|-?\d+(?:\.\d+)?e[+-]\d+|-?\d{16}\.0(?!\d)')


def sorted_text(value: Json) -> str:
    """Ruby's compact JSON of ``value``, the keys of every object in it sorted."""
    return _rubyish(_SORTED.encode(value))


def plain_text(value: Json) -> str:
    """Ruby's compact JSON of ``value``, every object's members in the order they have."""
    return _rubyish(_AS_IS.encode(value))


def _rubyish(text: str) -> str:
    if _EXPONENT.search(text) or _SIXTEEN_DIGITS.search(text):
        return _TOKEN.sub(_respell, text)
    return text


def _respell(token: re.Match[str]) -> str:
    text = token.group()
    if text[0] == '"':
        return text
    mantissa, e, exponent = text.partition("e")
    if e:
        return text if "." in mantissa else f"{mantissa}.0e{exponent}"
    sign = "-" if text[0] == "-" else ""
    digits = text.lstrip("-").removesuffix(".0").rstrip("0")
    return f"{sign}{digits[0]}.{digits[1:] or '0'}e+15"
