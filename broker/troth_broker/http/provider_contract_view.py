"""What a provider published about itself as documents, and what its publisher is told."""

from collections.abc import Iterator
from typing import Any

from troth_broker.core.contract_documents import word_of
from troth_broker.core.encoded import encoded
from troth_broker.core.provider_contracts import NewProviderContract, SelfVerification
from troth_broker.http.hal import Body, Link, curies, link, without_nulls
from troth_broker.http.notices import Notice, notice
from troth_broker.http.version_view import timestamps
from troth_broker.services.contract_reading import NewDocuments
from troth_broker.services.provider_contracts import Recorded
from troth_broker.store.provider_contracts import Heading, ProviderContract
from troth_broker.web import paths
from troth_schemas.problem import one_line

_MOST_PROBLEMS = 20


def entry(heading: Heading, base: str) -> Body:
    """A document in a list: all but its bytes."""
    results = without_nulls({"success": heading.success, "verifier": heading.verifier})
    return _document(heading, base, {}, results)


def document(contract: ProviderContract, base: str) -> Body:
    """A document by itself, in the words in which it can be put again."""
    body = _document(
        contract.heading, base, {"content": encoded(contract.body)}, verification_document(contract.verification)
    )
    at = _at(contract.heading)
    links = body["_links"]
    links["pb:document"] = link(paths.PROVIDER_CONTRACT_DOCUMENT.url(base, **at), "The document as it was published")
    if contract.verification.content is not None:
        results = paths.PROVIDER_CONTRACT_RESULTS.url(base, **at)
        links["pb:self-verification-results"] = link(results, "What the provider's own verification printed")
    links["pf:ui"] = link(paths.PROVIDER_CONTRACT.url(base, **at), "The same for people")
    links["curies"] = [*curies(base, "provider-contract"), {**curies(base, "provider-contract")[0], "name": "pf"}]
    return body


def verification_document(told: SelfVerification) -> Body:
    """A provider's own test of its document."""
    return without_nulls(
        {
            "success": told.success,
            "content": None if told.content is None else encoded(told.content),
            "contentType": told.content_type,
            "format": told.format,
            "verifier": told.verifier,
            "verifierVersion": told.verifier_version,
        }
    )


def _at(heading: Heading) -> dict[str, str]:
    return {"provider": heading.provider, "version": heading.version}


def _document(heading: Heading, base: str, content: Body, results: Body) -> Body:
    application = paths.PACTICIPANT.url(base, pacticipant=heading.provider)
    version = paths.VERSION.url(base, pacticipant=heading.provider, version=heading.version)
    return {
        "contractType": word_of(heading.format),
        "contentType": heading.content_type,
        "revision": heading.revision,
        **content,
        "verificationResults": results,
        **timestamps(heading.created_at),
        "_embedded": {
            "provider": {"name": heading.provider, "_links": {"self": link(application)}},
            "version": {"number": heading.version, "_links": {"self": link(version)}},
        },
        "_links": {
            "self": contract_link(base, heading.provider, heading.version),
            "pb:provider": link(application, "Provider", heading.provider),
            "pb:pacticipant-version": link(version, "Pacticipant version", heading.version),
            "pb:provider-contracts": link(
                paths.PROVIDER_CONTRACTS.url(base, provider=heading.provider),
                f"All provider contracts of {heading.provider}",
            ),
        },
    }


def contract_link(base: str, provider: str, version: str) -> Link:
    """Where the document of a version is."""
    url = paths.PROVIDER_CONTRACT.url(base, provider=provider, version=version)
    return link(url, "Provider contract", f"Provider contract of {provider} ({version})")


def publication(new: NewProviderContract, done: Recorded, base: str) -> Body:
    """What a provider's build is answered."""
    at = {"pacticipant": new.provider, "version": new.version}
    links: dict[str, Any] = {
        "pb:pacticipant": link(paths.PACTICIPANT.url(base, pacticipant=new.provider), "Pacticipant", new.provider),
        "pb:pacticipant-version": link(paths.VERSION.url(base, **at), "Pacticipant version", new.version),
        "pb:pacticipant-version-tags": [
            link(paths.VERSION_TAG.url(base, **at, tag=tag), "Tag", tag) for tag in new.tags
        ],
        "pb:provider-contract": contract_link(base, new.provider, new.version),
        "curies": curies(base, "provider-contract"),
    }
    if new.branch is not None:
        url = paths.BRANCH_VERSION.url(base, **at, branch=new.branch)
        links["pb:branch-version"] = link(url, "Branch version", new.branch)
    return {
        "notices": list(notices(new, done, base)),
        "_embedded": {
            "version": without_nulls(
                {
                    "number": new.version,
                    "buildUrl": new.build_url,
                    "_links": {"self": link(paths.VERSION.url(base, **at), "Version", new.version)},
                }
            )
        },
        "_links": links,
    }


def notices_of_documents(documents: NewDocuments) -> Iterator[Notice]:
    """What was noticed while reading what was published."""
    if documents.unread:
        yield notice("warning", f"  It is kept unread, and compared with nothing: {documents.unread}")
    for problem in documents.problems[:_MOST_PROBLEMS]:
        line = "" if problem.line is None else f" (line {problem.line})"
        where = f"{problem.document or documents.sources.root}{line}"
        yield notice("warning", f"  {one_line(f'{where} {problem}')}")
    if len(documents.problems) > _MOST_PROBLEMS:
        more = len(documents.problems) - _MOST_PROBLEMS
        yield notice("warning", f"  … and {more} more problems: `troth lint` lists them all")


def notices(new: NewProviderContract, done: Recorded, base: str) -> Iterator[Notice]:
    """What a provider's build is told."""
    verb = "Created" if done.version_is_new else "Updated"
    branch = f" with branch {new.branch}" if new.branch else ""
    tags = f"{' and' if branch else ' with'} tags {', '.join(new.tags)}" if new.tags else ""
    yield notice("debug", f"{verb} {new.provider} version {new.version}{branch}{tags}")
    what = f"for {new.provider} version {new.version}"
    match done.change:
        case "published":
            yield notice("success", f"Provider contract published {what}")
        case "unchanged":
            yield notice("success", f"Provider contract republished {what} with no changes")
        case "revised":
            revision = done.contract.heading.revision
            yield notice("warning", f"Provider contract {what} was replaced; this is revision {revision}")
    url = paths.PROVIDER_CONTRACT.url(base, provider=new.provider, version=new.version)
    yield notice("debug", f"  View the provider contract at {url}")
    if new.verification.success is None:
        yield notice("warning", "  It does not say whether the provider was tested against it (--verification-success)")
    elif not new.verification.success:
        yield notice("warning", "  The provider's own verification of it failed")
    yield from notices_of_documents(done.documents)
