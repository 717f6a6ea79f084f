"""gRPC: calls of all four kinds, replayed on a live server from descriptors, without generated code."""

from troth_verifiers.grpc.needed import libraries
from troth_verifiers.grpc.verifier import GrpcVerifier

__all__ = ["GrpcVerifier", "libraries"]
