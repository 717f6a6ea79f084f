"""The composition root: settings in, a running broker out."""

from troth_broker.app.build import build
from troth_broker.app.serve import CannotListen, serve

__all__ = ["CannotListen", "build", "serve"]
