"""The fixtures of a run that replays contracts; a project overrides `troth_app` and `troth_target`."""

from importlib import import_module
from typing import Any

import pytest

from troth_verifiers.api import Target
from troth_verifiers.errors import TargetIncomplete
from troth_verifiers.events.opening import broker_of
from troth_verifiers.pytest_plugin.providing import Served
from troth_verifiers.pytest_plugin.readying import Prepared, prepare


def _run(request: pytest.FixtureRequest) -> Any:
    return request.config.pluginmanager.get_plugin("troth-run")


@pytest.fixture(scope="session")
def troth_app(request: pytest.FixtureRequest) -> object:
    """The provider: an ASGI or WSGI application, a gRPC server, what makes one, a URL, or several by protocol.

    Override it in a conftest.py; without that it is what the settings say.
    """
    settings = _run(request).settings
    return _loaded(settings.app) if settings.app and not settings.url else settings.url


@pytest.fixture
def troth_target(request: pytest.FixtureRequest, troth_app: object) -> Target:
    """The provider's addresses and how to speak to it; override it to change headers or to filter requests."""
    run = _run(request)
    settings = run.settings
    target = Target(
        url=settings.url,
        headers=settings.headers,
        timeout=settings.timeout,
        insecure=settings.insecure,
        ca_file=settings.ca_file,
        client_cert=settings.client_cert,
        client_key=settings.client_key,
        engine=settings.engine,
        others=settings.urls,
    )
    made: Target = run.provider.at(troth_app, target)
    return made


@pytest.fixture
def _troth_target(request: pytest.FixtureRequest, troth_target: object) -> tuple[Target, Served]:
    __tracebackhide__ = True
    if not isinstance(troth_target, Target):
        raise TargetIncomplete(
            f"troth_target gave {type(troth_target).__name__}; it should give a Target, such as the one that it takes "
            "as troth_target, changed by dataclasses.replace."
        )
    return troth_target, _run(request).provider.served


@pytest.fixture
def _troth_prepared(request: pytest.FixtureRequest, _troth_target: tuple[Target, Served]) -> Prepared:
    __tracebackhide__ = True
    _, interaction, _ = request.node.case
    run = _run(request)
    later = interaction.kind == "message" and broker_of(_troth_target[0]) is not None
    return prepare(request, interaction, run.hand, elsewhere=run.settings.state_url is not None, later=later)


def _loaded(name: str) -> object:
    """What stands under ``module:name``."""
    module, colon, attribute = name.partition(":")
    if not colon:
        raise TargetIncomplete(f"app = {name!r} names no application; write it like 'orders.main:app'.")
    try:
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        hint = "is the folder that holds it in PYTHONPATH, or in pytest's setting pythonpath?"
        raise TargetIncomplete(f"app = {name!r} cannot be loaded: {error}; {hint}") from None
    except AttributeError as error:
        raise TargetIncomplete(f"app = {name!r} cannot be loaded: {error}.") from error
