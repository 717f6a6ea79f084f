"""The matrix and the gate: which versions work together, and whether one may be deployed (pact_broker_api 6)."""

from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.matrix_query import read_ignore, read_pair_question, read_question
from troth_broker.http.matrix_view import matrix_document, matrix_text
from troth_broker.services import matrix as service
from troth_broker.services.matrix import Answer
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HAL, TEXT

_OFFERS = (HAL, TEXT)
_QUESTION = ("q", "latestby", "success", "latest", "tag", "branch", "environment", "mainBranch", "ignore", "limit")


def _reply(call: Call, answer: Answer) -> Reply:
    if call.media == TEXT:
        return Reply(200, matrix_text(answer), TEXT)
    return Reply(200, matrix_document(answer, call.base))


def matrix(call: Call) -> Reply:
    """The rows that a question reaches, and the decision on them."""
    return _reply(call, service.ask(call.world, read_question(call.query_string)))


def matrix_of_pair(call: Call) -> Reply:
    """The rows between two applications."""
    question = read_pair_question(call.query_string, call.params["consumer"], call.params["provider"])
    return _reply(call, service.all_between(call.world, question))


def can_i_deploy(call: Call) -> Reply:
    """Whether a version may go to an environment, or beside the latest versions with a tag."""
    given = {name: call.parameter(name) for name in ("pacticipant", "version", "to", "environment")}
    faults = [Fault(name, f"{name} is missing", missing=True) for name in ("pacticipant", "version") if not given[name]]
    if bool(given["to"]) == bool(given["environment"]):
        faults.append(
            Fault("", "Say where to deploy to: either with environment or with to (a tag), and with one of them")
        )
    application, version = given["pacticipant"] or "", given["version"] or ""
    if faults:
        if application:
            faults = [*service.fault_of_application(call.world, application), *faults]
        raise Invalid(faults)
    answer = service.can_i_deploy(
        call.world,
        application,
        version,
        tag=given["to"],
        environment=given["environment"],
        ignored=read_ignore(call.query_string),
    )
    return _reply(call, answer)


def can_i_deploy_to_tag(call: Call) -> Reply:
    """Whether the latest version with a tag works with the latest versions with another tag."""
    params = call.params
    return _reply(call, service.latest_tagged_to_tag(call.world, params["pacticipant"], params["tag"], params["to"]))


def can_i_deploy_to_environment(call: Call) -> Reply:
    """Whether the head of a branch may go to an environment."""
    params = call.params
    return _reply(
        call,
        service.branch_head_to_environment(call.world, params["pacticipant"], params["branch"], params["environment"]),
    )


_ANSWER = {200: "The decision and its rows", 400: "The question cannot be asked"}
_FOUND = {200: "The decision and its rows", 404: "Something that the path names does not exist"}

ROUTES = (
    Route(paths.MATRIX, {"GET": Action(matrix, "The matrix", _OFFERS, query=_QUESTION, answers=_ANSWER)}),
    Route(
        paths.PAIR_MATRIX,
        {
            "GET": Action(
                matrix_of_pair, "The matrix of two", _OFFERS, query=("latestby", "success", "limit"), answers=_FOUND
            )
        },
    ),
    Route(
        paths.CAN_I_DEPLOY,
        {
            "GET": Action(
                can_i_deploy,
                "Whether a version can be deployed",
                _OFFERS,
                query=("pacticipant", "version", "to", "environment", "ignore"),
                answers=_ANSWER,
            )
        },
    ),
    Route(
        paths.CAN_I_DEPLOY_TO_TAG,
        {"GET": Action(can_i_deploy_to_tag, "Whether a tag's latest version can be deployed", _OFFERS, answers=_FOUND)},
    ),
    Route(
        paths.CAN_I_DEPLOY_TO_ENVIRONMENT,
        {
            "GET": Action(
                can_i_deploy_to_environment, "Whether a branch's head can be deployed", _OFFERS, answers=_FOUND
            )
        },
    ),
)
