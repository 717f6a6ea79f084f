"""gRPC: calls of all four kinds, replayed on a live server from descriptors, without generated code."""

import troth_verifiers.grpc.needed  # noqa: F401 - says what to install before anything fails for the lack of it
from troth_verifiers.grpc.verifier import GrpcVerifier

__all__ = ["GrpcVerifier"]
