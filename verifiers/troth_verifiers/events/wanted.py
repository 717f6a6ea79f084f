"""What an interaction of an expectations document wants: a message, where it comes, and how it is encoded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from troth_schemas.errors import ContractUnreadable as Unreadable
from troth_schemas.expectations import Expectation, read_expectations
from troth_schemas.json_body import Json
from troth_schemas.pact.rules import MatchingRules, read_rules
from troth_verifiers.api import Cause, Contract, Interaction, State
from troth_verifiers.errors import ContractUnreadable
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.payloads import Schemas, media_encoding
from troth_verifiers.events.ruling import faults
from troth_verifiers.events.watching import Delivery, delivery_of

_PART: Final = "/interactions/"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that the consumer expects, or is sent. `trouble` says why it cannot be replayed."""

    expectation: Expectation
    channel: str = ""
    key: str | None = None
    content_type: str = ""
    metadata: Mapping[str, Json] = field(default_factory=dict)
    encoding: str = "json"
    schemas: Schemas = field(default_factory=Schemas)
    registry: str = ""
    delivery: Delivery = field(default_factory=Delivery)
    trouble: Cause | None = None

    @property
    def rules(self) -> MatchingRules:
        """The matching rules of the message."""
        return self.expectation.rules

    @property
    def stated_type(self) -> str:
        """The content type, which may stand among the metadata."""
        texts = {name.lower().replace("-", ""): value for name, value in self.metadata.items()}
        among = texts.get("contenttype")
        return self.content_type or (among if isinstance(among, str) else "")

    @property
    def around(self) -> dict[str, Json]:
        """What is expected to go with the message, by the names that rules know."""
        found: dict[str, Json] = dict(self.metadata)
        if self.content_type:
            found.setdefault("contentType", self.content_type)
        return found if self.key is None else {**found, "key": self.key}

    @property
    def outcome_rules(self) -> MatchingRules:
        """The matching rules of what the consumer does with it."""
        written = self.expectation.get("outcomeRules")
        return read_rules({"body": written}) if isinstance(written, dict) else MatchingRules()


def wanted_of(interaction: Interaction) -> Wanted:
    """What the verifier put into an interaction."""
    assert isinstance(interaction.body, Wanted), "this interaction was not listed by the message verifier"
    return interaction.body


def interactions(contract: Contract) -> tuple[Interaction, ...]:
    """Every interaction of the document, in its order. Raises `ContractUnreadable`."""
    try:
        expectations, problems = read_expectations(contract.name, contract.content)
    except (Unreadable, ImportError) as error:
        raise ContractUnreadable(contract.name, [str(error)]) from None
    whole = [str(one) for one in problems if not one.pointer.startswith(_PART)]
    registry = _registry(expectations.value.get("settings"))
    if registry is None:
        whole.append("/settings: The settings of messages are an object with the URL of a `registry`.")
    if whole:
        raise ContractUnreadable(contract.name, whole)
    found = []
    for one in expectations.interactions:
        place = f"{_PART}{one.index}"
        wrong = [str(each) for each in problems if f"{each.pointer}/".startswith(f"{place}/")]
        wanted = _wanted(one, contract.files, registry or "", "; ".join(wrong))
        found.append(
            Interaction(
                index=one.index,
                description=one.description,
                kind="message",
                id=one.id,
                path=wanted.channel or None,
                states=tuple(State(state.name, state.params) for state in one.states),
                pending=one.pending,
                body=wanted,
            )
        )
    return tuple(found)


def _wanted(one: Expectation, files: Mapping[str, bytes], registry: str, wrong: str) -> Wanted:
    if wrong:
        return Wanted(one, trouble=Cause("interaction-unreadable", wrong))
    try:
        return _understood(one, files, registry)
    except NotReplayable as error:
        return Wanted(one, trouble=error.cause)


def _understood(one: Expectation, files: Mapping[str, bytes], registry: str) -> Wanted:
    metadata = one.get("metadata")
    schema, writer = _text(one, "schemaName"), _text(one, "writer")
    if "contents" not in one.says and not schema:
        raise NotReplayable("The message has neither contents nor a schema, so that any message would pass.")
    content_type = _text(one, "contentType")
    stated = _text(one, "encoding")
    guessed = media_encoding(content_type, schema) or ("text" if isinstance(one.get("contents"), str) else "json")
    key = one.get("key")
    if metadata is not None and not isinstance(metadata, dict):
        raise NotReplayable("`metadata` is an object, from names to values.")
    if isinstance(key, bool | dict | list):
        raise NotReplayable("`key` is a text.")
    if not _are_rules(one.get("outcomeRules")):
        raise NotReplayable("`outcomeRules` is an object, from paths to rules, such as `{$.billed: {match: type}}`.")
    wanted = Wanted(
        one,
        channel=_text(one, "channel"),
        key=key if key is None or isinstance(key, str) else str(key),
        content_type=content_type,
        metadata=metadata or {},
        encoding=stated or guessed,
        schemas=Schemas(files, schema, writer),
        registry=registry,
        delivery=delivery_of(one.get("delivery")),
    )
    idle = " ".join(faults(wanted.rules, wanted.outcome_rules.body, one.says, wanted.around))
    if idle:
        raise NotReplayable(idle)
    return wanted


def _are_rules(written: Json) -> bool:
    if written is None:
        return True
    if not isinstance(written, dict) or read_rules({"body": written}).unreadable:
        return False
    return all(path.startswith("$") and isinstance(rule, dict) for path, rule in written.items())


def _registry(settings: Json) -> str | None:
    """The registry that the settings name, "" without one; None where they are not what settings are."""
    if settings is None:
        return ""
    stated = settings.get("registry", "") if isinstance(settings, dict) and settings.keys() <= {"registry"} else None
    return stated if isinstance(stated, str) else None


def _text(one: Expectation, member: str) -> str:
    value = one.get(member)
    if value is not None and not isinstance(value, str):
        raise NotReplayable(f"`{member}` is a text.")
    return value or ""
