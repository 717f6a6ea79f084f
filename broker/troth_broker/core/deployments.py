"""What runs where: the rules of slots, and what a request may say about a deployment or release."""

from collections.abc import Mapping
from typing import Any

from troth_broker.core.errors import Invalid, NotAllowed
from troth_broker.core.names import fault_of_length
from troth_broker.core.texts import fault_of_text

NO_INSTANCE = ""


def slot_of(instance: str | None) -> str:
    """The place that a deployment takes in its environment: none and the empty name share one."""
    return instance or NO_INSTANCE


def read_instance(body: Mapping[str, Any]) -> str | None:
    """The application instance that a body names, by its name of today or by the older `target`. Raises Invalid."""
    for place in ("applicationInstance", "target"):
        fault = fault_of_text(body.get(place)) or fault_of_length(body.get(place) or "")
        if fault is not None:
            raise Invalid.at(place, fault)
    instance: str | None = body.get("applicationInstance")
    return body.get("target") if instance is None else instance


def ends(body: Mapping[str, Any], member: str, how_to_begin: str) -> bool:
    """Whether a change says that a deployment or release is over; a body that says nothing of it changes nothing.

    Nothing begins by a change: that is refused with NotAllowed.
    """
    said = body.get(member)
    if said is True:
        raise NotAllowed(member, f"cannot be set to true by a change; {how_to_begin}")
    return said is False
