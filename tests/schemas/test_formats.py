"""One table names the formats, and a format is loaded when it is asked for."""

import subprocess
import sys

import pytest

from troth_schemas import formats
from troth_schemas.errors import ContractUnreadable, FormatUnknown
from troth_schemas.formats import Sources


def test_every_format_in_the_table_loads_and_carries_its_name() -> None:
    assert "pact" in formats.names()
    for name in formats.names():
        assert formats.find(name).name == name


def test_an_unknown_format_is_told_with_the_known_ones() -> None:
    with pytest.raises(FormatUnknown, match=r"called 'wsdl'.*pact") as caught:
        formats.find("wsdl")
    assert isinstance(caught.value, LookupError)
    assert caught.value.known == formats.names()


def test_the_table_alone_loads_no_format() -> None:
    code = "import sys, troth_schemas.formats; print(any('troth_schemas.pact' in name for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_pact_is_loaded_with_its_problems_and_digested() -> None:
    pact = formats.find("pact")
    loaded = pact.load(Sources("shop.json", {"shop.json": b'{"interactions": [1]}'}))
    assert loaded.document.value == {"interactions": [1]}
    assert "/interactions/0" in [problem.pointer for problem in loaded.problems]
    other = pact.load(Sources("shop.json", {"shop.json": b'{"messages": null, "interactions": [1]}'}))
    assert pact.digest(loaded.document) == pact.digest(other.document)
    assert b"interactions" in pact.canonical(loaded.document)


def test_a_pact_that_cannot_be_read_names_its_file() -> None:
    with pytest.raises(ContractUnreadable, match=r"^The pact shop\.json is not JSON"):
        formats.find("pact").load(Sources("shop.json", {"shop.json": b"{"}))
