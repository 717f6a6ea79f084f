"""Runs protoc of grpcio-tools, alone in a process that may neither last nor grow: started by its path, never imported.

Arguments: the folder that grpcio-tools are in, the most seconds of work, the most bytes of memory. protoc's own come
through the standard input, one on a line.
"""

import resource
import sys


def main(site: str, seconds: str, memory: str) -> int:
    """protoc's exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.append(site)
    # The compiler alone: its public front loads what takes 20 ms.
    from grpc_tools import _protoc_compiler  # type: ignore[import-untyped]  # grpcio-tools ships no types

    status: int = _protoc_compiler.run_main([b"protoc", *sys.stdin.buffer.read().split(b"\n")])
    return status


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
