"""The libraries of the extra, looked for when this is loaded: without them the sentence says what to install."""

import os

from troth_verifiers.extras import need

need("gRPC", "grpc", "google.protobuf", "grpc", "grpc_reflection", "google.rpc")

os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # what goes wrong stands in results; the library would say it on stderr
