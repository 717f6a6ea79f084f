"""What this package raises when it is given something it cannot use.

    SchemasError
    ├── ContractUnreadable (also a ValueError)    the bytes are not the JSON that they should be
    └── FormatUnknown      (also a LookupError)   no format of contract goes by that name

Findings about a document that can be read (a missing member, a merge that conflicts) are values, not exceptions.
"""


class SchemasError(Exception):
    """The base of every error that troth_schemas raises on purpose."""


class ContractUnreadable(SchemasError, ValueError):
    """Bytes that are not acceptable JSON: which thing, what is wrong with it, where, and the likely fix.

    ``what`` names the thing ("the contract"), ``reason`` says what is wrong, ``place`` is a text such as
    "line 3, column 5", ``fix`` the likely remedy, and ``index`` the zero-based character at fault.
    """

    def __init__(self, what: str, reason: str, *, index: int, place: str, fix: str) -> None:
        self.what = what
        self.reason = reason
        self.index = index
        self.place = place
        self.fix = fix
        super().__init__(f"{what[:1].upper()}{what[1:]} {reason} at {place}. {fix}")

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way back from a child process, which exceptions with keyword arguments do not by themselves."""
        return _revive, (self.what, self.reason, self.index, self.place, self.fix)


class FormatUnknown(SchemasError, LookupError):
    """A name that no registered format of contract goes by."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name = name
        self.known = known
        super().__init__(f"No contract format is called {name!r}. Known formats: {', '.join(known)}.")


def _revive(what: str, reason: str, index: int, place: str, fix: str) -> ContractUnreadable:
    return ContractUnreadable(what, reason, index=index, place=place, fix=fix)
