"""The member `troth` of a matrix answer: what is known besides the reference's fields.

On `summary` and on each row: `class` of a non-yes, whether waiting helps, the evidence and the actions.
"""

from collections.abc import Iterable, Iterator

from troth_broker.core.actions import (
    Action,
    CompareAgain,
    Keep,
    LookBackAgain,
    Mend,
    Place,
    Provide,
    PublishContract,
    Verify,
)
from troth_broker.core.advice import Names, action_words, blocker_words, kind_of
from troth_broker.core.asked import Asked
from troth_broker.core.blockers import (
    Blocker,
    Breaking,
    Class,
    Failing,
    NoRow,
    Regressing,
    UnknownVersion,
    Unproved,
    row_blockers,
)
from troth_broker.core.contract_documents import word_of
from troth_broker.core.evolving import Step
from troth_broker.core.facts import Part, Publication, Request
from troth_broker.core.hints import hints
from troth_broker.core.question import Wanted
from troth_broker.core.reasons import BreaksNobody, Disputed, Evolves, words
from troth_broker.core.rows import Row
from troth_broker.core.times import iso
from troth_broker.core.verdict import Lack
from troth_broker.http import evidence_view
from troth_broker.http.hal import Body, without_nulls
from troth_broker.services.matrix import Answer

_MOST = 100
"""How many obstacles and actions are listed."""


class GateView:
    """Renders what one answer says besides the reference's fields."""

    def __init__(self, answer: Answer, base: str) -> None:
        self._answer = answer
        self._base = base
        self._names = Names.of(answer.facts, answer.shown.numbers, answer.actions or ())
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
            "policies": []
            if self._answer.question.whole_histories
            else evidence_view.policies(decision.policies, self._names.applications),
        }
        if told := hints(self._blockers, self._names, decision.policies):
            body["hints"] = list(told)
        if decision.evolution:
            body["evolution"] = [self._step(step) for step in decision.evolution[:_MOST]]
        if warnings := [*self._not_published(), *self._disputed(), *self._evolving()]:
            body["warnings"] = warnings
        return body

    def _step(self, step: Step) -> Body:
        names, told = self._names, [one.id for one in step.evolutions]
        return without_nulls(
            {
                "application": names.application(step.application),
                "version": names.number(step.version),
                "against": names.number(step.against),
                "format": step.format,
                "name": step.name or None,
                "mode": step.mode,
                "blocks": step.blocks,
                "breaking": step.breaking,
                "unused": step.unused or None,
                "coverage": [names.application(one) for one in step.coverage] or None,
                "checkers": list(step.checkers) or None,
                "findings": [text for key in told for text in self._answer.changes.get(key, ())] or None,
            }
        ) | {"success": step.success}

    def _not_published(self) -> Iterator[Body]:
        for name in self._answer.decision.not_published:
            yield {"class": "not-published", "text": f"This version of {name} has published no contract"}

    def _disputed(self) -> Iterator[Body]:
        for reason in self._answer.decision.reasons:
            if isinstance(reason, Disputed):
                pair = _pair(reason.consumer.application, reason.consumer.number, reason.provider.application)
                version = without_nulls({"provider_version": reason.provider.number})
                yield {"class": "disputed", **pair, **version, "text": words(reason)}

    def row(self, row: Row) -> Body:
        """What is known about one row."""
        blockers = () if row.verdict else row_blockers(row, self._absent, self._asked)
        why = blockers[0].why if blockers else None
        static = self._answer.static(row)
        body: Body = {
            "class": why.value if why else None,
            "waiting_helps": all(one.why is Class.AWAITING_VERIFICATION for one in blockers) if why else None,
            "evidence": [evidence_view.replay(row.result)] if row.result else [],
            "actions": [] if why is None else [self._action(action) for action in self._about(row)],
        }
        if static is not None:
            body["comparison"] = {"success": static.verdict, **self._compared_with(row)}
            body["evidence"] += evidence_view.comparisons(static, self._answer.sentences, self._base)
        body["evidence"] += (self._part(part) for part in self._answer.parts(row))
        body |= _format(row.publication)
        if blockers:
            body["text"] = self._text(blockers[0])
        if static is not None and self._answer.disputed(row):
            body["disputed"] = True
        return body

    def _part(self, part: Part) -> Body:
        return evidence_view.part(part, self._names.number(part.version), self._base)

    def _compared_with(self, row: Row) -> Body:
        """The provider's version that a contract was compared with, where it was replayed with none."""
        version = self._answer.version(row) if row.outcome.version is None else None
        return {} if version is None else {"provider_version": self._answer.shown.numbers[version]}

    def _evolving(self) -> Iterator[Body]:
        for reason in self._answer.decision.reasons:
            if isinstance(reason, BreaksNobody) or (isinstance(reason, Evolves) and not reason.blocks):
                about = {"application": reason.new.application, "version": reason.new.number}
                yield {"class": "evolution", **about, "against": reason.old.number, "text": words(reason)}

    def _about(self, row: Row) -> Iterable[Action]:
        """The actions that concern a row."""
        pair = {row.publication.consumer, row.publication.provider}
        for action in (self._answer.actions or ())[:_MOST]:
            match action:
                case Verify(content) | Mend(content) | Provide(content) | CompareAgain(content) if (
                    content == row.publication.content
                ):
                    owner = row.outcome.version
                    if owner is None or owner == action.provider_version:
                        yield action
                case Place(application, _, _, replaces) if application in pair:
                    if replaces is None or replaces in self._versions(row):
                        yield action

    def _versions(self, row: Row) -> set[int]:
        return {row.publication.version, *row.outcome.owed_by}

    def _text(self, blocker: Blocker) -> str:
        return self._answer.words(blocker) or blocker_words(blocker, self._names, self._target)

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
            return {**evidence_view.replay(blocker.result), **sides}
        if isinstance(blocker, Unproved) and blocker.lack is Lack.PART:
            return {**self._part(blocker.parts[0]), **sides}
        static = blocker.evidence.static if isinstance(blocker, Breaking | Unproved) and blocker.evidence else None
        told = evidence_view.comparisons(static, self._answer.sentences, self._base) if static else iter(())
        return {**next(told, {"kind": "missing"}), **sides}

    def _sides(self, blocker: Blocker) -> Body:
        names = self._names
        match blocker:
            case UnknownVersion(chosen):
                return without_nulls({"application": chosen.application.name, "version": chosen.wanted.version})
            case Regressing(step):
                number, old = names.number(step.version), names.number(step.against)
                return without_nulls(
                    {"application": names.application(step.application), "version": number, "against": old}
                )
            case NoRow(consumer, provider, version):
                return _pair(names.application(consumer), names.number(version), names.application(provider))
            case Failing(publication, result):
                provers = [result.version]
            case Breaking(publication, evidence):
                provers = [evidence.version]
            case Unproved(publication, versions):
                provers = list(versions)
        numbers = [number for key in provers if (number := names.number(key)) is not None]
        body = _pair(
            names.application(publication.consumer),
            names.number(publication.version),
            names.application(publication.provider),
        )
        body |= _format(publication)
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
            case (
                Verify(_, consumer_version, provider_version)
                | Mend(_, consumer_version, provider_version)
                | Provide(_, consumer_version, provider_version)
                | CompareAgain(_, consumer_version, provider_version)
            ):
                consumer, provider = names.owner(consumer_version), names.owner(provider_version)
                body = _pair(names.application(consumer), names.number(consumer_version), names.application(provider))
                return without_nulls({**body, "provider_version": names.number(provider_version)})
            case PublishContract(version, consumer, provider):
                return _pair(names.application(consumer), names.number(version), names.application(provider))
            case Keep(application, version, against):
                return without_nulls(
                    {
                        "application": names.application(application),
                        "version": names.number(version),
                        "keeps": names.number(against),
                    }
                )
            case LookBackAgain(application, version, against):
                return without_nulls(
                    {
                        "application": names.application(application),
                        "version": names.number(version),
                        "against": names.number(against),
                    }
                )
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


def _format(publication: Publication) -> Body:
    """The format of the consumer's contract, where it is no pact."""
    return {} if publication.format == "pact" else {"format": word_of(publication.format)}


def _request(asked: Request) -> Body:
    return {"times": asked.times, "since": iso(asked.since), "last": iso(asked.last), "reached": asked.reached}


def _pair(consumer: str, version: str | None, provider: str) -> Body:
    return without_nulls({"consumer": consumer, "consumer_version": version, "provider": provider})


def _where(target: Wanted | None) -> str:
    if target is None:
        return ""
    return target.environment or target.tag or target.branch or ("the main branch" if target.main_branch else "")
