"""The libraries of the extra, looked for when this is loaded: without them the sentence says what to install."""

import os
from importlib.util import find_spec

from troth_schemas.errors import ExtraMissing
from troth_verifiers.errors import PluginError

libraries = ("google.protobuf", "grpc", "grpc_reflection", "google.rpc")


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even its package
        return False


for _module in libraries:
    if not _is_there(_module):
        raise PluginError(f"{ExtraMissing('gRPC', 'grpc', _module)}.")

os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # what goes wrong stands in results; the library would say it on stderr
