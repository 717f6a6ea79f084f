"""The details of a verification as they are published, in the layout that the Pact world knows, and a little more."""

from collections.abc import Mapping

from troth_verifiers.api import Mismatch, Outcome, Result


def wire_result(result: Result) -> Mapping[str, object]:
    """One interaction's result as a JSON value: the known members first, then ours."""
    interaction = result.interaction
    return {
        "interactionId": interaction.id,
        "interactionDescription": interaction.description,
        "success": None if result.outcome is Outcome.SKIPPED else result.outcome is Outcome.PASSED,
        "mismatches": [_mismatch(mismatch) for mismatch in result.mismatches],
        "exceptions": [{"message": result.cause.text, "kind": result.cause.kind}] if result.cause else [],
        "interactionIndex": interaction.index,
        "interactionKey": interaction.key,
        "interactionProviderStates": [state.name for state in interaction.states],
        "method": interaction.method,
        "path": interaction.path,
        "pending": interaction.pending,
        "outcome": result.outcome.value,
        "durationMs": round(result.duration * 1000),
    }


def _mismatch(mismatch: Mismatch) -> Mapping[str, object]:
    attribute = "body" if mismatch.kind == "body-content-type" else mismatch.kind
    identifier = mismatch.place or ("$" if attribute == "body" else "")
    return {
        "attribute": attribute,
        **({"identifier": identifier} if identifier else {}),
        "description": mismatch.text,
        "expected": mismatch.expected,
        "actual": mismatch.actual,
    }
