"""Where formats meet: what a consumer expects against what a provider publishes, one module for each pair.

``judge(consumer, provider)`` answers for any two contracts. A pair that nothing compares is ``not-covered``, which is
never a pass.
"""

from troth_schemas.pairs.judging import judge, judge_all
from troth_schemas.pairs.table import Pair, checker_of, comparable, compared, find, known

__all__ = ["Pair", "checker_of", "comparable", "compared", "find", "judge", "judge_all", "known"]
