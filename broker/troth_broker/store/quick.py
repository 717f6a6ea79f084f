"""Executing the store's prebuilt statements without preparing them anew each time.

SQLAlchemy derives a statement's cache key, its parameters and its result's shape at every execution, which costs more
than most of our statements themselves. Here all of that is kept from the first execution on. Whatever is not a plain
statement with one set of parameters goes the usual way, and so does everything while someone listens to statements.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import CompoundSelect, Connection, Delete, Dialect, Engine, Insert, Select, Update
from sqlalchemy.engine import CursorResult
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Processor = Callable[[Any], Any]
Key = tuple[Any, ...]

_KINDS = (Select, CompoundSelect, Insert, Update, Delete)
_MOST_PLANS: Final = 2_000


_NO_COLUMNS: Final = SimpleResultMetaData([])


class Rows(IteratorResult[Any]):
    """The rows of a statement, read to the end; `rowcount` as the driver tells it."""

    rowcount = -1


class Plan:
    """A statement in one database's words, with what turns parameters into the driver's and rows into ours."""

    __slots__ = ("_constants", "_encoders", "_order", "_statement", "_types", "shape", "sql")

    def __init__(self, statement: Any, sql: str, constants: dict[str, Any], encoders: Sequence[tuple[str, Processor]]):
        self.sql = sql
        self._statement = statement  # kept, so that its id is not given to another one
        self._constants = constants
        self._encoders = tuple(encoders)
        self._order: Callable[[Mapping[str, Any]], tuple[Any, ...]] | None = None
        self.shape: SimpleResultMetaData | None = None
        self._types: tuple[Any, ...] = ()

    @classmethod
    def of(cls, statement: Any, parameters: Mapping[str, Any], dialect: Dialect) -> "Plan | None":
        """The plan of a statement that is executed with parameters of these names; None if it needs the usual way."""
        if not isinstance(statement, _KINDS):
            return None
        compiled = statement.compile(dialect=dialect, column_keys=sorted(parameters))
        if not isinstance(compiled, SQLCompiler) or _is_special(compiled):
            return None
        names = {name: bound for bound, name in compiled.bind_names.items()}
        constants, encoders = {}, []
        for name, bound in names.items():
            encoder = bound.type.dialect_impl(dialect).bind_processor(dialect)
            if name in parameters:
                if encoder is not None:
                    encoders.append((name, encoder))
            elif bound.required or bound.key in parameters:
                return None
            else:
                constants[name] = bound.effective_value if encoder is None else encoder(bound.effective_value)
        plan = cls(statement, compiled.string, constants, encoders)
        if compiled.positional:
            plan._order = _in_order(compiled.positiontup or [])
        elif set(parameters) - set(names):
            return None
        plan._types = tuple(column.type for column in _columns(statement))
        return plan

    def arguments(self, parameters: Mapping[str, Any]) -> Any:
        """The parameters as the driver takes them."""
        if self._constants:
            parameters = {**self._constants, **parameters}
        if self._encoders:
            parameters = dict(parameters)
            for name, encode in self._encoders:
                parameters[name] = encode(parameters[name])
        return parameters if self._order is None else self._order(parameters)

    def take_shape(self, description: Sequence[Sequence[Any]] | None, dialect: Dialect) -> SimpleResultMetaData:
        """Learn from the first execution what the columns are called and how their values are read."""
        if description is None:
            self.shape = _NO_COLUMNS
            return self.shape
        names = [column[0] for column in description]
        readers: list[Any] = [None] * len(names)
        if len(self._types) == len(names):
            kinds = [kind.dialect_impl(dialect) for kind in self._types]
            readers = [
                kind.result_processor(dialect, column[1]) for kind, column in zip(kinds, description, strict=True)
            ]
        self.shape = SimpleResultMetaData(names, _processors=readers if any(readers) else None)
        return self.shape


def _is_special(compiled: SQLCompiler) -> bool:
    return bool(
        compiled.post_compile_params
        or compiled.literal_execute_params
        or compiled.escaped_bind_names
        or compiled.insert_prefetch
        or compiled.update_prefetch
    )


def _columns(statement: Any) -> Sequence[Any]:
    if isinstance(statement, Select | CompoundSelect):
        return tuple(statement.selected_columns)
    return tuple(statement.exported_columns)


def _in_order(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if not names:
        return lambda _: ()
    if len(names) == 1:
        only = names[0]
        return lambda parameters: (parameters[only],)
    return itemgetter(*names)


class QuickConnection(Connection):
    """A connection that keeps the plans of the statements it has executed; `plans` may be shared by all of a store."""

    def __init__(self, engine: Engine, plans: dict[Key, Plan | None]) -> None:
        super().__init__(engine)
        self._plans = plans
        driver: Any = self.connection.dbapi_connection
        self._driver = driver
        self._cursor: Any = driver.cursor()  # one for all statements, as the rows of each are read at once

    def execute(  # type: ignore[override] # the rows have the interface of a result, which is what callers use
        self, statement: Any, parameters: Any = None, *, execution_options: Any = None
    ) -> CursorResult[Any] | Rows:
        """Execute a statement; a prebuilt one quickly."""
        if parameters is None:
            parameters = {}
        elif type(parameters) is not dict:
            return super().execute(statement, parameters, execution_options=execution_options)
        key = (id(statement), *parameters)
        try:
            plan = self._plans[key]
        except KeyError:
            plan = self._plan(key, statement, parameters)
        if plan is None or execution_options or self.dispatch.before_cursor_execute:
            return super().execute(statement, parameters, execution_options=execution_options)
        return self._run(plan, parameters)

    def _plan(self, key: Key, statement: Any, parameters: Mapping[str, Any]) -> Plan | None:
        if len(self._plans) >= _MOST_PLANS:
            return None
        plan = Plan.of(statement, parameters, self.dialect)
        if plan is not None:
            self._plans[key] = plan
        return plan

    def _run(self, plan: Plan, parameters: Mapping[str, Any]) -> Rows:
        arguments = plan.arguments(parameters)
        try:
            cursor = self._cursor
            cursor.execute(plan.sql, arguments)
            shape = plan.shape or plan.take_shape(cursor.description, self.dialect)
            rows = cursor.fetchall() if shape is not _NO_COLUMNS else ()
        except self.dialect.loaded_dbapi.Error as problem:
            raise self._in_sqlalchemys_words(plan, arguments, problem) from problem
        found = Rows(shape, iter(rows))
        found.rowcount = cursor.rowcount
        return found

    def _in_sqlalchemys_words(self, plan: Plan, arguments: Any, problem: Exception) -> BaseException:
        dbapi = self.dialect.loaded_dbapi
        broken = self.dialect.is_disconnect(problem, self._driver, None)  # type: ignore[arg-type] # the driver's own connection is what it looks at
        if broken:
            self.invalidate(problem)
        return DBAPIError.instance(
            plan.sql,
            arguments,
            problem,
            dbapi.Error,
            hide_parameters=self.engine.hide_parameters,
            connection_invalidated=broken,
            dialect=self.dialect,
        )
