"""gRPC for stubs: calls of all four kinds, answered from expectations and pacts, or made up from descriptors."""

import troth_verifiers.grpc.needed  # noqa: F401 - says what to install before anything fails for the lack of it
from troth_verifiers.stub.grpc.book import GrpcBook
from troth_verifiers.stub.grpc.reading import expected_pages, pact_pages, sample_pages
from troth_verifiers.stub.grpc.serving import GrpcServer

__all__ = ["GrpcBook", "GrpcServer", "expected_pages", "pact_pages", "sample_pages"]
