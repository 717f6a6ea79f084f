"""Without the libraries of its extra a verifier says in one sentence what to install."""

import subprocess
import sys

import pytest

WITHOUT = """
import sys

class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "HIDDEN":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "HIDDEN" else real(name, package)
sys.meta_path.insert(0, Hide())
from troth_verifiers import VerifierError, plugins
try:
    plugins.verifier("FORMAT")
except VerifierError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("contract_format", "library", "called"),
    [
        ("graphql", "graphql", "GraphQL"),
        ("graphql", "websockets", "GraphQL"),
        ("grpc", "grpc", "gRPC"),
        ("openapi", "openapi_core", "OpenAPI"),
    ],
)
def test_what_is_missing_is_named_with_the_command_that_brings_it(
    contract_format: str, library: str, called: str
) -> None:
    program = WITHOUT.replace("HIDDEN", library).replace("FORMAT", contract_format)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip().endswith(
        f" does not load: {called} needs the library {library}: pip install 'troth[{contract_format}]'."
    )
