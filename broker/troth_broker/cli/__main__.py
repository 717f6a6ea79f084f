"""`python -m troth_broker.cli`, the same as `troth`."""

import sys

from troth_broker.cli.program import main

sys.exit(main())
