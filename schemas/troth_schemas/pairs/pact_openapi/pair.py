"""Pact with OpenAPI in the table of pairs, and what of the two is compared."""

from typing import Final

from troth_schemas.pairs.pact_openapi.judging import RULES, judge, uses
from troth_schemas.pairs.table import Pair

COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("operation by method, path template (the most literal first), base path and server", "judged"),
    ("percent-encoding, and a slash too many or too few", "judged"),
    ("path parameters, and expressions about the path", "judged"),
    ("query parameters in the styles form, spaceDelimited, pipeDelimited and deepObject, exploded or not", "judged"),
    ("header and cookie parameters", "judged"),
    ("parameters written as JSON (content)", "judged"),
    ("parameters written as another media type, and querystring", "not-covered: only JSON and styles are read"),
    ("required and undeclared parameters and headers", "judged"),
    ("security by presence: API key, basic, bearer, OAuth 2 and OpenID Connect", "judged"),
    ("security by mutual TLS, and schemes that are not described", "not-covered: a request does not show them"),
    ("Content-Type and Accept, with ranges and parameters", "judged"),
    ("requests whose expected answer is an error", "not-covered: they may be invalid on purpose"),
    ("status: exact, range, default and classes of matching rules", "judged"),
    ("response headers", "judged"),
    ("discriminator with its mapping; format, asserted where a setting says so", "judged"),
    ("JSON bodies with readOnly, writeOnly, nullable, allOf, oneOf, anyOf, not, if and recursion", "judged"),
    ("matching rules: type, equality, regex, include, dates, numbers, arrays, keys and values", "judged"),
    ("text bodies against schemas of strings", "judged"),
    ("urlencoded bodies, by their example", "judged"),
    ("multipart bodies", "not-covered: their parts are not told apart"),
    ("XML bodies", "not-covered: XML is not compared with a schema"),
    ("binary bodies against a schema of bytes", "judged"),
    ("binary bodies against any other schema", "not-covered: nothing of them can be read"),
    ("documents in several files", "judged"),
    ("references that lead nowhere", "not-covered: what they would have said is not known"),
    ("matchers and contents of plug-ins", "not-covered: what they mean is known to the plug-in alone"),
    ("messages", "not-covered: OpenAPI does not speak of them"),
)
"""What is compared, and what is said to be not covered."""

PAIR: Final = Pair("pact", "openapi", judge, uses, RULES)
