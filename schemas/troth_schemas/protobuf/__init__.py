"""Protobuf and gRPC: .proto files and descriptor sets, compared by what they put on the wire."""
