"""The member `troth` of a matrix answer: what is known besides the reference's fields.

On `summary` and on each row: `class` of a non-yes, whether waiting helps, the evidence and the actions.
"""

from collections.abc import Iterable

from troth_broker.core.actions import Action, Mend, Place, PublishContract, Verify
from troth_broker.core.advice import Names, action_words, blocker_words, hints, kind_of
from troth_broker.core.asked import Asked
from troth_broker.core.blockers import Blocker, Class, Failing, NoRow, UnknownVersion, Unproved, row_class
from troth_broker.core.facts import Request, Result
from troth_broker.core.question import Wanted
from troth_broker.core.rows import Row
from troth_broker.core.times import iso
from troth_broker.http.hal import Body, without_nulls
from troth_broker.services.matrix import Answer

_MOST = 100
"""How many obstacles and actions are listed."""


class GateView:
    """Renders what one answer says besides the reference's fields."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._names = Names.of(answer.facts, answer.shown.numbers)
        self._target = _where(answer.question.target)
        self._blockers = answer.decision.blockers
        self._asked = Asked.by(answer.facts.requests)
        self._absent = frozenset(
            b.publication.provider for b in self._blockers if isinstance(b, Unproved) and b.why is Class.NOT_DEPLOYED
        )

    def summary(self) -> Body:
        """What is known about the whole answer."""
        decision, actions = self._answer.decision, self._answer.actions
        body: Body = {
            "class": decision.why.value if decision.why else None,
            "waiting_helps": decision.waiting_helps,
            "evidence": [self._fact(blocker) for blocker in self._blockers[:_MOST]],
            "actions": None if actions is None else [self._action(action) for action in actions[:_MOST]],
            "reasons": [self._reason(blocker) for blocker in self._blockers[:_MOST]],
            "nothing_to_check": decision.nothing_to_check,
        }
        if told := hints(self._blockers, self._names):
            body["hints"] = list(told)
        if decision.not_published:
            body["warnings"] = [
                {"class": "not-published", "text": f"This version of {name} has published no contract"}
                for name in decision.not_published
            ]
        return body

    def row(self, row: Row) -> Body:
        """What is known about one row."""
        why = row_class(row, self._absent, self._asked)
        body: Body = {
            "class": why.value if why else None,
            "waiting_helps": None if why is None else why is Class.AWAITING_VERIFICATION,
            "evidence": [_replay(row.result)] if row.result else [],
            "actions": [] if why is None else [self._action(action) for action in self._about(row)],
        }
        if why is not None:
            blocker = next((b for b in self._blockers if _is_about(b, row)), None)
            if blocker is not None:
                body["text"] = self._text(blocker)
        return body

    def _about(self, row: Row) -> Iterable[Action]:
        """The actions that concern a row."""
        pair = {row.publication.consumer, row.publication.provider}
        for action in (self._answer.actions or ())[:_MOST]:
            match action:
                case Verify(content) | Mend(content) if content == row.publication.content:
                    owner = row.result.version if row.result else None
                    if owner is None or owner == action.provider_version:
                        yield action
                case Place(application, _, _, replaces) if application in pair:
                    if replaces is None or replaces in self._versions(row):
                        yield action

    def _versions(self, row: Row) -> set[int]:
        found = {row.publication.version, *row.outcome.unproved}
        return found | {row.result.version} if row.result else found

    def _text(self, blocker: Blocker) -> str:
        return blocker_words(blocker, self._names, self._target)

    def _reason(self, blocker: Blocker) -> Body:
        waits = blocker.why is Class.AWAITING_VERIFICATION
        body = {**self._sides(blocker), "class": blocker.why.value, "waiting_helps": waits, "text": self._text(blocker)}
        if isinstance(blocker, Unproved) and blocker.asked is not None:
            body["asked"] = _request(blocker.asked)
        return body

    def _fact(self, blocker: Blocker) -> Body:
        """The fact behind an obstacle: a result, or what there is none of."""
        sides = self._sides(blocker)
        if isinstance(blocker, Failing):
            return {**_replay(blocker.result), **sides}
        return {"kind": "missing", **sides}

    def _sides(self, blocker: Blocker) -> Body:
        names = self._names
        match blocker:
            case UnknownVersion(chosen):
                return without_nulls({"application": chosen.application.name, "version": chosen.wanted.version})
            case NoRow(consumer, provider, version):
                return _pair(names.application(consumer), names.number(version), names.application(provider))
            case Failing(publication, result):
                provers = [result.version]
            case Unproved(publication, versions):
                provers = list(versions)
        numbers = [number for key in provers if (number := names.number(key)) is not None]
        body = _pair(
            names.application(publication.consumer),
            names.number(publication.version),
            names.application(publication.provider),
        )
        if len(numbers) == 1:
            body["provider_version"] = numbers[0]
        elif numbers:
            body["provider_versions"] = numbers
        return body

    def _action(self, action: Action) -> Body:
        return {"kind": kind_of(action), "text": action_words(action, self._names), **self._action_parts(action)}

    def _action_parts(self, action: Action) -> Body:
        names = self._names
        match action:
            case Verify(_, consumer_version, provider_version) | Mend(_, consumer_version, provider_version):
                consumer, provider = names.owner(consumer_version), names.owner(provider_version)
                body = _pair(names.application(consumer), names.number(consumer_version), names.application(provider))
                return without_nulls({**body, "provider_version": names.number(provider_version)})
            case PublishContract(version, consumer, provider):
                return _pair(names.application(consumer), names.number(version), names.application(provider))
            case Place(application, version, where, replaces):
                return without_nulls(
                    {
                        "application": names.application(application),
                        "version": names.number(version) or where.version,
                        "environment": where.environment,
                        "tag": where.tag,
                        "branch": where.branch,
                        "replaces": names.number(replaces),
                    }
                )


def _request(asked: Request) -> Body:
    return {"times": asked.times, "since": iso(asked.since), "last": iso(asked.last), "reached": asked.reached}


def _pair(consumer: str, version: str | None, provider: str) -> Body:
    return without_nulls({"consumer": consumer, "consumer_version": version, "provider": provider})


def _replay(result: Result) -> Body:
    return {"kind": "replay", "success": result.success, "number": result.number, "verified_at": iso(result.at)}


def _is_about(blocker: Blocker, row: Row) -> bool:
    match blocker:
        case Failing(publication, result):
            return row.result is not None and (publication.content, result.number) == (
                row.publication.content,
                row.result.number,
            )
        case Unproved(publication):
            return row.result is None and publication.content == row.publication.content
        case _:
            return False


def _where(target: Wanted | None) -> str:
    if target is None:
        return ""
    return target.environment or target.tag or target.branch or ("the main branch" if target.main_branch else "")
