"""The composition root: settings in, a running broker out."""

from troth_broker.app.build import build

__all__ = ["build"]
