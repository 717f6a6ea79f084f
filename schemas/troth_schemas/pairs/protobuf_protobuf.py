"""A consumer's own copy of .proto files against its provider's: a gRPC client and its server, or messages alone.

Only what the consumer's methods reach is judged: requests as the provider reads them, answers as the consumer does. A
consumer without services reads messages: each that the provider has under the same name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from troth_schemas.finding import Finding, Found
from troth_schemas.options import Options
from troth_schemas.pairs.table import Pair
from troth_schemas.protobuf.calls import Flow, Reached, answers, flows_of, method_findings, requests, used
from troth_schemas.protobuf.compare import RULES, not_covered
from troth_schemas.protobuf.elements import Message, Named, Service
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.pair import Sides
from troth_schemas.protobuf.rules.services import method_gone, service_gone
from troth_schemas.report import Report, make_report
from troth_schemas.rule import rule


@rule(
    "protobuf/provider-not-covered",
    severity="not-covered",
    mirror="asked of the consumer only: what the provider has besides does not matter",
)
def provider_not_covered(about: tuple[Named, str]) -> Iterator[Found]:
    """The provider's files say nothing of a service or message that the consumer has.

    Why it matters: whether the provider serves it cannot be told from these files.
    Instead: publish the files that define it, too.
    """
    one, why = about
    message = f"The provider's files say nothing of {one.full_name}: {why}."
    yield Found(message, (one.full_name,), reader=one.place, interaction=one.full_name)


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a consumer and a provider share: what flows, what is wrong at once, and the interactions by their names."""

    flows: tuple[Flow, ...]
    findings: tuple[Finding, ...]
    judged: tuple[str, ...]
    unjudged: tuple[str, ...]


def meet(consumer: Schema, provider: Schema, options: Options) -> Meeting:
    """Bring a consumer's methods (or messages) together with the provider's."""
    there = requests(consumer, provider, options.category)
    back = answers(consumer, provider, options.category)
    services = [one for one in consumer.services.values() if consumer.own(one)]
    if services:
        return _united(_service(one, provider, there, back) for one in services)
    nested = consumer.messages.keys()
    messages = [
        one for name, one in consumer.messages.items() if consumer.own(one) and name.rpartition(".")[0] not in nested
    ]
    return _united(_message(one, provider, back) for one in messages)


def _service(service: Service, provider: Schema, there: Sides, back: Sides) -> Meeting:
    theirs = provider.services.get(service.full_name)
    mine = service.methods()
    names = tuple(one.full_name for one in mine.values())
    silence = provider.silence(service.package)
    if theirs is None and silence:
        names = names or (service.full_name,)
        gaps = (replace(one, interaction=names[0], where=names) for one in provider_not_covered((service, silence)))
        return Meeting((), tuple(gaps), (), names)
    if theirs is None:
        return Meeting((), (service_gone(service, there),), names or (service.full_name,), ())
    known = theirs.methods()
    flows: list[Flow] = []
    findings: list[Finding] = []
    for name, method in mine.items():
        if name in known:
            flows += flows_of(known[name], method, there, back, method.full_name)
            findings += method_findings(method, known[name], there)
        else:
            findings.append(method_gone(method, theirs, there))
    return Meeting(tuple(flows), tuple(findings), names, ())


def _message(message: Message, provider: Schema, back: Sides) -> Meeting:
    name = message.full_name
    if name not in provider.messages:
        silence = provider.silence(message.package) or f"the package {message.package} has no such message"
        return Meeting((), tuple(provider_not_covered((message, silence))), (), (name,))
    return Meeting((Flow(back, (name, name), name),), (), (name,), ())


def _united(meetings: Iterator[Meeting]) -> Meeting:
    listed = tuple(meetings)
    return Meeting(
        tuple(flow for one in listed for flow in one.flows),
        tuple(found for one in listed for found in one.findings),
        tuple(name for one in listed for name in one.judged),
        tuple(name for one in listed for name in one.unjudged),
    )


def judge(consumer: Schema, provider: Schema, options: Options) -> Report:
    """Whether the provider serves what the consumer calls and reads."""
    met = meet(consumer, provider, options)
    findings = [*met.findings, *Reached(met.flows).findings(), *not_covered(consumer, provider)]
    return make_report(findings, len(met.judged), met.judged, met.unjudged)


def uses(consumer: Schema, provider: Schema) -> frozenset[str]:
    """The provider's services, methods, messages, fields and enum values that the consumer reaches."""
    met = meet(consumer, provider, Options())
    found = {name for name in met.judged if "/" in name}
    found |= {name.partition("/")[0] for name in found}
    for sides, both in Reached(met.flows).types():
        found.update(used(sides, both))
    return frozenset(found)


PAIR = Pair("protobuf", "protobuf", judge, uses, (*RULES, provider_not_covered))

COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("services and methods that the consumer has", "judged"),
    ("client and server streaming", "judged"),
    ("requests, as the provider reads them", "judged"),
    ("responses, as the consumer reads them", "judged"),
    ("fields, enums, maps and oneofs that the consumer's methods reach", "judged"),
    ("types of other names, by their structure", "judged"),
    ("messages of a consumer without services", "judged"),
    ("services and messages of a package that the provider's files do not have",
     "not-covered: another document of the provider's may define them"),
)  # fmt: skip
"""What of a consumer's own protos is compared with the provider's, in the words of the catalogue."""
