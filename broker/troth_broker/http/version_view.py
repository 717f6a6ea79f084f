"""A version as its document, by itself and in lists (pact_broker resource "version")."""

from collections.abc import Iterable

from troth_broker.core.display_names import display_name
from troth_broker.core.times import iso
from troth_broker.http.hal import Body, Link, curies, link, without_nulls
from troth_broker.http.pact_view import pact_name
from troth_broker.store.environments import Environment
from troth_broker.store.version_views import InEnvironment, OnBranch, VersionView
from troth_broker.store.versions import Version
from troth_broker.web import paths
from troth_broker.web.paths import Var


def timestamps(created_at: int, updated_at: int | None = None) -> Body:
    """`createdAt`, and `updatedAt` when it is another moment."""
    if updated_at is None or updated_at == created_at:
        return {"createdAt": iso(created_at)}
    return {"createdAt": iso(created_at), "updatedAt": iso(updated_at)}


def branch_entries(base: str, application: str, number: str, branches: Iterable[OnBranch]) -> list[Body]:
    """The branches of a version, as every document that holds a version lists them."""
    return [
        {
            "name": branch.name,
            "latest": branch.is_head,
            "_links": {
                "self": link(
                    paths.BRANCH_VERSION.url(base, pacticipant=application, branch=branch.name, version=number),
                    "Branch version",
                    branch.name,
                )
            },
        }
        for branch in branches
    ]


def embedded_version(base: str, application: str, version: Version, branches: Iterable[OnBranch] = ()) -> Body:
    """A version inside another resource."""
    embedded = branch_entries(base, application, version.number, branches)
    return without_nulls(
        {
            "number": version.number,
            "buildUrl": version.build_url,
            "_embedded": {"branchVersions": embedded} if embedded else None,
            "_links": {
                "self": link(
                    paths.VERSION.url(base, pacticipant=application, version=version.number), "Version", version.number
                )
            },
        }
    )


def deployed_links(base: str, placements: Iterable[InEnvironment]) -> list[Link]:
    """Where something was deployed, with the names that the reference gives these members."""
    links = []
    for each in placements:
        shown = each.display_name or display_name(each.environment)
        made = link(paths.DEPLOYED_VERSION.url(base, uuid=each.uuid), f"Deployed to {shown}", shown)
        made["currently_deployed"] = each.stands
        if each.instance is not None:
            made["application_instance"] = each.instance
        links.append(made)
    return links


def released_links(base: str, placements: Iterable[InEnvironment]) -> list[Link]:
    """Where something was released."""
    links = []
    for each in placements:
        shown = each.display_name or display_name(each.environment)
        made = link(paths.RELEASED_VERSION.url(base, uuid=each.uuid), f"Released to {shown}", shown)
        links.append({**made, "currently_supported": each.stands})
    return links


def version_document(view: VersionView, base: str, url: str, environments: Iterable[Environment]) -> Body:
    """The single resource, under the URL that was asked for; it says where the version may be recorded next."""
    body = _document(view, base, url)
    at = {"pacticipant": view.application, "version": view.version.number}
    links = body["_links"]
    links["pb:deployed-environments"] = deployed_links(base, view.deployments)
    links["pb:released-environments"] = released_links(base, view.releases)
    links["pb:record-deployment"], links["pb:record-release"] = [], []
    for each in environments:
        shown = each.display_name or display_name(each.name)
        deploy, release = (
            path.url(base, **at, uuid=each.uuid) for path in (paths.VERSION_DEPLOYMENTS, paths.VERSION_RELEASES)
        )
        links["pb:record-deployment"].append(link(deploy, f"Record deployment to {shown}", each.name))
        links["pb:record-release"].append(link(release, f"Record release to {shown}", each.name))
    links["curies"] = links.pop("curies")
    return body


def version_entry(view: VersionView, base: str) -> Body:
    """A version in a list: deployments and releases only if there were any."""
    url = paths.VERSION.url(base, pacticipant=view.application, version=view.version.number)
    body = _document(view, base, url)
    links = body["_links"]
    if view.deployments:
        links["pb:deployed-environments"] = deployed_links(base, view.deployments)
    if view.releases:
        links["pb:released-environments"] = released_links(base, view.releases)
    links["curies"] = links.pop("curies")
    return body


def _document(view: VersionView, base: str, url: str) -> Body:
    version, owner = view.version, view.application
    at = {"pacticipant": owner, "version": version.number}
    return without_nulls(
        {
            "number": version.number,
            "buildUrl": version.build_url,
            **timestamps(version.created_at, version.updated_at),
            "_embedded": {
                "branchVersions": branch_entries(base, owner, version.number, view.branches),
                "tags": [
                    {"name": tag, "_links": {"self": link(paths.VERSION_TAG.url(base, **at, tag=tag), "Tag", tag)}}
                    for tag in view.tags
                ],
            },
            "_links": {
                "self": link(url, "Version", version.number),
                "pb:pacticipant": link(paths.PACTICIPANT.url(base, pacticipant=owner), "Pacticipant", owner),
                "pb:tag": link(
                    paths.VERSION_TAG.url(base, **at, tag=Var("tag")),
                    "Get, create or delete a tag of this version",
                    templated=True,
                ),
                "pb:latest-verification-results-where-pacticipant-is-consumer": link(
                    paths.CONSUMER_VERSION_RESULTS.url(base, consumer=owner, version=version.number),
                    "Latest verification results for this consumer version",
                ),
                "pb:pact-versions": [
                    link(
                        paths.PACT.url(base, provider=provider, consumer=owner, version=version.number),
                        "Pact",
                        pact_name(owner, version.number, provider),
                    )
                    for provider in view.providers
                ],
                **_provider_contract(view, base),
                "curies": curies(base, "version"),
            },
        }
    )


def _provider_contract(view: VersionView, base: str) -> Body:
    """Where to read what the version says about itself; nothing if it says nothing."""
    if not view.has_provider_contract:
        return {}
    url = paths.PROVIDER_CONTRACT.url(base, provider=view.application, version=view.version.number)
    return {"pb:provider-contract": link(url, "What this version says about itself")}
