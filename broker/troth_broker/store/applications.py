"""Applications (pacticipants on the wire) and which of them are integrated."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import NoResultFound

from troth_broker.store.tables import application, integration, main_branch_set
from troth_broker.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Application:
    """One application as it is recorded."""

    id: int
    name: str
    display_name: str | None
    main_branch: str | None
    repository_url: str | None
    repository_name: str | None
    repository_namespace: str | None
    created_at: int
    updated_at: int


COLUMNS = tuple(application.c[name] for name in Application.__dataclass_fields__)

_BY_NAME = select(*COLUMNS).where(application.c.name == bindparam("name"))
_ID_BY_NAME = select(application.c.id).where(application.c.name == bindparam("name"))
_NEW = insert_new(application, "name")
_SET_MAIN_BRANCH = (
    update(application)
    .where(application.c.id == bindparam("key"))
    .values(main_branch=bindparam("branch"), updated_at=bindparam("now"))
)
_FIRST_MAIN_BRANCH = _SET_MAIN_BRANCH.where(application.c.main_branch.is_(None))
_NEW_MAIN_BRANCH = insert(main_branch_set)
_ALL_NAMES = select(application.c.name)
_NEW_INTEGRATION = insert_new(integration, "consumer_id", "provider_id")
_TOUCH_INTEGRATION = (
    update(integration)
    .where(
        integration.c.consumer_id == bindparam("consumer"),
        integration.c.provider_id == bindparam("provider"),
        integration.c.contract_data_updated_at < bindparam("now"),
    )
    .values(contract_data_updated_at=bindparam("now"))
)


def find(db: Connection, name: str) -> Application | None:
    """The application of that name."""
    row = db.execute(_BY_NAME, {"name": name}).first()
    return Application(*row) if row else None


def id_of(db: Connection, name: str) -> int | None:
    """The id of the application of that name."""
    return db.execute(_ID_BY_NAME, {"name": name}).scalar()


def ensure(db: Connection, name: str, now: int) -> tuple[Application, bool]:
    """The application of that name, made if there is none; and whether it was made."""
    found = find(db, name)
    if found is not None:
        return found, False
    made = _NEW.run(db, {"name": name, "created_at": now, "updated_at": now}).scalar() is not None
    found = find(db, name)
    if found is None:
        raise NoResultFound(f"the application {name} was deleted while it was being recorded")
    return found, made


def all_names(db: Connection) -> tuple[str, ...]:
    """The names of all applications."""
    return tuple(db.execute(_ALL_NAMES).scalars())


def set_main_branch(
    db: Connection, application_id: int, branch: str | None, now: int, *, if_none: bool = False
) -> None:
    """Record which branch is an application's main branch; `if_none` lets one that is set meanwhile stay."""
    statement = _FIRST_MAIN_BRANCH if if_none else _SET_MAIN_BRANCH
    if db.execute(statement, {"key": application_id, "branch": branch, "now": now}).rowcount:
        fact = {"application_id": application_id, "branch": branch, "happened_at": now, "recorded_at": now}
        db.execute(_NEW_MAIN_BRANCH, fact)


def integrate(db: Connection, consumer_id: int, provider_id: int, now: int) -> None:
    """Record that a consumer has had a contract with a provider, and that the contract's data moved now."""
    touched = db.execute(_TOUCH_INTEGRATION, {"consumer": consumer_id, "provider": provider_id, "now": now})
    if touched.rowcount == 0:
        _NEW_INTEGRATION.run(
            db,
            {
                "consumer_id": consumer_id,
                "provider_id": provider_id,
                "created_at": now,
                "contract_data_updated_at": now,
            },
        )
