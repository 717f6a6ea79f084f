"""The facts that a matrix question needs, and no others, in a fixed number of statements by index."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, union

from troth_broker.core.facts import Application, Facts, Integration, Publication, Result
from troth_broker.core.question import Question, Wanted
from troth_broker.store.lists import as_text, items_of, listed
from troth_broker.store.matrix_evidence import with_evidence
from troth_broker.store.matrix_history import ALL, NEWEST
from troth_broker.store.matrix_lines import lines, storable
from troth_broker.store.matrix_lists import among
from troth_broker.store.matrix_wide import can_be_cut, load_pairs
from troth_broker.store.tables import application, environment, integration

_names = items_of("names")

_APPLICATION = (application.c.id, application.c.name, application.c.main_branch)
_BY_NAME = select(*_APPLICATION).select_from(_names).join(application, application.c.name == as_text(_names))
_BY_ID = select(*_APPLICATION).where(among(application.c.id, "ids"))
_ENVIRONMENT = select(environment.c.id).where(environment.c.name == bindparam("name"))

_PAIR = select(integration.c.consumer_id, integration.c.provider_id)
_INTEGRATIONS = union(
    _PAIR.where(among(integration.c.provider_id, "ids")), _PAIR.where(among(integration.c.consumer_id, "ids"))
)


def named(db: Connection, names: Iterable[str]) -> dict[str, Application]:
    """The applications of these names, those that there are."""
    rows = db.execute(_BY_NAME, {"names": listed(name for name in dict.fromkeys(names) if storable(name))})
    return {row[1]: Application(*row) for row in rows}


def environment_exists(db: Connection, name: str) -> bool:
    """Whether there is an environment of that name."""
    return storable(name) and db.execute(_ENVIRONMENT, {"name": name}).scalar() is not None


def load(db: Connection, question: Question, known: dict[str, Application], now: int) -> Facts:
    """Everything that the decision about a question depends on. `known` holds the applications that it names."""
    return with_evidence(db, question, replace(_Loader(db, question, known).load(), now=now))


class _Loader:
    """Fills the facts for one question, step by step; a step's answer says what the next one asks for."""

    def __init__(self, db: Connection, question: Question, known: dict[str, Application]) -> None:
        self._db = db
        self._question = question
        self._known = known
        self._history = ALL if question.collapse is None else NEWEST
        self._facts = Facts(applications=tuple(known.values()))
        self._specified = [known[name].id for name in dict.fromkeys(s.application for s in question.selectors)]
        self._whole = [known[s.application].id for s in question.selectors if s.wanted.everything]
        self._alone = len(question.selectors) == 1
        """Whether a single application is looked at; ends when the target brings others in."""

    def load(self) -> Facts:
        """The facts."""
        if can_be_cut(self._question):
            return self._cut()
        self._choose_specified()
        chosen = [one.id for one in self._facts.versions]
        self._facts = self._facts.with_(integrations=self._integrations())
        own = self._publications(self._history.of_versions, chosen) if chosen else ()
        self._add_publications(own + self._whole_histories())
        live = self._choose_counterparts()
        if live:
            self._add_publications(self._publications(self._history.between, live, self._specified))
        if self._alone:
            self._look_as_provider(chosen)
        self._add_results(chosen, live)
        return self._facts

    def _cut(self) -> Facts:
        wide = load_pairs(self._db, self._question, self._specified)
        return replace(
            self._facts.with_(integrations=self._integrations()),
            publications=wide.publications,
            results=wide.results,
            tallies=wide.tallies,
        )

    def _choose_specified(self) -> None:
        wanted: dict[Wanted, list[int]] = {}
        for selector in self._question.selectors:
            wanted.setdefault(selector.wanted, []).append(self._known[selector.application].id)
        for ignored in self._question.ignored:
            if ignored.version is not None and ignored.application in self._known:
                wanted.setdefault(Wanted(version=ignored.version), []).append(self._known[ignored.application].id)
        for one, applications in wanted.items():
            if not one.everything:
                self._add_lines(lines(self._db, dict.fromkeys(applications), one))

    def _choose_counterparts(self) -> list[int]:
        target = self._question.target
        if target is None:
            return []
        pairs = {(one.consumer, one.provider) for one in self._facts.publications}
        pairs |= {(i.consumer, i.provider) for i in self._facts.integrations if i.provider in self._specified}
        others = sorted({key for pair in pairs for key in pair} - set(self._specified))
        if not others:
            return []
        self._alone = False
        known = {one.id for one in self._facts.applications}
        unknown = [key for key in others if key not in known]
        found = self._db.execute(_BY_ID, {"ids": listed(unknown)}) if unknown else ()
        self._facts = self._facts.with_(applications=(Application(*row) for row in found))
        chosen = lines(self._db, others, target)
        self._add_lines(chosen)
        return list(dict.fromkeys(one.id for one in chosen.versions))

    def _integrations(self) -> Iterable[Integration]:
        return (Integration(*row) for row in self._db.execute(_INTEGRATIONS, {"ids": listed(self._specified)}))

    def _whole_histories(self) -> tuple[Publication, ...]:
        if not self._whole:
            return ()
        if self._question.target is None and len(self._question.selectors) > 1:
            return self._publications(self._history.of_pairs, self._whole, self._specified)
        return self._publications(self._history.of_consumers, self._whole)

    def _look_as_provider(self, chosen: list[int]) -> None:
        """One application without a target: also what its versions have verified, whoever the consumer is."""
        if self._whole:
            self._add_publications(self._publications(self._history.of_provider, self._whole))
        elif chosen:
            found = self._results(self._history.results_of_versions, chosen)
            self._facts = self._facts.with_(results=found)
            contents = dict.fromkeys(one.content for one in found)
            self._add_publications(self._publications(self._history.of_contents, contents))
        missing = {key for one in self._facts.publications for key in (one.consumer, one.provider)}
        missing -= {one.id for one in self._facts.applications}
        if missing:
            rows = self._db.execute(_BY_ID, {"ids": listed(sorted(missing))})
            self._facts = self._facts.with_(applications=(Application(*row) for row in rows))

    def _add_results(self, chosen: list[int], live: list[int]) -> None:
        """Results of the versions that count; where all of a provider's count, every result of its contents."""
        every, by_chosen, by_live = dict[int, None](), dict[int, None](), dict[int, None]()
        for one in self._facts.publications:
            if one.provider in self._whole or (self._alone and one.consumer in self._specified):
                every[one.content] = None
            elif one.provider not in self._specified:
                by_live[one.content] = None
            elif not self._alone:
                by_chosen[one.content] = None
        history, found = self._history, tuple[Result, ...]()
        if every:
            found += self._results(history.results_of_contents, every)
        if by_chosen and chosen:
            found += self._results(history.results_of_pairs, by_chosen, chosen)
        if by_live and live:
            found += self._results(history.results_of_pairs, by_live, live)
        known = {one.number for one in self._facts.results}
        self._facts = self._facts.with_(results=(one for one in found if one.number not in known))

    def _publications(self, statement: Select[Any], *lists: Iterable[int]) -> tuple[Publication, ...]:
        return tuple(Publication(*row) for row in self._db.execute(statement, _lists(*lists)).all())

    def _results(self, statement: Select[Any], *lists: Iterable[int]) -> tuple[Result, ...]:
        return tuple(Result(*row) for row in self._db.execute(statement, _lists(*lists)).all())

    def _add_publications(self, found: Iterable[Publication]) -> None:
        known = {one.id for one in self._facts.publications}
        fresh = {one.id: one for one in found if one.id not in known}
        self._facts = self._facts.with_(publications=fresh.values())

    def _add_lines(self, found: Facts) -> None:
        known = {one.id for one in self._facts.versions}
        fresh = {one.id: one for one in found.versions if one.id not in known}
        self._facts = self._facts.with_(
            versions=fresh.values(), branches=found.branches, tags=found.tags, placed=found.placed
        )


def _lists(ids: Iterable[int], more: Iterable[int] | None = None) -> dict[str, str]:
    return {"ids": listed(ids)} if more is None else {"ids": listed(ids), "more": listed(more)}
