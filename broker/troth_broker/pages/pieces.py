"""Small pieces of HTML that stand on a page many times: states, moments and version numbers."""

from functools import lru_cache

from markupsafe import Markup

from troth_broker.core.times import iso
from troth_broker.pages.links import To
from troth_broker.pages.words import Mark, ago, day, short

_BADGE = Markup('<span class="mark {}"><span class="sign" aria-hidden="true">{}</span> {}</span>')
_VERSION = Markup('<a class="version" href="{}" title="{}">{}</a>')
_MOMENT = Markup('<time datetime="{}" title="{}">{}</time>')


@lru_cache(maxsize=256)
def badge(it: Mark) -> Markup:
    """A state: its sign and its word."""
    return _BADGE.format(it.tone, it.sign, it.word)


@lru_cache(maxsize=8192)
def number_of(to: To, application: str, version: str) -> Markup:
    """A version's number, which leads to the version."""
    return _VERSION.format(to.version(application, version), version, short(version))


@lru_cache(maxsize=8192)
def _moment(moment: int) -> tuple[str, str]:
    return iso(moment), day(moment)


def when(moment: int, now: int) -> Markup:
    """A moment: how long ago, and in full for those who ask."""
    return _MOMENT.format(*_moment(moment), ago(moment, now))
