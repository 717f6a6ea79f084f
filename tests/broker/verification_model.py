"""What a provider must verify, worked out from every recorded event as the specification says it: no SQL, no pointers.

The same events are written to a store, so that its answer can be compared with the one worked out here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert

from troth_broker.core.results import Circumstances, NewResult
from troth_broker.core.selection_request import Ask
from troth_broker.core.selectors import Selector
from troth_broker.core.times import DAY
from troth_broker.services import lines
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store import applications, publications, results
from troth_broker.store.tables import (
    current_deployment,
    deployment,
    environment,
    release,
    supported_release,
)

SETTINGS = Settings(use_first_tag_as_branch=False)


@dataclass(frozen=True)
class Event:
    """One thing that happened. `who` is a consumer's name, or "provider"."""

    at: int
    who: str
    what: str  # publish, branch, tag, deploy, release, verify
    version: int
    name: str = ""  # branch, tag, environment, or the consumer whose content is verified
    content: int = 0
    success: bool = True
    wip: bool = False


Found = tuple[str, int, int, frozenset[str], bool | None, bool]
"""(consumer, version, content, why, pending, work in progress)"""


@dataclass
class History:
    """Every event so far, and the questions that the specification asks of them."""

    events: list[Event] = field(default_factory=list)

    def of(self, who: str, what: str) -> list[Event]:
        return [event for event in self.events if (event.who, event.what) == (who, what)]

    def consumers(self) -> list[str]:
        return sorted({event.who for event in self.events if event.what == "publish"})

    def order(self, who: str) -> list[int]:
        return list(dict.fromkeys(e.version for e in self.events if e.who == who))

    def newest(self, who: str, found: Iterable[int]) -> int | None:
        order = self.order(who)
        return max(found, key=order.index, default=None)

    def main_branch(self, who: str) -> str | None:
        named = any(e.name == "main" for what in ("branch", "tag") for e in self.of(who, what))
        return "main" if named else None

    def branch_head(self, who: str, name: str) -> int | None:
        joined = list(dict.fromkeys(e.version for e in self.of(who, "branch") if e.name == name))
        return joined[-1] if joined else None

    def tag_head(self, who: str, name: str) -> int | None:
        return self.newest(who, (e.version for e in self.of(who, "tag") if e.name == name))

    def pact(self, who: str, version: int | None) -> Event | None:
        return next((e for e in reversed(self.of(who, "publish")) if e.version == version), None)

    def lines(self, who: str, kind: str) -> list[str]:
        return sorted({e.name for e in self.of(who, kind)})

    # --- selection

    def select(self, ask: Ask) -> list[tuple[str, int, str]]:
        """(consumer, version, why) for every version that a selector chose and that has a pact."""
        selectors = ask.selectors or tuple(self.defaults())
        found: list[tuple[str, int, str]] = []
        fallen_back: list[tuple[str, int, str]] = []
        for selector in selectors:
            of_one = [one for one in self.choose(selector) if self.pact(one[0], one[1])]
            found += of_one
            if not of_one and selector.fallback_branch and selector.branch:
                fallen_back += self.fall_back(selector, f" (fallback for {selector.branch})")
            if not of_one and selector.fallback_tag and selector.tag:
                fallen_back += self.fall_back(selector, f" (fallback for {selector.tag})")
        return found + fallen_back

    def fall_back(self, selector: Selector, suffix: str) -> Iterator[tuple[str, int, str]]:
        for who in self.consumers():
            if selector.consumer in {None, who}:
                if selector.branch and selector.fallback_branch:
                    head = self.branch_head(who, selector.fallback_branch)
                    label = f"latest from branch {selector.fallback_branch}"
                else:
                    assert selector.fallback_tag
                    head = self.tag_head(who, selector.fallback_tag)
                    label = f"latest with tag {selector.fallback_tag}"
                if head is not None and self.pact(who, head):
                    yield who, head, label + suffix

    def defaults(self) -> Iterator[Selector]:
        for who in self.consumers():
            main = self.main_branch(who)
            if main and self.branch_head(who, main) is not None:
                yield Selector(consumer=who, main_branch=True)
            elif main and self.tag_head(who, main) is not None:
                yield Selector(consumer=who, tag=main, latest=True)
            else:
                yield Selector(consumer=who, latest=True)
        yield Selector(deployed=True)
        yield Selector(released=True)

    def choose(self, selector: Selector) -> Iterator[tuple[str, int, str]]:
        for who in self.consumers():
            if selector.consumer in {None, who}:
                for version, why in self.choose_of(who, selector):
                    if version is not None:
                        yield who, version, why

    def choose_of(self, who: str, selector: Selector) -> Iterator[tuple[int | None, str]]:
        yield from self.choose_branches(who, selector)
        if selector.tag and selector.latest:
            yield self.tag_head(who, selector.tag), f"latest with tag {selector.tag}"
        elif selector.tag:
            for event in self.of(who, "tag"):
                if event.name == selector.tag:
                    yield event.version, f"one of {selector.tag}"
        elif selector.latest:
            yield self.newest(who, (e.version for e in self.of(who, "publish"))), "latest"
        if selector.deployed:
            yield from self.choose_live(who, "deploy", selector.environment, "deployed to")
        if selector.released:
            yield from self.choose_live(who, "release", selector.environment, "released in")

    def choose_branches(self, who: str, selector: Selector) -> Iterator[tuple[int | None, str]]:
        main = self.main_branch(who)
        if selector.main_branch and main:
            yield self.branch_head(who, main), "latest from main branch"
        if selector.branch:
            kind = "matching branch" if selector.matching else "branch"
            yield self.branch_head(who, selector.branch), f"latest from {kind} {selector.branch}"
        if selector.every_branch:
            for name in self.lines(who, "branch"):
                yield self.branch_head(who, name), f"latest from branch {name}"

    def choose_live(self, who: str, what: str, environment: str | None, words: str) -> Iterator[tuple[int, str]]:
        for event in self.of(who, what):
            if environment in {None, event.name} and self.is_live(event):
                yield event.version, f"{words} {event.name}"

    def is_live(self, event: Event) -> bool:
        """A deployment is replaced by the next one of the same application to the same environment."""
        if event.what == "release":
            return True
        return event is [e for e in self.of(event.who, "deploy") if e.name == event.name][-1]

    # --- pending and work in progress

    def successes(self, consumer: str, content: int, kind: str) -> Iterator[tuple[Event, frozenset[str]]]:
        """Each success of a content with the provider's branches (or tags) that its version is on now."""
        for event in self.of("provider", "verify"):
            if (event.name, event.content, event.success) == (consumer, content, True):
                yield event, frozenset(e.name for e in self.of("provider", kind) if e.version == event.version)

    def began(self, kind: str, name: str) -> int | None:
        return min((e.at for e in self.of("provider", kind) if e.name == name), default=None)

    def pending_for(self, consumer: str, content: int, kind: str, name: str) -> bool:
        began = self.began(kind, name)
        for event, on in self.successes(consumer, content, kind):
            if name in on or (on and (began is None or event.at < began)):
                return False
        return True

    def pending(self, consumer: str, content: int, ask: Ask) -> bool:
        if ask.branch:
            return self.pending_for(consumer, content, "branch", ask.branch)
        if ask.tags:
            return any(self.pending_for(consumer, content, "tag", tag) for tag in ask.tags)
        return not any(True for _ in self.successes(consumer, content, "branch"))

    def is_new(self, consumer: str, content: int, kind: str, name: str, now: int) -> bool:
        began = self.began(kind, name)
        if kind == "branch" and began is not None:
            on_branch = {e.version for e in self.of("provider", "branch") if e.name == name}
            oldest = min(on_branch, key=self.order("provider").index)
            began = next(e.at for e in self.events if (e.who, e.version) == ("provider", oldest))
        for event, on in self.successes(consumer, content, kind):
            if event.wip or (kind == "branch" and event.at < now - 30 * DAY):
                continue
            if name in on or (on - {name} and (began is None or event.at < began)):
                return False
        return True

    def wip(self, ask: Ask, explicit: set[tuple[str, int]], now: int) -> Iterator[tuple[str, int, str]]:
        wanted = [("branch", ask.branch)] if ask.branch else [("tag", tag) for tag in ask.tags]
        for who in self.consumers():
            heads = [(self.branch_head(who, n), f"latest from branch {n}") for n in self.lines(who, "branch")]
            heads += [(self.tag_head(who, n), f"latest with tag {n}") for n in self.lines(who, "tag")]
            for version, why in heads:
                pact = self.pact(who, version)
                if pact is None or ask.wip_since is None or pact.at < ask.wip_since or (who, pact.content) in explicit:
                    continue
                if any(self.is_new(who, pact.content, kind, str(name), now) for kind, name in wanted):
                    yield who, pact.version, why

    def to_verify(self, ask: Ask, now: int) -> list[Found]:
        selected = self.merged(self.select(ask))
        chosen = [
            (who, version, content, why, self.pending(who, content, ask) if ask.pending else None, False)
            for who, version, content, why in selected
        ]
        explicit = {(who, content) for who, _, content, _ in selected}
        work = self.merged(self.wip(ask, explicit, now))
        return chosen + [(who, version, content, why, True, True) for who, version, content, why in work]

    def merged(self, found: Iterable[tuple[str, int, str]]) -> list[tuple[str, int, int, frozenset[str]]]:
        groups: dict[tuple[str, int], list[tuple[int, str]]] = {}
        for who, version, why in found:
            pact = self.pact(who, version)
            assert pact is not None
            groups.setdefault((who, pact.content), []).append((version, why))
        merged = []
        for (who, content), members in groups.items():
            newest = self.newest(who, (version for version, _ in members))
            assert newest is not None
            merged.append((who, newest, content, frozenset(why for _, why in members)))
        return sorted(merged, key=lambda one: (one[0], self.order(one[0]).index(one[1])))


class Recorder:
    """Writes events to a store, through the functions that the use cases write with."""

    def __init__(self, world: World, prefix: str) -> None:
        self.world = world
        self.prefix = prefix
        self._contents: dict[tuple[str, int], results.Content] = {}

    def name(self, who: str) -> str:
        return f"{self.prefix} {who}"

    def sha(self, consumer: str, content: int) -> str:
        return f"{consumer}-{content}"

    def record(self, events: Iterable[Event]) -> None:
        """Record the events in one transaction."""

        def write(db: Connection) -> None:
            applications.ensure(db, self.name("provider"), 0)
            for event in events:
                self._record(db, event)

        self.world.store.write(write)

    def _record(self, db: Connection, event: Event) -> None:
        name = self.name(event.who)
        recorded = lines.record_version(db, name, str(event.version), event.at)
        owner, version = recorded.application, recorded.version
        match event.what:
            case "publish":
                self._publish(db, event, owner.id, version.id)
            case "branch":
                lines.join_branch(db, self.world, recorded, event.name, event.at)
            case "tag":
                lines.add_tags(db, self.world, recorded, (event.name,), event.at)
            case "deploy":
                self._deploy(db, event, owner.id, version.id)
            case "release":
                self._release(db, event, owner.id, version.id)
            case "verify":
                content = self._contents.get((event.name, event.content))
                if content is not None:
                    new = NewResult(event.success, str(event.version))
                    results.add(db, content, version.id, new, Circumstances(wip=event.wip), event.at)

    def _publish(self, db: Connection, event: Event, consumer_id: int, version_id: int) -> None:
        provider_id = applications.id_of(db, self.name("provider"))
        assert provider_id is not None
        before = publications.current(db, version_id, provider_id)
        sha = self.sha(event.who, event.content)
        content = publications.ensure_content(db, consumer_id, provider_id, sha, (1, 0), event.at)
        self._contents[event.who, event.content] = results.Content(content.id, consumer_id, provider_id)
        publications.add(
            db,
            version_id=version_id,
            consumer_id=consumer_id,
            provider_id=provider_id,
            revision=before.revision + 1 if before else 1,
            content_id=content.id,
            body_id=publications.ensure_body(db, sha.encode()),
            now=event.at,
        )
        applications.integrate(db, consumer_id, provider_id, event.at)

    def _environment(self, db: Connection, event: Event) -> int:
        name = self.name(event.name)
        found = db.execute(environment.select().where(environment.c.name == name)).first()
        if found is not None:
            return int(found.id)
        values = {"uuid": name, "name": name, "production": False, "created_at": event.at, "updated_at": event.at}
        return int(db.execute(insert(environment).values(values).returning(environment.c.id)).scalar_one())

    def _deploy(self, db: Connection, event: Event, owner: int, version_id: int) -> None:
        place = {"application_id": owner, "environment_id": self._environment(db, event)}
        fact = {**place, "version_id": version_id, "auto_created": False, **_when(event)}
        made = insert(deployment).values(uuid=f"{self.prefix} {event}", **fact).returning(deployment.c.id)
        key = db.execute(made).scalar_one()
        db.execute(
            current_deployment.delete().where(
                current_deployment.c.application_id == owner,
                current_deployment.c.environment_id == place["environment_id"],
            )
        )
        db.execute(insert(current_deployment).values(slot="", deployment_id=key, version_id=version_id, **place))

    def _release(self, db: Connection, event: Event, owner: int, version_id: int) -> None:
        place = {"application_id": owner, "environment_id": self._environment(db, event), "version_id": version_id}
        known = db.execute(
            release.select().where(
                release.c.version_id == version_id, release.c.environment_id == place["environment_id"]
            )
        ).first()
        if known is None:
            made = (
                insert(release).values(uuid=f"{self.prefix} {event}", **place, **_when(event)).returning(release.c.id)
            )
            db.execute(insert(supported_release).values(release_id=db.execute(made).scalar_one(), **place))


def _when(event: Event) -> dict[str, Any]:
    return {"happened_at": event.at, "recorded_at": event.at}
