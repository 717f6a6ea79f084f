"""Contracts of every format as documents: whose they are, what they consist of, and what is around them."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from troth_broker.core.consumer_contracts import NewConsumerContract
from troth_broker.core.contract_documents import word_of
from troth_broker.http.hal import Body, Link, curies, link, without_nulls
from troth_broker.http.notices import Notice, notice
from troth_broker.http.provider_contract_view import notices_of_documents
from troth_broker.http.version_view import timestamps
from troth_broker.services.consumer_contracts import Recorded
from troth_broker.services.contracts import Content, Difference, Whole
from troth_broker.store.contracts import Stated
from troth_broker.web import paths
from troth_broker.web.paths import Path

_PACT = "pact"


def summary(stated: Stated, base: str) -> Body:
    """A contract in a list: all but its documents."""
    version = paths.VERSION.url(base, pacticipant=stated.consumer or stated.provider, version=stated.version)
    parties: Body = {"provider": _party(stated.provider, base)}
    if stated.consumer is not None:
        parties["consumer"] = _party(stated.consumer, base)
    return {
        "role": "provider" if stated.consumer is None else "consumer",
        **without_nulls({"name": stated.name or None}),
        "format": word_of(stated.format),
        "revision": stated.revision,
        "contentSha": stated.sha,
        **without_nulls({"digest": stated.digest}),
        **timestamps(stated.created_at),
        "_embedded": {**parties, "version": {"number": stated.version, "_links": {"self": link(version)}}},
        "_links": {"self": link(url(stated, base), "Contract", title(stated))},
    }


def document(whole: Whole, base: str) -> Body:
    """A contract by itself, with the list of its documents."""
    stated, sources = whole.stated, whole.sources
    body = summary(stated, base)
    body["root"] = sources.root
    body["documents"] = [
        {
            "name": name,
            "sha256": hashlib.sha256(exact).hexdigest(),
            "bytes": len(exact),
            "_links": {"self": link(_at(_FILE, stated, base, name=name), "Document", name)},
        }
        for name, exact in sorted(sources.files.items())
    ]
    version = {"pacticipant": stated.consumer or stated.provider, "version": stated.version}
    body["_links"] |= {
        "pb:document": link(_at(_DOCUMENT, stated, base), "The root document as it was published"),
        "pb:pacticipant-version": link(paths.VERSION.url(base, **version), "Pacticipant version", stated.version),
        "pb:version-contracts": link(paths.VERSION_CONTRACTS.url(base, **version), "All contracts of that version"),
        "curies": curies(base, "contract"),
    }
    if stated.consumer is not None and stated.format != _PACT:
        at = {"provider": stated.provider, "consumer": stated.consumer, "format": word_of(stated.format)}
        content = paths.CONTRACT_CONTENT.url(base, **at, sha=stated.sha)
        body["_links"]["pb:contract-content"] = link(content, "The contract by its content, to verify")
        body["_links"] |= _publishing(paths.CONTRACT_RESULTS.url(base, **at, sha=stated.sha))
    return body


def content_document(found: Content, own_url: str, metadata: str | None, base: str) -> Body:
    """A consumer's contract by its content: its documents in Base64, the root first, as they were published."""
    of, sources = found.of, found.sources
    at = {"provider": of.provider, "consumer": of.consumer, "format": word_of(of.format)}
    order = (sources.root, *(name for name in sorted(sources.files) if name != sources.root))
    publish = paths.CONTRACT_RESULTS.url(base, **at, sha=of.sha)
    if metadata is not None:
        publish = paths.CONTRACT_RESULTS_WITH_METADATA.url(base, **at, sha=of.sha, metadata=metadata)
    links: dict[str, Any] = {"self": link(own_url, "Contract"), **_publishing(publish)}
    embedded: Body = {"consumer": _party(of.consumer, base), "provider": _party(of.provider, base)}
    if found.version is not None:
        links["pb:contract"] = link(paths.CONSUMER_CONTRACT.url(base, **at, version=found.version), "Contract")
        version_url = paths.VERSION.url(base, pacticipant=of.consumer, version=found.version)
        embedded["version"] = {"number": found.version, "_links": {"self": link(version_url)}}
    if found.verified:
        latest = paths.LATEST_CONTRACT_RESULT.url(base, **at, sha=of.sha)
        links["pb:latest-verification-results"] = link(latest)
    return {
        "format": word_of(of.format),
        "contentSha": of.sha,
        "root": sources.root,
        "files": [{"name": name, "content": b64encode(sources.files[name]).decode()} for name in order],
        "_embedded": embedded,
        "_links": {**links, "curies": curies(base, "contract-content")},
    }


def _publishing(address: str) -> dict[str, Link]:
    """Where it is told what a replay showed, of the whole contract or of a part."""
    return {
        "pb:publish-verification-results": link(address, "Publish a verification result"),
        "pb:publish-partial-replay": link(address, "Publish what was replayed, where that was not all of it"),
    }


def _party(name: str, base: str) -> Body:
    return {"name": name, "_links": {"self": link(paths.PACTICIPANT.url(base, pacticipant=name))}}


def title(stated: Stated) -> str:
    """A contract in a few words."""
    called = f" {stated.name}" if stated.name else ""
    if stated.consumer is None:
        return f"{word_of(stated.format)} contract{called} of {stated.provider} ({stated.version})"
    return f"{word_of(stated.format)} contract between {stated.consumer} ({stated.version}) and {stated.provider}"


_CONTRACT = (paths.CONSUMER_CONTRACT, paths.PROVIDER_FORMAT_CONTRACT)
_DOCUMENT = (paths.CONSUMER_CONTRACT_DOCUMENT, paths.PROVIDER_FORMAT_DOCUMENT)
_FILE = (paths.CONSUMER_CONTRACT_FILE, paths.PROVIDER_FORMAT_FILE)


def url(stated: Stated, base: str) -> str:
    """Where a contract is; a pact is where pacts are."""
    if stated.consumer is not None and stated.format == _PACT:
        return paths.PACT.url(base, provider=stated.provider, consumer=stated.consumer, version=stated.version)
    return _at(_CONTRACT, stated, base)


def _at(either: tuple[Path, Path], stated: Stated, base: str, **more: str) -> str:
    at = {"provider": stated.provider, "version": stated.version, "format": word_of(stated.format), **more}
    if stated.consumer is not None:
        return either[0].url(base, consumer=stated.consumer, **at)
    found = either[1].url(base, **at)
    return f"{found}?{urlencode({'name': stated.name})}" if stated.name else found


def publication(new: NewConsumerContract, done: Recorded, base: str) -> Body:
    """What a consumer's build is answered."""
    at = {"pacticipant": new.consumer, "version": new.version}
    links: dict[str, Any] = {
        "pb:pacticipant": link(paths.PACTICIPANT.url(base, pacticipant=new.consumer), "Pacticipant", new.consumer),
        "pb:pacticipant-version": link(paths.VERSION.url(base, **at), "Pacticipant version", new.version),
        "pb:consumer-contract": _contract_link(done.contract, base),
        "curies": curies(base, "consumer-contract"),
    }
    if new.branch is not None:
        at_branch = paths.BRANCH_VERSION.url(base, **at, branch=new.branch)
        links["pb:branch-version"] = link(at_branch, "Branch version", new.branch)
    version = {
        "number": new.version,
        "buildUrl": new.build_url,
        "_links": {"self": link(paths.VERSION.url(base, **at), "Version", new.version)},
    }
    return {
        "notices": list(_notices(new, done, base)),
        "_embedded": {"version": without_nulls(version)},
        "_links": links,
    }


def _contract_link(stated: Stated, base: str) -> Link:
    return link(url(stated, base), "Contract", title(stated))


def _notices(new: NewConsumerContract, done: Recorded, base: str) -> Iterator[Notice]:
    verb = "Created" if done.version_is_new else "Updated"
    branch = f" with branch {new.branch}" if new.branch else ""
    tags = f"{' and' if branch else ' with'} tags {', '.join(new.tags)}" if new.tags else ""
    yield notice("debug", f"{verb} {new.consumer} version {new.version}{branch}{tags}")
    kind = word_of(done.documents.format)
    what = f"for {new.consumer} version {new.version} and provider {new.provider}"
    match done.change:
        case "published":
            yield notice("success", f"Consumer contract ({kind}) published {what}")
        case "unchanged":
            yield notice("success", f"Consumer contract ({kind}) republished {what} with no changes")
        case "revised":
            revision = done.contract.revision
            yield notice("warning", f"Consumer contract ({kind}) {what} was replaced; this is revision {revision}")
    yield notice("debug", f"  View the contract at {url(done.contract, base)}")
    yield from notices_of_documents(done.documents)


def difference(found: Difference, own_url: str, base: str) -> Body:
    """What changed between two versions of a contract: line by line, and what it means."""
    return {
        "format": word_of(found.new.stated.format),
        "text": "\n".join(found.lines),
        **({"linesNotShown": found.more_lines} if found.more_lines else {}),
        **without_nulls({"report": found.outcome.report, "error": found.outcome.error}),
        "_links": {
            "self": link(own_url, "What changed between two contracts"),
            "pb:contract": _contract_link(found.new.stated, base),
            "pb:comparison-contract": _contract_link(found.old.stated, base),
            "curies": curies(base, "contract-diff"),
        },
    }


def difference_text(found: Difference) -> str:
    """The same for people."""
    new, old = found.new.stated, found.old.stated
    lines = [f"# What changed from version {old.version} to version {new.version} of the {title(new)}", ""]
    lines += found.lines or ("Both are written alike.",)
    if found.more_lines:
        lines.append(f"… and {found.more_lines} more lines")
    lines += ["", "# What it means for those who rely on the earlier version", *_meaning(found)]
    return "\n".join(lines) + "\n"


def _meaning(found: Difference) -> Iterator[str]:
    outcome = found.outcome
    if outcome.error is not None or outcome.report is None:
        yield f"It could not be judged: {outcome.error}"
        return
    findings = [*outcome.report["findings"], *outcome.report["not_covered"]]
    yield from (f"  {one['severity']}: {one['message']} ({one['rule']})" for one in findings)
    if not findings:
        yield "Nothing that they rely on has changed." if outcome.success else "Nothing could be judged."
