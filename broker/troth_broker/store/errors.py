"""What can go wrong with a store.

StoreError
├── StoreUnavailable    the database cannot be reached or opened
│   └── StoreFull       there is no room for what should be kept
├── StoreTooNew         a newer Troth has migrated it
├── StoreTooOld         it must be migrated first, and may not be on its own
├── StoreReadOnly       it is a snapshot, which nothing is written to
├── BadFile             (also a ValueError) a file that was named cannot be read or written as asked
├── NotAStore           the database belongs to another program
└── BadDatabaseUrl      (also a ValueError) the address names no database that we know
"""


class StoreError(Exception):
    """Anything that keeps the store from answering."""


class StoreUnavailable(StoreError):
    """The database cannot be reached or opened."""


class StoreFull(StoreUnavailable):
    """The database's disk has no room for what should be kept; reading goes on."""


class StoreTooNew(StoreError):
    """The store was migrated by a newer Troth than this one."""


class StoreTooOld(StoreError):
    """The store stands at an older revision, and the settings say that it is not migrated at start."""


class StoreReadOnly(StoreError):
    """The store is a snapshot, which nothing is written to."""


class BadFile(StoreError, ValueError):
    """A file that was named cannot be read or written as asked."""


class NotAStore(StoreError):
    """The database holds the tables of another program, and none of Troth's."""


class BadDatabaseUrl(StoreError, ValueError):
    """The address names no database that we know."""
