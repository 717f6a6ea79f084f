"""The history of a fleet, build by build, as rows of the store's fact tables; equal arguments make equal rows.

Each build is a version on a branch. It publishes the application's pacts, whose contents seldom change, and verifies
what its consumers have on their main branches and in production; now and then it is tagged, deployed or released. The
last twelve days of the neighbourhood around `storefront` are scripted, so that it stands alike in a fleet of any size;
before them, eight days are quiet.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from benchmarks.documents import FAILED_RESULTS, TEST_RESULTS, VERIFIED_BY, body, document
from benchmarks.shape import RESULTS_PER_PUBLICATION, Shape
from troth_schemas.pact import content_sha

Row = tuple[Any, ...]
Write = Callable[[str, list[Row]], None]

MAIN = "main"
DAY = 86_400_000_000
_HISTORY_DAYS = 700
_QUIET_DAYS = 20
_SCRIPTED_DAYS = 12
_BATCH = 5_000


@dataclass(slots=True)
class _Branch:
    id: int
    name: str
    created_at: int
    head: int = 0
    updated_at: int = 0


@dataclass(slots=True)
class _Application:
    id: int
    name: str
    providers: tuple[int, ...]
    tagging: bool
    mobile: bool
    consumers: list[int] = field(default_factory=list)
    builds: int = 0
    published: int = 0
    """The newest version on the main branch with pacts."""
    branches: dict[str, _Branch] = field(default_factory=dict)
    features: list[str] = field(default_factory=list)
    contents: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    """By branch and provider: content and body."""
    live_contents: dict[int, int] = field(default_factory=dict)
    live: dict[str, int] = field(default_factory=dict)
    """By environment: the deployment that runs there."""
    supported: list[int] = field(default_factory=list)


class Fleet:
    """Makes a fleet's rows and hands them on in batches."""

    def __init__(self, shape: Shape, write: Write, *, now: int, seed: int = 1) -> None:
        self.shape = shape
        self.results = 0
        self.publications = 0
        self.versions = 0
        self._write = write
        self._chance = Random(seed)
        self._rows: dict[str, list[Row]] = {}
        self._ids: dict[str, int] = {}
        self._integrations: dict[tuple[int, int], tuple[int, int]] = {}
        self._revisions = 0
        self._end = now
        self._clock = now - (_HISTORY_DAYS + _QUIET_DAYS) * DAY
        self._applications = [
            _Application(
                place + 1, name, shape.providers_of[place], self._chance.random() < 0.4, self._chance.random() < 0.05
            )
            for place, name in enumerate(shape.names)
        ]
        for place, application in enumerate(self._applications):
            application.mobile = application.mobile and place not in shape.neighbourhood
            for provider in application.providers:
                self._applications[provider].consumers.append(place)

    def run(self) -> None:
        """Make the whole history."""
        self._settings()
        near, everyone = self.shape.neighbourhood, range(len(self.shape.names))
        start, span = self._clock, _HISTORY_DAYS * DAY
        near_share = 0.1 if self.shape.results > 10_000 else 0.4
        while self.results < self.shape.results:
            place = self._chance.choice(near if self._chance.random() < near_share else everyone)
            self._clock = max(self._clock + 1, start + span * self.results // self.shape.results)
            self._build(self._applications[place])
        self._clock = self._end - _SCRIPTED_DAYS * DAY
        self._script([self._applications[place] for place in near])
        self._finish()

    def repeat(self, times: int) -> None:
        """Instead of a history: one content that one application publishes and another verifies, that many times."""
        self._settings()
        consumer, provider = self._applications
        for step in range(times):
            self._clock += _HISTORY_DAYS * DAY // times
            self._publish(consumer, self._version(consumer, MAIN), MAIN, fresh=step == 0)
            if step % 2 == 0:
                version = self._version(provider, MAIN)
            self._verify(consumer, provider, consumer.contents[MAIN, 1][0], version, success=True)
        for application in self._applications:
            self._deploy(application, application.branches[MAIN].head, ("production",))
        self._finish()

    # --- what happens ---

    def _build(self, application: _Application) -> None:
        branch = self._branch(application)
        version = self._version(application, branch)
        due = self.results > RESULTS_PER_PUBLICATION * self.publications or not application.published
        if application.providers and due:
            self._publish(application, version, branch)
        for consumer, content, wip in self._to_verify(application):
            success = self._chance.random() > (0.02 if branch == MAIN else 0.08)
            self._verify(consumer, application, content, version, success=success, wip=wip)
        if branch == MAIN and (application.published == version or not application.providers):
            near = application.id - 1 in self.shape.neighbourhood
            self._deploy(application, version, tuple(self._targets(anywhere=not near)))

    def _script(self, near: list[_Application]) -> None:
        step = _SCRIPTED_DAYS * DAY // 80
        for turn in range(6):
            for application in (*near[5:], *near[:5]):  # consumers, storefront, its providers
                self._clock += step
                version = self._version(application, MAIN)
                self._publish(application, version, MAIN, fresh=turn in {0, 3}, quietly=True)
                for consumer, content, wip in self._to_verify(application, surely=True):
                    self._verify(consumer, application, content, version, success=True, wip=wip)
                if application.providers:
                    recent = "feature/recent"
                    self._publish(application, self._version(application, recent), recent, fresh=True, quietly=True)
            for application in near:
                self._deploy(application, application.branches[MAIN].head, ("test", "staging", "production"))

    def _branch(self, application: _Application) -> str:
        """The main branch or a feature's; features come and go after a few builds."""
        if self._chance.random() < 0.6:
            return MAIN
        if application.features and self._chance.random() < 0.7:
            name = application.features[self._chance.randrange(len(application.features))]
            if self._chance.random() < 0.3:
                application.features.remove(name)
                self._merge(application, name)
            return name
        name = f"feature/{application.builds}-{self._chance.getrandbits(24):06x}"
        application.features = [*application.features[-3:], name]
        return name

    @staticmethod
    def _merge(application: _Application, feature: str) -> None:
        for provider in application.providers:
            changed = application.contents.pop((feature, provider), None)
            if changed is not None:
                application.contents[MAIN, provider] = changed

    def _version(self, application: _Application, branch: str) -> int:
        application.builds += 1
        self.versions += 1
        number = f"1.{application.builds}.0+{self._chance.getrandbits(28):07x}"
        url = f"https://ci.example.com/{application.name}/builds/{application.builds}"
        version = self._add("version", application.id, number, url, self._clock, self._clock, self._clock)
        on = application.branches.get(branch)
        if on is None:
            on = application.branches[branch] = _Branch(self._next("branch"), branch, self._clock)
        on.head, on.updated_at = version, self._clock
        self._add("branch_version", on.id, version, False, *self._when())
        self._add("branch_head_set", on.id, version, *self._when())
        if application.tagging:
            self._tag(application, version, branch)
        return version

    def _tag(self, application: _Application, version: int, name: str) -> None:
        self._add("tag", application.id, version, name, *self._when())

    def _publish(
        self, application: _Application, version: int, branch: str, *, fresh: bool | None = None, quietly: bool = False
    ) -> None:
        for place in application.providers:
            provider = self._applications[place]
            known = application.contents.get((branch, place)) or application.contents.get((MAIN, place))
            changes = self._chance.random() < (0.02 if branch == MAIN else 0.15) if fresh is None else fresh
            if known is None or changes:
                known = self._content(application, provider)
                application.contents[branch, place] = known
                application.contents.setdefault((MAIN, place), known)
                changes = True
            self.publications += 1
            content, kept = known
            self._add("publication", version, application.id, provider.id, 1, content, kept, *self._when())
            self._integrate(application, provider)
            if changes and not quietly and MAIN in provider.branches and self._chance.random() < 0.8:
                head = provider.branches[MAIN].head
                self._verify(application, provider, content, head, success=self._chance.random() > 0.05)
        if branch == MAIN:
            application.published = version

    def _content(self, consumer: _Application, provider: _Application) -> tuple[int, int]:
        self._revisions += 1
        near = provider.id - 1 in self.shape.neighbourhood
        made = document(consumer.name, provider.name, self._revisions, 4 if near else 2 + self._revisions % 5)
        exact = body(made)
        interactions = len(made["interactions"])
        sha = content_sha(made)
        content = self._add("content", consumer.id, provider.id, sha, interactions, 0, self._clock)
        return content, self._add("body", hashlib.sha256(exact).digest(), exact)

    def _to_verify(self, provider: _Application, *, surely: bool = False) -> Iterator[tuple[_Application, int, bool]]:
        place = provider.id - 1
        for one in provider.consumers:
            consumer = self._applications[one]
            main = consumer.contents.get((MAIN, place))
            if main is None:
                continue
            live = consumer.live_contents.get(place)
            for content in dict.fromkeys((main[0], live)):
                if content is not None:
                    yield consumer, content, False
            if consumer.features and not surely and self._chance.random() < 0.1:
                work = consumer.contents.get((consumer.features[-1], place))
                if work is not None:
                    yield consumer, work[0], True

    def _verify(
        self,
        consumer: _Application,
        provider: _Application,
        content: int,
        version: int,
        *,
        success: bool,
        wip: bool = False,
    ) -> None:
        self.results += 1
        url = f"https://ci.example.com/{provider.name}/runs/{version}"
        key = self._add(
            "verification", content, consumer.id, provider.id, version, success, wip, None, url, *self._when()
        )
        kept = TEST_RESULTS if success else FAILED_RESULTS
        self._batch("verification_detail", (key, kept, VERIFIED_BY, None, None))
        self._integrate(consumer, provider)

    def _targets(self, *, anywhere: bool) -> Iterator[str]:
        for environment, share in zip(self.shape.environments, (0.8, 0.5, 0.3), strict=False):
            if self._chance.random() < share:
                yield environment
        if anywhere and self._chance.random() < 0.2:
            yield self.shape.environments[-1 - self._chance.randrange(len(self.shape.environments) - 3)]

    def _deploy(self, application: _Application, version: int, environments: tuple[str, ...]) -> None:
        for environment in environments:
            key = self.shape.environments.index(environment) + 1
            if application.mobile and environment == "production":
                self._release(application, version, key)
            else:
                replaced = application.live.get(environment)
                if replaced is not None:
                    self._add("undeployment", replaced, True, *self._when())
                application.live[environment] = self._add(
                    "deployment", self._uuid(), application.id, version, key, None, False, *self._when()
                )
            if environment == "production":
                if application.tagging:
                    self._tag(application, version, "prod")
                for place in application.providers:
                    application.live_contents[place] = application.contents[MAIN, place][0]

    def _release(self, application: _Application, version: int, environment: int) -> None:
        key = self._add("release", self._uuid(), application.id, version, environment, *self._when())
        self._add("release_event", key, True, *self._when())
        application.supported.append(key)
        if len(application.supported) > 4:
            self._add("release_event", application.supported.pop(0), False, *self._when())

    # --- rows ---

    def _settings(self) -> None:
        for name in self.shape.environments:
            production = name == "production"
            self._add("environment", self._uuid(), name, name.title(), production, self._clock, self._clock)
        for application in self._applications:
            moments = (self._clock, self._clock)
            self._batch("application", (application.id, application.name, MAIN, *moments))
            self._add("main_branch_set", application.id, MAIN, *moments)

    def _integrate(self, consumer: _Application, provider: _Application) -> None:
        pair = consumer.id, provider.id
        self._integrations[pair] = self._integrations.get(pair, (self._clock, 0))[0], self._clock

    def _finish(self) -> None:
        for application in self._applications:
            for branch in application.branches.values():
                moments = (branch.created_at, branch.updated_at)
                self._batch("branch", (branch.id, application.id, branch.name, *moments, branch.head))
        for pair, moments in self._integrations.items():
            self._add("integration", *pair, *moments)
        for table, rows in self._rows.items():
            self._write(table, rows)
        self._rows.clear()

    def _when(self) -> tuple[int, int]:
        return self._clock, self._clock

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))

    def _next(self, table: str) -> int:
        self._ids[table] = key = self._ids.get(table, 0) + 1
        return key

    def _add(self, table: str, *values: Any) -> int:
        self._clock += 1
        key = self._next(table)
        self._batch(table, (key, *values))
        return key

    def _batch(self, table: str, row: Row) -> None:
        rows = self._rows.setdefault(table, [])
        rows.append(row)
        if len(rows) == _BATCH:
            self._write(table, rows)
            self._rows[table] = []
