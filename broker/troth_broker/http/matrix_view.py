"""An answer of the matrix as JSON (pact_broker_api 6.6, explicit nulls and all) and as text."""

from collections.abc import Sequence
from typing import Any

import orjson

from troth_broker.core.contract_documents import word_of
from troth_broker.core.display_names import display_name
from troth_broker.core.facts import Publication, Result
from troth_broker.core.metadata import Metadata, encode
from troth_broker.core.reasons import level, words
from troth_broker.core.rows import Row
from troth_broker.core.times import iso
from troth_broker.http.evidence_view import comparison_url
from troth_broker.http.gate_view import GateView
from troth_broker.http.hal import Body
from troth_broker.http.links import BaseLinks
from troth_broker.http.notices import notice
from troth_broker.services.matrix import Answer
from troth_broker.store.tables import PACT
from troth_broker.web import paths


def matrix_document(answer: Answer, base: str) -> Body:
    """The whole answer."""
    return _Document(answer, base).body()


class _Document:
    def __init__(self, answer: Answer, base: str) -> None:
        self._answer = answer
        self._base = base
        self._gate = GateView(answer, base)
        self._names = {application.id: application.name for application in answer.facts.applications}
        # What many rows show is written once.
        self._versions: dict[int, orjson.Fragment] = {}
        self._sides: dict[int, orjson.Fragment] = {}
        self._pacts: dict[int, orjson.Fragment] = {}
        self._metadata: dict[int, str] = {}

    def body(self) -> Body:
        decision, counts = self._answer.decision, self._answer.decision.counts
        summary: Body = {
            "deployable": decision.deployable,
            "reason": "\n".join(words(reason) for reason in decision.reasons),
            "success": counts.success,
            "failed": counts.failed,
            "unknown": counts.unknown,
        }
        if self._answer.question.ignored:
            summary["ignored"] = counts.ignored
        summary["troth"] = self._gate.summary()
        return {
            "summary": summary,
            "notices": [notice(level(reason), words(reason)) for reason in decision.reasons],
            "matrix": [self._row(row) for row in decision.rows],
        }

    def _row(self, row: Row) -> Body:
        publication = row.publication
        consumer, provider = self._names[publication.consumer], self._names[publication.provider]
        body: Body = {
            "consumer": {
                "name": consumer,
                "version": self._version(consumer, publication.version),
                "_links": self._application(publication.consumer, consumer),
            },
            "provider": {
                "name": provider,
                "version": self._version(provider, row.outcome.version) if row.outcome.version else None,
                "_links": self._application(publication.provider, provider),
            },
            "pact": self._pact(publication, consumer, provider),
            "verificationResult": self._shown(row, consumer, provider),
        }
        if row.ignored:
            body["ignored"] = True
        body["troth"] = self._gate.row(row)
        return body

    def _application(self, key: int, name: str) -> orjson.Fragment:
        if key not in self._sides:
            self._sides[key] = _written(_self(paths.PACTICIPANT.url(self._base, pacticipant=name)))
        return self._sides[key]

    def _pact(self, publication: Publication, consumer: str, provider: str) -> orjson.Fragment:
        if publication.id not in self._pacts:
            self._pacts[publication.id] = _written(self._make_pact(publication, consumer, provider))
        return self._pacts[publication.id]

    def _make_pact(self, publication: Publication, consumer: str, provider: str) -> Body:
        number = self._answer.shown.numbers[publication.version]
        at = {"provider": provider, "consumer": consumer, "version": number}
        if publication.format == "pact":
            url = paths.PACT.url(self._base, **at)
        else:
            url = paths.CONSUMER_CONTRACT.url(self._base, **at, format=word_of(publication.format))
        return {"createdAt": iso(publication.created_at), "_links": _self(url)}

    def _shown(self, row: Row, consumer: str, provider: str) -> Body | None:
        """What clients show as the result: the replay's, else that of the comparison that decided."""
        if row.result:
            return self._result(row.publication, row.result, consumer, provider)
        static = self._answer.static(row)
        if row.verdict is None or static is None:
            return None
        url = comparison_url(static.telling, self._base)
        return {"success": row.verdict, "verifiedAt": iso(static.at), "_links": _self(url)}

    def _result(self, publication: Publication, result: Result, consumer: str, provider: str) -> Body:
        shown = self._answer.shown
        version = publication.version
        if publication.format != PACT:
            sha = shown.shas[publication.content]
            url = BaseLinks(self._base).result(provider, consumer, publication.format, sha, result.number)
            return {"success": result.success, "verifiedAt": iso(result.at), "_links": _self(url)}
        if version not in self._metadata:
            self._metadata[version] = encode(Metadata(version=shown.numbers[version]))
        url = paths.RESULT_WITH_METADATA.url(
            self._base,
            provider=provider,
            consumer=consumer,
            sha=shown.shas[publication.content],
            metadata=self._metadata[version],
            number=result.number,
        )
        return {"success": result.success, "verifiedAt": iso(result.at), "_links": _self(url)}

    def _version(self, owner: str, key: int) -> orjson.Fragment:
        if key not in self._versions:
            self._versions[key] = _written(self._make_version(owner, key))
        return self._versions[key]

    def _make_version(self, owner: str, key: int) -> Body:
        base, shown = self._base, self._answer.shown
        number = shown.numbers[key]
        at = {"pacticipant": owner, "version": number}
        branches = [
            {
                "name": line.name,
                "latest": line.latest,
                "_links": _self(paths.BRANCH_VERSION.url(base, **at, branch=line.name)),
            }
            for line in shown.branches.get(key, ())
        ]
        return {
            "number": number,
            "branch": branches[-1]["name"] if branches else None,
            "branches": branches,
            "branchVersions": branches,
            "environments": [
                {
                    "uuid": each.uuid,
                    "name": each.name,
                    "displayName": each.display_name or display_name(each.name),
                    "production": each.production,
                    "_links": _self(paths.ENVIRONMENT.url(base, uuid=each.uuid)),
                }
                for each in shown.environments.get(key, ())
            ],
            "tags": [
                {
                    "name": line.name,
                    "latest": line.latest,
                    "_links": _self(paths.VERSION_TAG.url(base, **at, tag=line.name)),
                }
                for line in shown.tags.get(key, ())
            ],
            "_links": _self(paths.VERSION.url(base, **at)),
        }


def _written(body: Body) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(body))


def _self(url: str) -> Body:
    return {"self": {"href": url}}


_COLUMNS = ("CONSUMER", "C_VERSION", "REVISION", "PROVIDER", "P_VERSION", "NUMBER", "SUCCESS")


def matrix_text(answer: Answer) -> str:
    """The answer as a table between pipes, and the decision below it; `nil` stands for null, as in the reference."""
    decision, numbers = answer.decision, answer.shown.numbers
    names = {application.id: application.name for application in answer.facts.applications}
    marked = any(row.ignored for row in decision.rows)
    lines = [[*_COLUMNS, "IGNORED"] if marked else [*_COLUMNS]]
    for row in decision.rows:
        publication, result = row.publication, row.result
        cells: list[Any] = [
            names[publication.consumer],
            numbers[publication.version],
            publication.revision,
            names[publication.provider],
            numbers[row.outcome.version] if row.outcome.version else "",
            result.number if result else "",
            ""
            if row.verdict is None and not result
            else str(row.verdict if result is None else result.success).lower(),
        ]
        lines.append([str(cell) for cell in cells] + (["true" if row.ignored else ""] if marked else []))
    verdict = {True: "true", False: "false", None: "nil"}[decision.deployable]
    reason = "\n".join(words(reason) for reason in decision.reasons)
    return "\n".join([*_table(lines), "", f"Deployable: {verdict}", f"Reason: {reason}", ""])


def _table(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]

    def printed(line: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return [printed(lines[0]), rule, *(printed(line) for line in lines[1:])]
