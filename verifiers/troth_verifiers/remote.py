"""Provider states and messages that are had from a URL of the provider's own."""

import base64
import json
from collections.abc import Mapping, Sequence
from functools import partial

import httpx

from troth_verifiers.api import Interaction, State, Target
from troth_verifiers.connections import Connections
from troth_verifiers.errors import MessageError, StateHandlerFailed, UsageError
from troth_verifiers.json_bodies import read_json
from troth_verifiers.messages import Message, Unproduced
from troth_verifiers.preflight import is_url, trust
from troth_verifiers.secrecy import bare
from troth_verifiers.states import Ready, Values
from troth_verifiers.urls import StateUrl

_SHOWN = 300


class RemoteStates:
    """The provider's own endpoint for states; asked once, never again."""

    def __init__(self, at: StateUrl, *, timeout: float, target: Target) -> None:
        self._at = at
        self._timeout = timeout
        self._client = _client(at.url, "provider states", timeout, target)

    def asked(self, interaction: Interaction) -> Sequence[State]:
        """The states to set up for an interaction, in this order."""
        return interaction.states

    async def set_up(self, state: State) -> Ready:
        """Ask for a state and take the values from the answer."""
        answer = await self._send(state, "setup")
        return Ready(_values(answer), (lambda: self._tear_down(state)) if self._at.tear_down else None)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _tear_down(self, state: State) -> None:
        await self._send(state, "teardown")

    async def _send(self, state: State, action: str) -> httpx.Response:
        said = {"state": state.name, "action": action}
        headers = list(self._at.headers)
        try:
            if self._at.in_query:
                query = {**{name: _plain(value) for name, value in state.params.items()}, **said}
                answer = await self._client.post(self._at.url, params=query, headers=headers)
            else:
                answer = await self._client.post(
                    self._at.url, json={**said, "params": dict(state.params)}, headers=headers
                )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._failed(state, action, _why(error, self._timeout)) from None
        if not answer.is_success:
            raise self._failed(state, action, f"it answered {answer.status_code} {answer.text[:_SHOWN]}".rstrip())
        return answer

    def _failed(self, state: State, action: str, text: str) -> StateHandlerFailed:
        act = "set-up" if action == "setup" else "tear-down"
        return StateHandlerFailed(
            state.name, f"The {act} of the provider state {state.name!r} at {bare(self._at.url)} failed: {text}."
        )


class RemoteMessages:
    """The provider's own endpoint for messages: it is sent ``{"description", "providerStates", "request"?}`` by POST.

    It answers with status 200, the message, its content type, and its metadata as base64 of JSON in the header
    ``Pact-Message-Metadata``. Any other status means that it produced no message.
    """

    def __init__(self, url: str, *, timeout: float, target: Target) -> None:
        self._url = url
        self._timeout = timeout
        self._headers = list(target.headers)
        self._client = _client(url, "messages", timeout, target)

    async def produce(self, interaction: Interaction, request: object, values: Values) -> Message:
        """Ask the endpoint for a message."""
        _ = values
        said: dict[str, object] = {
            "description": interaction.description,
            "providerStates": [{"name": state.name, "params": dict(state.params)} for state in interaction.states],
        }
        if request is not None:
            said["request"] = request
        try:
            answer = await self._client.post(self._url, json=said, headers=self._headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            text = f"The message endpoint {bare(self._url)} could not be asked: {_why(error, self._timeout)}."
            raise MessageError(interaction.description, text) from None
        if answer.status_code != httpx.codes.OK:
            shown = answer.text[:_SHOWN]
            raise Unproduced(f"The message endpoint answered {answer.status_code} {shown}".rstrip())
        return Message(answer.content, answer.headers.get("content-type"), _metadata(answer.headers))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _client(url: str, what: str, timeout: float, target: Target) -> httpx.AsyncClient:
    """A client that believes what the target believes, and comes as the target says.

    Raises `UsageError` for what is no URL.
    """
    if not is_url(url):
        example = f"http://127.0.0.1:8000/{what.replace(' ', '-')}"
        raise UsageError(f"{bare(url)!r} is no URL that can be asked for {what}; write it like {example}.")
    transport = Connections(partial(trust, target))
    return httpx.AsyncClient(transport=transport, timeout=timeout, trust_env=False, follow_redirects=True)


def _values(answer: httpx.Response) -> Values:
    try:
        value = answer.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _metadata(headers: httpx.Headers) -> Mapping[str, object]:
    encoded = headers.get("pact-message-metadata") or headers.get("pact_message_metadata")
    if not encoded:
        return {}
    try:
        found, repeated = read_json(base64.b64decode(encoded))
    except (ValueError, RecursionError):
        found, repeated = None, ()
    if repeated:
        raise Unproduced(f"The message endpoint's header Pact-Message-Metadata cannot be read: {repeated[0].told}.")
    if not isinstance(found, dict):
        raise Unproduced("The message endpoint's header Pact-Message-Metadata is not base64 of a JSON object.")
    return found


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _why(error: httpx.HTTPError | httpx.InvalidURL, timeout: float) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"it did not answer within {timeout:g} s"
    if isinstance(error, httpx.ReadError | httpx.WriteError | httpx.RemoteProtocolError):
        return f"the connection was closed without a complete answer ({_said(error)})"
    return _said(error)


def _said(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
