"""Badges over HTTP."""

from troth_broker.web.frame import Route

ROUTES: tuple[Route, ...] = ()
