"""An OpenAPI description from a file, for the commands that hold a running provider against it."""

from posixpath import dirname, relpath

from troth_broker.cli.contract_files import Given, read_contract
from troth_broker.cli.stop import Stop, bad_input
from troth_verifiers import Contract, PluginError, VerifierError

try:
    from troth_verifiers.openapi import Against
    from troth_verifiers.openapi import against as made_against
except PluginError as missing:  # an extra that is not installed
    raise bad_input(missing.text) from missing


def contract_of(given: Given, provider: str | None) -> Contract:
    """A description that was read, with its further documents, as verifiers take it."""
    sources = given.contract.sources
    folder = dirname(sources.root) or "."
    return Contract(
        consumer="",
        provider=provider or "",
        content=sources.text,
        name=sources.root,
        format="openapi",
        origin=given.label,
        files={relpath(name, folder): content for name, content in sources.files.items() if name != sources.root},
    )


def against(file: str, *, url: str | None, warn: bool) -> Against:
    """What holds messages against the description in a file; ends the command where it cannot be read."""
    try:
        return made_against(contract_of(read_contract(file, wanted="openapi"), None), url=url, warn=warn)
    except VerifierError as error:
        raise Stop(error.text, error.exit_code) from error
