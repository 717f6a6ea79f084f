"""Operations over HTTP: by POST and GET, in whole or by their hash."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

import httpx

from troth_schemas.json_body import Document, Json
from troth_verifiers.api import Exchange, Interaction, Outgoing, Target
from troth_verifiers.errors import EngineError, TargetIncomplete
from troth_verifiers.filtering import filtered
from troth_verifiers.graphql.asked import Asked, Place
from troth_verifiers.graphql.judging import NoAnswer, answer_of, codes, is_of_a_field
from troth_verifiers.pact.own.sending import send

ACCEPT: Final = "application/graphql-response+json, application/json;q=0.9"
DEFAULT_PATH: Final = "/graphql"
_UNKNOWN: Final = ("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
_REFUSING: Final = ("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: the answer, or that there was none of GraphQL; its status and what was exchanged."""

    answer: "Document | NoAnswer"
    status: int
    exchanges: tuple[Exchange, ...]


def endpoint(target: Target, place: Place) -> str:
    """Where operations are sent: the address for GraphQL as it is; else below the provider's own."""
    given = target.others.get("graphql")
    if given:
        return given
    if target.url is None:
        raise TargetIncomplete("The contract holds operations of GraphQL, but no URL of the provider was given.")
    if place.path:
        return f"{target.url.rstrip('/')}/{place.path.lstrip('/')}"
    return target.url if urlsplit(target.url).path.strip("/") else f"{target.url.rstrip('/')}{DEFAULT_PATH}"


async def ask(
    client: httpx.AsyncClient, asked: Asked, interaction: Interaction, target: Target, place: Place
) -> Answered:
    """Send an operation and read the answer; raises the `ProviderUnreachable` that says why there was none.

    Raises `EngineError` for an answer in an encoding that is not undone.
    """
    if asked.persisted == "no":
        return await _sent(client, asked, interaction, target, place, query=True, hashed=False)
    first = await _sent(client, asked, interaction, target, place, query=False, hashed=True)
    if not _unknown(first, asked):
        return first
    second = await _sent(client, asked, interaction, target, place, query=True, hashed=True)
    return replace(second, exchanges=(*first.exchanges, *second.exchanges))


def _unknown(first: Answered, asked: Asked) -> bool:
    """Whether the whole text must be sent, because the hash alone was not enough."""
    if isinstance(first.answer, NoAnswer):
        return asked.persisted == "tried"
    told = set(codes(first.answer))
    if told.intersection(_UNKNOWN):
        return True
    if asked.persisted != "tried" or first.answer.get("data") is not None:
        return False
    return bool(told.intersection(_REFUSING)) or not is_of_a_field(first.answer)


async def _sent(
    client: httpx.AsyncClient,
    asked: Asked,
    interaction: Interaction,
    target: Target,
    place: Place,
    *,
    query: bool,
    hashed: bool,
) -> Answered:
    url = endpoint(target, place)
    request = outgoing(asked, url, target, query=query, hashed=hashed)
    to = replace(target, url=url)
    answer = await send(client, await filtered(request, interaction, target), to, follow=target.follow_redirects)
    if answer.unread:
        raise EngineError(answer.unread)
    media = next((value for name, value in answer.headers if name.lower() == "content-type"), "")
    found = answer_of(answer.status, media, answer.content)
    return Answered(found, answer.status, (replace(answer.exchange, protocol="graphql"),))


def outgoing(asked: Asked, url: str, target: Target, *, query: bool, hashed: bool) -> Outgoing:
    """The request as it is sent; the target's headers win over the contract's."""
    params = dict(_params(asked, query=query, hashed=hashed))
    headers = {"accept": ("Accept", ACCEPT)}
    content = b""
    if asked.method == "GET":
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
        url += f"{'&' if '?' in url else '?'}{urlencode(texts, quote_via=quote)}"
    else:
        headers["content-type"] = ("Content-Type", "application/json")
        content = json.dumps(params, ensure_ascii=False, separators=(",", ":")).encode()
    headers |= {name.lower(): (name, value) for name, value in (*asked.headers, *target.headers)}
    return Outgoing(asked.method, url, tuple(headers.values()), content)


def payload(asked: Asked) -> Document:
    """An operation as it stands in the body of a request, or in a subscription."""
    return dict(_params(asked, query=True, hashed=False))


def _params(asked: Asked, *, query: bool, hashed: bool) -> Iterator[tuple[str, Json]]:
    if query:
        yield "query", asked.query
    if asked.name is not None:
        yield "operationName", asked.name
    if asked.variables:
        yield "variables", asked.variables
    if hashed:
        digest = sha256(asked.query.encode()).hexdigest()
        yield "extensions", {"persistedQuery": {"version": 1, "sha256Hash": digest}}
