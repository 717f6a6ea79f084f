"""A consumer's own copy of an API, or of the part that it uses, against what the provider publishes."""

from troth_schemas.openapi.format import RULES
from troth_schemas.openapi.model import Api
from troth_schemas.openapi.uses import uses
from troth_schemas.openapi.walk import compare_copy
from troth_schemas.options import Options
from troth_schemas.pairs.table import Pair
from troth_schemas.report import Report


def judge(consumer: Api, provider: Api, options: Options) -> Report:
    """What the provider breaks for the consumer; operations that the consumer's copy does not have do not count."""
    return compare_copy(provider, consumer, options)


PAIR = Pair(consumer="openapi", provider="openapi", judge=judge, uses=uses, rules=RULES)
