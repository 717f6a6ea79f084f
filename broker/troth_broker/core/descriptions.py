"""In words: why a pact was selected, short for a list of tests and long for a notice."""

from collections.abc import Iterable

from troth_broker.core.selection import Reason, Why


def short_description(reasons: Iterable[Reason]) -> str:
    """A label for each reason, once, such as `latest from branch feat, deployed to production`."""
    return ", ".join(dict.fromkeys(map(short, reasons)))


def short(reason: Reason) -> str:
    """One reason as a label."""
    match reason.why:
        case Why.LATEST:
            words = "latest"
        case Why.LATEST_TAG:
            words = f"latest with tag {reason.name}"
        case Why.TAG:
            words = f"one of {reason.name}"
        case Why.BRANCH:
            words = f"latest from branch {reason.name}"
        case Why.MAIN_BRANCH:
            words = "latest from main branch"
        case Why.MATCHING_BRANCH:
            words = f"latest from matching branch {reason.name}"
        case Why.DEPLOYED:
            words = f"deployed to {reason.name}"
        case Why.RELEASED:
            words = f"released in {reason.name}"
    return words + _fallback(reason)


def long(reason: Reason, consumer: str, what: str = "pact") -> str:
    """One reason as a phrase that names the version it found; `what` is what people call the contract."""
    match reason.why:
        case Why.LATEST:
            words = f"the latest version of {consumer} with a {what}"
        case Why.LATEST_TAG:
            words = f'the latest version of {consumer} with tag "{reason.name}"'
        case Why.TAG:
            words = f'a version of {consumer} with tag "{reason.name}"'
        case Why.BRANCH:
            words = f'the latest version of {consumer} from branch "{reason.name}"'
        case Why.MAIN_BRANCH:
            words = f'the latest version of {consumer} from its main branch "{reason.name}"'
        case Why.MATCHING_BRANCH:
            words = f'the latest version of {consumer} from the matching branch "{reason.name}"'
        case Why.DEPLOYED:
            at = f" (instance {reason.instance})" if reason.instance else ""
            words = f"a version of {consumer} that is deployed to {reason.name}{at}"
        case Why.RELEASED:
            words = f"a version of {consumer} that is released and supported in {reason.name}"
    return f"{words}{_fallback(reason)}: {reason.version}"


def _fallback(reason: Reason) -> str:
    return f" (fallback for {reason.fallback_for})" if reason.fallback_for is not None else ""
