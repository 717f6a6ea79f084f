"""How a contract is written, for all who read it."""

import re

PARTIES = re.compile(r"(?P<consumer>.+) relies on (?P<provider>.+)")
PROMISE = re.compile(r"(?P<method>[A-Z]+) (?P<path>/\S*) -> (?P<status>\d{3})(?: given (?P<state>.+))?")
