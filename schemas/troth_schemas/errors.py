"""What this package raises when it is given something it cannot use.

    SchemasError
    ├── ContractUnreadable (also a ValueError)    the bytes are not what they should be
    ├── FormatUnknown      (also a LookupError)   no format of contract goes by that name
    │   └── FormatBroken                          a plug-in brings it, and does not load
    │       └── PluginFailed                      a plug-in loads, and fails at what it is asked
    ├── FormatUndetected   (also a ValueError)    a document that does not show what it is
    ├── BrokenReference    (also a LookupError)   a reference between documents that leads nowhere
    ├── RuleUnknown        (also a LookupError)   no rule goes by that id or alias
    └── ExtraMissing       (also an ImportError)  the libraries that a format needs are not installed

Findings about a document that can be read (a missing member, a merge that conflicts) are values, not exceptions.
"""


class SchemasError(Exception):
    """The base of every error that troth_schemas raises on purpose."""


class ContractUnreadable(SchemasError, ValueError):
    """Bytes that cannot be read as what they should be: which thing, what is wrong with it, where, and the likely fix.

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


class FormatBroken(FormatUnknown):
    """A format that a plug-in brings, and that cannot be used."""

    def __init__(self, name: str, why: str) -> None:
        SchemasError.__init__(self, f"The contract format {name!r} cannot be used: {why}.")
        self.name = name
        self.known = ()
        self.why = why


class PluginFailed(FormatBroken):
    """A plug-in that cannot do what it is there for: what it is called, and how it failed."""

    def __init__(self, plugin: str, why: str) -> None:
        SchemasError.__init__(self, f"The {plugin} {why}.")
        self.name = plugin
        self.known = ()
        self.why = why


class FormatUndetected(SchemasError, ValueError):
    """A document that does not show which format it is."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self.why = why
        super().__init__(
            f"What {name} is cannot be told: {why}. Name its format (--help says how), or look whether the right file "
            "was given."
        )


class RuleUnknown(SchemasError, LookupError):
    """An id or alias that no rule goes by."""

    def __init__(self, name: str, similar: tuple[str, ...]) -> None:
        self.name = name
        hint = f" Did you mean {' or '.join(similar)}?" if similar else " `troth rules list` shows them all."
        super().__init__(f"No rule is called {name!r}.{hint}")


class BrokenReference(SchemasError, LookupError):
    """A reference in the document ``base`` that leads nowhere, or to a document that was not given."""

    def __init__(
        self, reference: str, base: str, *, missing_document: str | None = None, why: str | None = None
    ) -> None:
        self.reference = reference
        self.missing_document = missing_document
        reason = why or "there is nothing at that place"
        if missing_document is not None:
            reason = f"the document {missing_document} was not given"
            if "://" in missing_document:
                reason += " (nothing is read from the network)"
        super().__init__(f"the reference {reference!r} in {base} leads nowhere: {reason}")


class ExtraMissing(SchemasError, ImportError):
    """A format whose libraries are not installed: which extra of the distribution brings them."""

    def __init__(self, format_name: str, extra: str, module: str) -> None:
        self.format_name = format_name
        self.extra = extra
        super().__init__(f"{format_name} needs the library {module}: pip install 'troth[{extra}]'", name=module)


def _revive(what: str, reason: str, index: int, place: str, fix: str) -> ContractUnreadable:
    return ContractUnreadable(what, reason, index=index, place=place, fix=fix)
