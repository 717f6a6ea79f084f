"""A stand-in for a build server: it prints every call that it gets, and says that a build has begun."""

import argparse
from http.server import BaseHTTPRequestHandler, HTTPServer


class Calls(BaseHTTPRequestHandler):
    """Prints what was asked for, by whom, and under which name; another call under the same name is a repetition."""

    def do_POST(self) -> None:
        """Begin a build, if it were one."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        print(self.command, self.path, body, flush=True)
        print("  with", self.headers.get("Authorization"), flush=True)
        print(
            "  delivery", self.headers.get("Troth-Delivery"), "attempt", self.headers.get("Troth-Attempt"), flush=True
        )
        self.send_response_only(202)
        self.end_headers()
        self.wfile.write(b"the build has begun")

    def log_message(self, *_: object) -> None:
        """Say nothing else."""


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, default=7070)
    HTTPServer(("127.0.0.1", arguments.parse_args().port), Calls).serve_forever()
