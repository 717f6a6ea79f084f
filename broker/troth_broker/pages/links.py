"""The addresses of pages and resources as the pages write them: from the host's root, so that any host name works."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlencode, urlsplit

from troth_broker.core.contract_documents import word_of
from troth_broker.pages.assets import served_name
from troth_broker.store.tables import PACT
from troth_broker.web import paths
from troth_broker.web.call import Call


@dataclass(frozen=True, slots=True)
class To:
    """Writes addresses below one root: empty, or the path that a proxy serves the broker at."""

    root: str

    @staticmethod
    @lru_cache(maxsize=64)
    def below(base: str) -> "To":
        """Addresses below a base URL."""
        return To(urlsplit(base).path.rstrip("/"))

    def home(self, **query: str | int | None) -> str:
        """The home page."""
        return self._with(paths.INDEX.url(self.root), query)

    @lru_cache(maxsize=8192)  # noqa: B019 - there are few roots, and as many addresses as fit
    def asset(self, name: str) -> str:
        """A style sheet or script."""
        return paths.ASSET.url(self.root, name=served_name(name))

    def applications(self, **query: str | int | None) -> str:
        """The applications."""
        return self._with(paths.PACTICIPANTS.url(self.root), query)

    @lru_cache(maxsize=8192)  # noqa: B019 - there are few roots, and as many addresses as fit
    def application(self, name: str) -> str:
        """One application."""
        return paths.PACTICIPANT.url(self.root, pacticipant=name)

    def network_of(self, name: str) -> str:
        """The network around an application."""
        return paths.PACTICIPANT_NETWORK.url(self.root, pacticipant=name)

    def network(self) -> str:
        """The network of all applications."""
        return paths.NETWORK.url(self.root)

    def wider_network(self, name: str | None) -> str:
        """The network, as large as settings allow."""
        return self._with(self.network_of(name) if name else self.network(), {"all": "true"})

    def label(self, name: str, **query: str | int | None) -> str:
        """The applications with a label."""
        return self._with(paths.PACTICIPANTS_WITH_LABEL.url(self.root, label=name), query)

    def versions(self, name: str, **query: str | int | None) -> str:
        """The versions of an application."""
        return self._with(paths.VERSIONS.url(self.root, pacticipant=name), query)

    @lru_cache(maxsize=8192)  # noqa: B019 - there are few roots, and as many addresses as fit
    def version(self, name: str, number: str) -> str:
        """One version."""
        return paths.VERSION.url(self.root, pacticipant=name, version=number)

    @lru_cache(maxsize=8192)  # noqa: B019 - there are few roots, and as many addresses as fit
    def branch(self, name: str, branch: str, **query: str | int | None) -> str:
        """The versions on a branch."""
        return self._with(paths.BRANCH_VERSIONS.url(self.root, pacticipant=name, branch=branch), query)

    def tag(self, name: str, tag: str, **query: str | int | None) -> str:
        """The versions with a tag."""
        return self._with(paths.TAG_VERSIONS.url(self.root, pacticipant=name, tag=tag), query)

    @lru_cache(maxsize=8192)  # noqa: B019 - there are few roots, and as many addresses as fit
    def pair(self, consumer: str, provider: str, **query: str | int | None) -> str:
        """An integration with its matrix."""
        return self._with(paths.PAIR_MATRIX.url(self.root, provider=provider, consumer=consumer), query)

    def pact(self, consumer: str, provider: str, version: str) -> str:
        """A version's contract."""
        return paths.PACT.url(self.root, provider=provider, consumer=consumer, version=version)

    @lru_cache(maxsize=8192)  # noqa: B019 - there are few roots, and as many addresses as fit
    def contract(self, consumer: str, provider: str, version: str, format_word: str) -> str:
        """A version's contract of a format, a pact or another one."""
        if format_word == "pact":
            return self.pact(consumer, provider, version)
        at = {"provider": provider, "consumer": consumer, "version": version, "format": format_word}
        return paths.CONSUMER_CONTRACT.url(self.root, **at)

    def said(self, provider: str, version: str, format_word: str, name: str) -> str:
        """What a provider's version says about itself, in a format and under a name."""
        at = {"provider": provider, "version": version, "format": format_word}
        return self._with(paths.PROVIDER_FORMAT_CONTRACT.url(self.root, **at), {"name": name})

    @lru_cache(maxsize=8192)  # noqa: B019 - there are few roots, and as many addresses as fit
    def latest_pact(self, consumer: str, provider: str) -> str:
        """The newest contract."""
        return paths.LATEST_PACT.url(self.root, provider=provider, consumer=consumer)

    def result(self, consumer: str, provider: str, sha: str, number: int, format_name: str = PACT) -> str:
        """A verification result."""
        of = {"provider": provider, "consumer": consumer, "sha": sha}
        if format_name == PACT:
            return paths.RESULT.url(self.root, **of, number=number)
        return paths.CONTRACT_RESULT.url(self.root, **of, format=word_of(format_name), number=number)

    def comparison(self, number: int) -> str:
        """What a comparison found."""
        return paths.COMPARISON.url(self.root, number=number)

    def partial_replay(self, number: int) -> str:
        """What was replayed of a contract that could not be observed as a whole."""
        return paths.PARTIAL_REPLAY.url(self.root, number=number)

    def matrix(self, *selected: str) -> str:
        """The matrix of some applications, or its form."""
        return self._with(paths.MATRIX.url(self.root), {}) + (
            "?" + "&".join(f"q[][pacticipant]={quote(name, safe='')}" for name in selected) if selected else ""
        )

    @lru_cache(maxsize=8192)  # noqa: B019 - there are few roots, and as many addresses as fit
    def gate(self, application: str | None = None, version: str | None = None, environment: str | None = None) -> str:
        """What the gate says about a version and an environment, or its form."""
        asked = {"pacticipant": application, "version": version, "environment": environment}
        return self._with(paths.CAN_I_DEPLOY.url(self.root), asked)

    def environments(self) -> str:
        """The environments."""
        return paths.ENVIRONMENTS.url(self.root)

    def environment(self, uuid: str, **query: str | int | None) -> str:
        """One environment."""
        return self._with(paths.ENVIRONMENT.url(self.root, uuid=uuid), query)

    def webhooks(self) -> str:
        """The webhooks."""
        return paths.WEBHOOKS.url(self.root)

    def webhook(self, uuid: str) -> str:
        """One webhook."""
        return paths.WEBHOOK.url(self.root, uuid=uuid)

    def webhook_log(self, uuid: str) -> str:
        """The log of a call."""
        return paths.TRIGGERED_WEBHOOK_LOGS.url(self.root, uuid=uuid)

    @staticmethod
    def _with(address: str, query: Mapping[str, str | int | None]) -> str:
        sent = {name: value for name, value in query.items() if value not in {None, ""}}
        return f"{address}?{urlencode(sent, quote_via=quote)}" if sent else address


def as_json(call: Call) -> str:
    """The same address as JSON, for a link that a browser follows."""
    root = To.below(call.base).root
    query = f"{call.query_string}&format=json" if call.query_string else "format=json"
    return f"{root}{call.path}?{query}"
