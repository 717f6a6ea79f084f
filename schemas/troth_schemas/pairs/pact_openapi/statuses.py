"""Which of the described answers is meant by the status that a consumer expects."""

from troth_schemas.openapi import Operation, Response
from troth_schemas.pact.matchers import RuleList, statuses


def answer(operation: Operation, status: int, rules: RuleList | None) -> Response | None:
    """The described answer: of the example's status, or of any that the rule takes as well."""
    found = operation.response(status)
    if (found is not None and found.status != "default") or rules is None:
        return found
    taken = {one for matcher in rules.matchers for one in statuses(matcher)}
    exact = (one for one in operation.responses if one.status.isdecimal() and int(one.status) in taken)
    ranges = (one for one in operation.responses if one.status.endswith("XX") and _touches(one.status, taken))
    return next(exact, None) or next(ranges, None) or found


def _touches(range_: str, taken: set[int]) -> bool:
    return any(str(one)[0] == range_[0] for one in taken)
