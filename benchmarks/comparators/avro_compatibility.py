"""Whether a reader's schema reads what a writer's wrote, by Apache's own library; run in an environment that has it."""

import sys
from pathlib import Path

from avro.compatibility import ReaderWriterCompatibilityChecker
from avro.schema import parse

reader, writer = (parse(Path(name).read_text()) for name in sys.argv[1:3])
print(ReaderWriterCompatibilityChecker().get_compatibility(reader, writer).compatibility)
