"""What a base installation can do: replay pacts and serve them, with no optional extra there."""

import subprocess
import sys

EXTRAS = "aio_pika aiokafka aiomqtt fastavro graphql grpc grpc_tools jsonschema jsonschema_rs nats openapi_core yaml"


def test_pacts_are_replayed_and_served_without_any_extra() -> None:
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({EXTRAS.split()}))\n"
        "import troth_broker.cli.stub, troth_broker.cli.verify\n"
        "from troth_verifiers.pact import PactVerifier; PactVerifier()"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
