"""The matrix as a page: the form that chooses versions, and the rows and the decision that they lead to."""

from dataclasses import dataclass
from urllib.parse import quote

from troth_broker.core.errors import InvalidQuestion
from troth_broker.core.matrix_query import read_question
from troth_broker.core.nested_query import split_pairs
from troth_broker.core.question import EVERYTHING, Question, Wanted
from troth_broker.pages.answers import AnswerShown, failing_results, grouped
from troth_broker.pages.engine import page
from troth_broker.pages.links import To
from troth_broker.pages.results import failures
from troth_broker.services import environments, home
from troth_broker.services import matrix as service
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HTML

_NAME = "q[][pacticipant]"
_FORM_ROWS = 2


@dataclass(frozen=True, slots=True)
class Field:
    """One selector as the form shows it."""

    name: str = ""
    wanted: Wanted = EVERYTHING


def matrix(call: Call) -> Reply:
    """The rows that a question reaches and the decision on them; the form alone, where nothing is asked."""
    sent = split_pairs(call.query_string)
    kept = _without_blanks(sent)
    if kept != sent:
        query = "&".join(f"{quote(name, safe='[]')}={quote(value, safe='')}" for name, value in kept)
        return Reply(303, None, headers={"Location": To.below(call.base).matrix() + (f"?{query}" if query else "")})
    if not any(name.startswith("q[") for name, _ in sent):
        return _page(call, "matrix.html", ())
    try:
        question = read_question(call.query_string)
        answer = service.ask(call.world, question)
    except InvalidQuestion as wrong:
        return _page(call, "matrix.html", (), faults=wrong.texts, status=400)
    shown = AnswerShown(answer, failures(call.world, failing_results(answer)))
    return _page(call, "matrix.html", _fields(question), question, answer=shown, groups=grouped(shown.barriers))


def _without_blanks(sent: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The parameters that say something: a selector without a name, and what belongs to it, says nothing."""
    kept, named = [], True
    for name, value in sent:
        if name == _NAME:
            named = bool(value.strip())
        if (value.strip() and (named or not name.startswith("q[]"))) or name.startswith("success"):
            kept.append((name, value))
    return kept


def _fields(question: Question) -> tuple[Field, ...]:
    return tuple(Field(one.application, one.wanted) for one in question.selectors)


def _page(
    call: Call,
    template: str,
    fields: tuple[Field, ...],
    question: Question | None = None,
    status: int = 200,
    **values: object,
) -> Reply:
    blank = (Field(),) * max(0, _FORM_ROWS - len(fields))
    return page(
        call,
        template,
        status,
        **{"answer": None, "faults": (), **({} if question else {"json_url": None}), **values},
        fields=(*fields, *blank),
        question=question,
        names=home.names(call.world),
        environments=environments.every(call.world),
    )


ROUTES = (Route(paths.MATRIX, {"GET": Action(matrix, "The matrix", (HTML,))}),)
