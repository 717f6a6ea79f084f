"""The gate's answer as a page, and the form that asks it."""

from collections.abc import Mapping
from typing import Any

from troth_broker.core.errors import Fault, Invalid, InvalidQuestion
from troth_broker.core.matrix_query import read_ignore
from troth_broker.core.resolve import Known, resolve
from troth_broker.pages.answers import AnswerShown, failing_results, grouped
from troth_broker.pages.engine import page
from troth_broker.pages.results import failures
from troth_broker.services import environments, home
from troth_broker.services import matrix as service
from troth_broker.services.matrix import Answer
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Handler, Route
from troth_broker.web.negotiation import HTML

_ASKED = ("pacticipant", "version", "environment", "to")


def can_i_deploy(call: Call) -> Reply:
    """The answer about a version and where it is to go; the form, where the question is not complete."""
    given = {name: call.parameter(name) for name in _ASKED}
    if not any(given.values()):
        return _form(call, given)
    application, version, environment, tag = (given[name] for name in _ASKED)
    if not application or not version or bool(environment) == bool(tag):
        missing = [name for name in ("pacticipant", "version") if not given[name]]
        faults = [Fault(name, f"{_LABELS[name]} is missing") for name in missing]
        if bool(environment) == bool(tag):
            faults.append(Fault("environment", "Choose an environment"))
        return _form(call, given, faults)
    try:
        answer = service.can_i_deploy(
            call.world,
            application,
            version,
            tag=tag,
            environment=environment,
            ignored=read_ignore(call.query_string),
        )
    except Invalid as wrong:
        return _form(call, given, wrong.faults)
    except InvalidQuestion as wrong:
        return _form(call, given, [Fault("ignore", text) for text in wrong.texts])
    return _answer(call, answer, given)


_LABELS = {"pacticipant": "The application", "version": "The version"}


def tagged_to_tag(call: Call) -> Reply:
    """The answer about the latest version with a tag."""
    params = call.params
    answer = service.latest_tagged_to_tag(call.world, params["pacticipant"], params["tag"], params["to"])
    return _answer(
        call, answer, {"pacticipant": params["pacticipant"], "version": _asked_version(answer), "to": params["to"]}
    )


def head_to_environment(call: Call) -> Reply:
    """The answer about a branch's head."""
    params = call.params
    answer = service.branch_head_to_environment(
        call.world, params["pacticipant"], params["branch"], params["environment"]
    )
    given = {
        "pacticipant": params["pacticipant"],
        "version": _asked_version(answer),
        "environment": params["environment"],
    }
    return _answer(call, answer, given)


def _asked_version(answer: Answer) -> str:
    """The number of the version that a line led to."""
    chosen = resolve(answer.question, Known(answer.facts)).specified
    return max(((one.version.id, one.version.number) for one in chosen if one.version), default=(0, ""))[1]


def _form(call: Call, given: Mapping[str, str | None], faults: tuple[Fault, ...] | list[Fault] = ()) -> Reply:
    return page(call, "ask.html", 400 if faults else 200, faults=faults, json_url=None, **_choices(call, given))


def _answer(call: Call, answer: Answer, given: Mapping[str, str | None]) -> Reply:
    shown = AnswerShown(answer, failures(call.world, failing_results(answer)))
    return page(call, "gate.html", answer=shown, groups=grouped(shown.barriers), **_choices(call, given))


def _choices(call: Call, given: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        "given": {name: given.get(name) or "" for name in _ASKED},
        "environments": environments.every(call.world),
        "names": home.names(call.world),
    }


def _get(path: paths.Path, handler: Handler, summary: str) -> Route:
    return Route(path, {"GET": Action(handler, summary, (HTML,))})


ROUTES = (
    _get(paths.CAN_I_DEPLOY, can_i_deploy, "Whether a version can be deployed"),
    _get(paths.CAN_I_DEPLOY_TO_TAG, tagged_to_tag, "Whether a tag's latest version can be deployed"),
    _get(paths.CAN_I_DEPLOY_TO_ENVIRONMENT, head_to_environment, "Whether a branch's head can be deployed"),
)
