"""How an application or environment is called when nobody has said: its name, in words."""

import re

_BOUNDARY = re.compile(r"(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z\d])(?=[A-Z]\S)|(?<=\S)[-_.](?=\S)|\s+")


def display_name(name: str) -> str:
    """The name split at case changes, dashes, underscores and dots, each word with a capital first letter.

    >>> display_name("order-api"), display_name("PricingService"), display_name("billing_v2"), display_name("HTTPProxy")
    ('Order Api', 'Pricing Service', 'Billing V2', 'HTTP Proxy')
    """
    words = _BOUNDARY.sub(" ", name).split()
    return " ".join(word[0].upper() + word[1:] for word in words)
