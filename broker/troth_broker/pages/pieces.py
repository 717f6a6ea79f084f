"""Small pieces of HTML that stand on a page many times: states, moments and version numbers."""

from functools import lru_cache

from markupsafe import Markup

from troth_broker.core.times import iso
from troth_broker.pages.answers import VersionShown
from troth_broker.pages.links import To
from troth_broker.pages.words import Mark, ago, day, short

_BADGE = Markup('<span class="mark {}"><span class="sign" aria-hidden="true">{}</span> {}</span>')
_VERSION = Markup('<a class="version" href="{}" title="{}">{}</a>')
_MOMENT = Markup('<time datetime="{}" title="{}">{}</time>')
_CHIP = Markup('<a class="chip {}" href="{}"{}>{}</a>')
_PARTIES = Markup('<th scope="row"><a href="{}">{}</a></th>\n<td data-label="Provider"><a href="{}">{}</a></td>')
_WAYS_IN = Markup(
    '<td data-label="Open"><a href="{}" aria-label="Matrix of {consumer} and {provider}">Matrix</a> · '
    '<a href="{}" aria-label="Contract between {consumer} and {provider}">Contract</a></td>'
)
_NONE = Markup()
_MORE = Markup('<span class="quiet-text small">and {} more</span>')
_HEAD, _LATEST = Markup(' title="the head of this branch"'), Markup(' title="the latest with this tag"')


@lru_cache(maxsize=256)
def badge(it: Mark) -> Markup:
    """A state: its sign and its word."""
    return _BADGE.format(it.tone, it.sign, it.word)


@lru_cache(maxsize=8192)
def number_of(to: To, application: str, version: str) -> Markup:
    """A version's number, which leads to the version."""
    return _VERSION.format(to.version(application, version), version, short(version))


@lru_cache(maxsize=8192)
def _moment(moment: int, past: str) -> Markup:
    return _MOMENT.format(iso(moment), day(moment), past)


def when(moment: int, now: int) -> Markup:
    """A moment: how long ago, and in full for those who ask."""
    return _moment(moment, ago(moment, now))


@lru_cache(maxsize=8192)
def parties(to: To, consumer: str, provider: str) -> Markup:
    """The first two cells of an integration's row: who consumes whom."""
    return _PARTIES.format(to.application(consumer), consumer, to.application(provider), provider)


@lru_cache(maxsize=8192)
def ways_in(to: To, consumer: str, provider: str) -> Markup:
    """The last cell of an integration's row: its matrix and its newest contract."""
    two = to.pair(consumer, provider), to.latest_pact(consumer, provider)
    return _WAYS_IN.format(*two, consumer=consumer, provider=provider)


@lru_cache(maxsize=4096)
def chips(to: To, it: VersionShown, most: int = 6) -> Markup:
    """Where a version is, its branches and its tags; a strong one is production, or the newest of its kind."""
    found = [
        *(_chip("place", one.name, to.environment(one.uuid), one.production) for one in it.places),
        *(
            _chip("branch", one.name, to.branch(it.application, one.name), one.latest, _HEAD)
            for one in it.branches[:most]
        ),
        *(_chip("tag", one.name, to.tag(it.application, one.name), one.latest, _LATEST) for one in it.tags[:most]),
    ]
    left_out = sum(max(0, len(lines) - most) for lines in (it.branches, it.tags))
    if left_out:
        found.append(_MORE.format(left_out))
    return Markup("\n").join(found)


def _chip(kind: str, name: str, address: str, strong: bool, hint: Markup = _NONE) -> Markup:
    return _CHIP.format(f"{kind} strong" if strong else kind, address, hint if strong else _NONE, name)
