"""The command line: `troth …`. Starting it imports click and nothing heavier; each command brings its own."""

from troth_broker.cli.program import main

__all__ = ["main"]
