"""Asking over HTTP: the runner or the provider for states and messages, the application for what it did."""

import asyncio
import base64
import json
from typing import Final

import httpx

from troth_schemas.json_body import Json
from troth_verifiers.api import Interaction, Target
from troth_verifiers.errors import MessageError, StateHandlerFailed
from troth_verifiers.events.opening import Brokers, endpoint_of
from troth_verifiers.json_bodies import read_alike, read_json
from troth_verifiers.messages import Unproduced
from troth_verifiers.remote import RemoteMessages
from troth_verifiers.secrecy import bare
from troth_verifiers.transport import Event, said

_SOME_TIME: Final = 24 * 3600.0
"""Seconds; how long a handler may take is the runner's to say."""
_FROM_HANDLERS: Final = "handlers"


class Refused(Exception):
    """Who was asked has no such message, or no outcome; the text is a sentence."""


class Asking:
    """One HTTP client for the runner's endpoint and for what else is asked, and the `brokers` of the run."""

    def __init__(self) -> None:
        self.brokers = Brokers()
        self._client = httpx.AsyncClient(timeout=_SOME_TIME, trust_env=False)

    async def set_up(self, interaction: Interaction, target: Target) -> dict[str, object]:
        """Bring the provider into the interaction's states; gives the values that they supplied.

        Raises `StateHandlerFailed`, whose cause the runner knows better.
        """
        if target.endpoint is None:
            return {}
        names = " and ".join(state.name for state in interaction.states)
        params = {name: value for state in interaction.states for name, value in state.params.items()}
        answer = await self._client.post(target.state_url(interaction), json={"state": names, "params": params})
        if not answer.is_success:
            raise StateHandlerFailed(names, f"The provider state {names!r} could not be set up: {answer.text}")
        found = answer.json()
        return found if isinstance(found, dict) else {}

    async def message(self, interaction: Interaction, target: Target, request: object = None) -> Event:
        """The message that the provider's URL produces, or else the run's handlers, perhaps as the answer to another.

        Raises Refused, and `MessageError` where the URL cannot be asked.
        """
        url = endpoint_of(target)
        if url is None:
            return await self._from_handlers(interaction, target, request)
        return await self._from_url(url, interaction, target, request)

    async def outcome(self, interaction: Interaction, target: Target, request: object = None) -> Json:
        """What the application did, asked of the target's address ``outcomes``: a URL, or the run's handlers.

        Raises Refused, and `MessageError` where the URL cannot be asked.
        """
        url = target.others["outcomes"]
        if url == _FROM_HANDLERS:
            return await self._told_by_handlers(interaction, target, request)
        return await self._told_by_url(url, interaction, target, request)

    async def _from_handlers(self, interaction: Interaction, target: Target, request: object) -> Event:
        answer = await self._client.post(target.message_url(interaction), json=_said(interaction, request))
        if answer.status_code != httpx.codes.OK:
            raise Refused(f"The message could not be had: {answer.text}")
        return _event(answer.content, answer.headers.get("content-type", ""), _encoded(answer.headers))

    async def _from_url(self, url: str, interaction: Interaction, target: Target, request: object) -> Event:
        remote = RemoteMessages(url, timeout=target.timeout, target=target)
        try:
            async with asyncio.timeout(target.timeout):  # the client's own is for each piece of an answer
                found = await remote.produce(interaction, request, target.values)
        except TimeoutError:
            text = f"The message endpoint {bare(url)} did not answer within {target.timeout:g} s."
            raise MessageError(interaction.description, text) from None
        except Unproduced as error:
            raise Refused(str(error)) from None
        finally:
            await remote.aclose()
        return _event(found.contents, found.content_type or "", dict(found.metadata))

    async def _told_by_handlers(self, interaction: Interaction, target: Target, request: object) -> Json:
        event = await self._from_handlers(interaction, target, request)
        try:
            found, repeated = read_json(event.contents)
        except (ValueError, RecursionError):
            return event.contents.decode("utf-8", "replace")
        if repeated:
            raise Refused(f"The consumer's outcome cannot be read as JSON: {repeated[0].told}.")
        return found

    async def _told_by_url(self, url: str, interaction: Interaction, target: Target, request: object) -> Json:
        try:
            async with asyncio.timeout(target.timeout):
                answer = await self._client.post(
                    url, json=_said(interaction, request), headers=list(target.headers), timeout=None
                )
        except TimeoutError:
            text = (
                f"The consumer's outcome could not be asked for at {bare(url)}: no answer within {target.timeout:g} s."
            )
            raise MessageError(interaction.description, text) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            text = f"The consumer's outcome could not be asked for at {bare(url)}: {said(error)}."
            raise MessageError(interaction.description, text) from None
        if answer.status_code != httpx.codes.OK:
            raise Refused(
                f"The consumer's outcome could not be had: the answer was {answer.status_code} {answer.text[:300]}"
            )
        try:
            return read_alike(answer.content)
        except (ValueError, RecursionError) as error:
            why = f" ({error})" if isinstance(error, ValueError) else ""
            raise Refused(f"The consumer's outcome is no JSON{why}: {answer.text[:300]}") from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self.brokers.aclose()
        await self._client.aclose()


def _said(interaction: Interaction, request: object) -> dict[str, object]:
    states = [{"name": state.name, "params": dict(state.params)} for state in interaction.states]
    said: dict[str, object] = {"description": interaction.description, "providerStates": states}
    return said if request is None else {**said, "request": request}


def _encoded(headers: httpx.Headers) -> dict[str, object]:
    try:
        found = json.loads(base64.b64decode(headers.get("pact-message-metadata", "")) or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _event(contents: bytes, content_type: str, metadata: dict[str, object]) -> Event:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in metadata.items()}
    known = {name.lower().replace("-", ""): value for name, value in texts.items()}
    return Event(
        known.get("channel") or known.get("topic") or "message",
        contents,
        known.get("contenttype") or content_type,
        tuple(texts.items()),
        known.get("key"),
        known.get("messageid"),
        known.get("correlationid"),
    )
