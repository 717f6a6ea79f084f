"""The stock service: Reserve over gRPC, from its .proto without generated code."""

import argparse
from concurrent import futures
from itertools import count
from pathlib import Path
from typing import Any

import grpc

HERE = Path(__file__).parent


def server(port: int) -> tuple[grpc.Server, int]:
    """A server that is not started yet, and its port."""
    protos, services = grpc.protos_and_services("stock.proto")
    numbers = count(1)

    class Stock(services.StockServicer):  # type: ignore[misc, name-defined]
        def Reserve(self, request: Any, _: grpc.ServicerContext) -> Any:  # noqa: N802 - what the .proto calls it
            return protos.Reserved(id=f"r-{next(numbers)}", left=100 - request.count)

    made = grpc.server(futures.ThreadPoolExecutor(4))
    services.add_StockServicer_to_server(Stock(), made)
    return made, made.add_insecure_port(f"127.0.0.1:{port}")


def main() -> None:
    """Listen until told to end; the first line says where."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    made, port = server(parser.parse_args().port)
    made.start()
    print(f"stock listens at 127.0.0.1:{port}", flush=True)
    made.wait_for_termination()


if __name__ == "__main__":
    main()
