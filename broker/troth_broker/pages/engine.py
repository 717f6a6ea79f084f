"""Templates in, an HTML answer out, with the headers that keep a page from running what is not ours."""

from functools import cache
from typing import TYPE_CHECKING, Any

from troth_broker.core.contract_documents import word_of
from troth_broker.pages import words
from troth_broker.pages.links import To, as_json
from troth_broker.services.world import system_clock
from troth_broker.web.call import Call, Reply
from troth_broker.web.negotiation import HTML

if TYPE_CHECKING:
    from jinja2 import Environment

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Vary": "Accept, HX-Target",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("troth_broker.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    from troth_broker.pages import pieces

    made.globals.update(badge=pieces.badge, chips=pieces.chips, number_of=pieces.number_of, when=pieces.when)
    made.globals.update(parties=pieces.parties, ways_in=pieces.ways_in)
    made.globals.update(disputed=words.DISPUTED)
    made.filters.update(
        short=words.short,
        short_words=words.short_words,
        ago=words.ago,
        stamp=words.stamp,
        day=words.day,
        count=words.count,
        word_of=word_of,
        verdict=words.verdict,
        class_mark=words.class_mark,
        class_words=words.class_words,
    )
    return made


def page(call: Call, template: str, status: int = 200, **values: Any) -> Reply:
    """A page as the answer to a call; asked for by htmx it is the same page, of which it takes a part."""
    values = {"json_url": as_json(call), "here": call.path, **values}
    return rendered(call.base, template, status, **values)


def rendered(base: str, template: str, status: int = 200, **values: Any) -> Reply:
    """A page below a base URL."""
    text = (
        _environment()
        .get_template(template)
        .render(to=To.below(base), base=base, now=system_clock(), **{"here": "", "json_url": None, **values})
    )
    return Reply(status, text, HTML, HEADERS)
