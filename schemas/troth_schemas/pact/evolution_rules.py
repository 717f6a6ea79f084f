"""What a consumer's new pact asks of a provider that keeps the old one.

Compatible means: every provider that satisfies the writer (the old pact, for BACKWARD) satisfies the reader (the new
one) as well, so nothing has to be verified anew. Requests may only ask what was asked before, and expectations may only
become weaker.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from troth_schemas.finding import Found
from troth_schemas.rule import Rule, rule

if TYPE_CHECKING:
    from troth_schemas.pact.evolution_step import Step

_SAME = "it is the same in both directions"


@rule("pact/interaction-added", severity="breaking", mirror="pact/interaction-removed")
def interaction_added(step: "Step") -> Iterator[Found]:
    """The reader has an interaction that the writer does not have.

    Why it breaks: a provider that satisfies the writer was never asked this.
    Instead: let the provider verify the new pact, or work with a branch until it has.
    """
    if step.is_added:
        yield step.found(f"{step.title!r} was not asked before.")


@rule("pact/interaction-removed", severity="safe", mirror="pact/interaction-added")
def interaction_removed(step: "Step") -> Iterator[Found]:
    """The writer has an interaction that the reader no longer has.

    Why it matters: the provider may drop what it did for this alone.
    Instead: nothing needs to be done.
    """
    if step.is_removed:
        yield step.found(f"{step.title!r} is no longer asked.")


@rule("pact/interaction-renamed", severity="safe", mirror=_SAME)
def interaction_renamed(step: "Step") -> Iterator[Found]:
    """An interaction has another description, and everything else of it is as it was.

    Why it matters: results that name the interaction by its description are about another one now.
    Instead: nothing needs to be done; give interactions a key (V4) where their names change often.
    """
    if step.is_renamed and step.same_states:
        yield step.found(f"{step.title!r} was called {step.old_title!r}.")


@rule("pact/provider-states-changed", severity="risky", mirror=_SAME)
def provider_states_changed(step: "Step") -> Iterator[Found]:
    """An interaction starts from other provider states, or from the same with other parameters.

    Why it matters: the provider may not know how to bring about the new state.
    Instead: tell the provider's team of it, or keep to a state that it knows.
    """
    if step.is_kept and not step.same_states:
        yield step.found(f"{step.title!r} now needs {step.states}.", at="/providerStates")


@rule("pact/request-changed", severity="breaking", mirror="pact/response-header-changed")
def request_changed(step: "Step") -> Iterator[Found]:
    """A request has another method, path, query or header, or a rule that lets more of them come.

    Why it breaks: a provider that satisfies the writer was asked something else.
    Instead: let the provider verify the new pact.
    """
    for told in step.asked_otherwise:
        yield step.found(f"{step.title!r} {told.sentence}.", told.name, at=told.pointer)


@rule("pact/request-body-changed", severity="breaking", mirror="pact/response-body-narrowed")
def request_body_changed(step: "Step") -> Iterator[Found]:
    """A body is sent that the writer would not have sent.

    Why it breaks: a provider that satisfies the writer may refuse it.
    Instead: let the provider verify the new pact.
    """
    for told in step.sent_otherwise:
        yield step.found(f"{step.title!r} {told.sentence}.", told.name, at=told.pointer)


@rule("pact/response-status-changed", severity="breaking", mirror=_SAME)
def response_status_changed(step: "Step") -> Iterator[Found]:
    """Another status is expected.

    Why it breaks: a provider that satisfies the writer answers with the status that was expected before.
    Instead: let the provider change its answer first, and verify the new pact.
    """
    for told in step.status_otherwise:
        yield step.found(f"{step.title!r} {told.sentence}.", at=told.pointer)


@rule("pact/response-header-changed", severity="breaking", mirror="pact/request-changed")
def response_header_changed(step: "Step") -> Iterator[Found]:
    """A header (of a message: a part of its metadata) is expected that was not, or with fewer values.

    Why it breaks: a provider that satisfies the writer may not send it.
    Instead: let the provider send it first, and verify the new pact.
    """
    for told in step.headers_otherwise:
        yield step.found(f"{step.title!r} {told.sentence}.", told.name, at=told.pointer)


@rule("pact/response-body-narrowed", severity="breaking", mirror="pact/response-body-widened")
def response_body_narrowed(step: "Step") -> Iterator[Found]:
    """More is expected of an answer or a message than before: another member, another type, fewer values.

    Why it breaks: a provider that satisfies the writer may send what the consumer no longer takes.
    Instead: let the provider verify the new pact.
    """
    for told in step.expected_more:
        yield step.found(f"{step.title!r} {told.sentence}.", told.name, at=told.pointer, witness=told.witness)


@rule("pact/response-body-widened", severity="safe", mirror="pact/response-body-narrowed")
def response_body_widened(step: "Step") -> Iterator[Found]:
    """Less is expected of an answer or a message than before, and nothing more.

    Why it matters: the provider may drop what nobody expects any more.
    Instead: nothing needs to be done.
    """
    for told in step.expected_less:
        yield step.found(f"{step.title!r} {told.sentence}.", told.name, at=told.pointer)


@rule("pact/contents-not-covered", severity="not-covered", mirror=_SAME)
def contents_not_covered(step: "Step") -> Iterator[Found]:
    """Contents have changed, and what they or their rules mean is not understood.

    Why it matters: whether the old promise covers the new expectation is not known.
    Instead: let the provider verify the new pact.
    """
    for told in step.not_understood:
        yield step.found(f"{step.title!r} {told.sentence}.", told.name, at=told.pointer)


RULES: tuple[Rule, ...] = (
    interaction_added,
    interaction_removed,
    interaction_renamed,
    provider_states_changed,
    request_changed,
    request_body_changed,
    response_status_changed,
    response_header_changed,
    response_body_narrowed,
    response_body_widened,
    contents_not_covered,
)
