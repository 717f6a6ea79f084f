"""The parts of an operation, read from where they stand: parameters, bodies, media types, headers, responses."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from troth_schemas.documents import Location
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import Dialect, SchemaAt
from troth_schemas.openapi.labels import text_of
from troth_schemas.openapi.model import Body, In, Lifecycle, Link, Media, Parameter, Response, Style
from troth_schemas.openapi.reading import At, Reading, members, text

T = TypeVar("T")

_STYLES: Final[Mapping[str, Style]] = {
    one: one
    for one in (
        "simple", "form", "label", "matrix", "spaceDelimited", "pipeDelimited", "tabDelimited", "deepObject", "cookie",
    )
}  # fmt: skip
_PLACES: Final[Mapping[str, In]] = {one: one for one in ("path", "query", "header", "cookie", "querystring")}
_NOT_PARAMETERS: Final = ("accept", "content-type", "authorization")
"""Headers that 3.x describes elsewhere: declared as parameters they are to be ignored."""
_LEADING: Final = ("operationId", "operationRef", "parameters", "requestBody", "server")
"""What of a link says where it leads."""


class Parts:
    """Reads parts, each place once: operations that share a component get the very same value."""

    def __init__(self, reading: Reading, dialect: Dialect) -> None:
        self._reading = reading
        self._dialect = dialect
        self._kept: dict[tuple[str, Location, str], object] = {}

    def parameters(self, path_item: At, operation: At) -> tuple[Parameter, ...]:
        """The parameters of an operation: the path's, unless the operation has its own of that place and name."""
        found: dict[tuple[str, str], Parameter] = {}
        for holder in (path_item, operation):
            own: dict[tuple[str, str], Parameter] = {}
            for entry in holder["parameters"].elements:
                one = self.parameter(entry)
                if one is None:
                    continue
                if one.key in own:
                    self._reading.error(entry.location, f"The {one.where} parameter {one.name!r} is there twice.")
                own.setdefault(one.key, one)
            found.update(own)
        return tuple(found.values())

    def parameter(self, entry: At) -> Parameter | None:
        """One parameter; None for what is none (such as a header that 3.x describes elsewhere)."""
        at = self._reading.follow(entry)
        name, where = text(members(at.value).get("name")), _PLACES.get(text(members(at.value).get("in")) or "")
        if name is None or where is None or (where == "header" and name.lower() in _NOT_PARAMETERS):
            return None
        return self._once(f"parameter {name}", at, lambda: self._described(name, where, at))

    def header(self, name: str, entry: At) -> Parameter:
        """A header of a response."""
        at = self._reading.follow(entry)
        return self._once(f"header {name}", at, lambda: self._described(name, "header", at))

    def _described(self, name: str, where: In, at: At) -> Parameter:
        value = members(at.value)
        usual: Style = "form" if where in ("query", "cookie") else "simple"
        style = _STYLES.get(text(value.get("style")) or "", usual)
        return Parameter(
            name=name,
            where=where,
            location=at.location,
            required=value.get("required") is True or where == "path",
            schema=self.schema(at["schema"]) if "schema" in value else None,
            content=self.media(at["content"]),
            style=style,
            explode=value.get("explode") is True if "explode" in value else style in ("form", "deepObject", "cookie"),
            allow_reserved=value.get("allowReserved") is True,
            allow_empty=value.get("allowEmptyValue") is True,
            lifecycle=lifecycle(at),
        )

    def body(self, entry: At) -> Body:
        """The body of a request."""
        at = self._reading.follow(entry)
        return self._once(
            "body", at, lambda: Body(at.location, members(at.value).get("required") is True, self.media(at["content"]))
        )

    def response(self, status: str, entry: At) -> Response:
        """An answer."""
        at = self._reading.follow(entry)
        return self._once(
            f"response {status}",
            at,
            lambda: Response(
                status.upper() if status != "default" else status,
                at.location,
                self.headers(at["headers"]),
                self.media(at["content"]),
                tuple(self._link(name, self._reading.follow(one)) for name, one in at["links"].named.items()),
            ),
        )

    @staticmethod
    def _link(name: str, at: At) -> Link:
        leads: Json = {key: one for key, one in members(at.value).items() if key in _LEADING}
        return Link(name, at.location, text_of(leads))

    def headers(self, at: At) -> tuple[Parameter, ...]:
        """The headers of a response; Content-Type is told by its media types."""
        return tuple(self.header(name, one) for name, one in at.members.items() if name.lower() != "content-type")

    def media(self, at: At) -> tuple[Media, ...]:
        """The media types of a body."""
        return tuple(self._one_media(name, self._reading.follow(one)) for name, one in at.members.items())

    def _one_media(self, name: str, at: At) -> Media:
        schema = self.schema(at["schema"]) if "schema" in members(at.value) else None
        return Media(name, at.location, schema, members(at["encoding"].value))

    def schema(self, at: At) -> SchemaAt:
        """A schema, where it stands."""
        return SchemaAt(self._reading.documents, at.location, self._dialect)

    def _once(self, kind: str, at: At, make: Callable[[], T]) -> T:
        key = (kind, at.location, self._dialect)
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[return-value]  # what one kind of part keeps under its own name


def lifecycle(at: At) -> Lifecycle:
    """What a thing says about how long it stays."""
    value = members(at.value)
    sunset = value.get("x-sunset")
    return Lifecycle(
        value.get("deprecated") is True,
        str(sunset) if sunset is not None else None,
        text(value.get("x-stability-level")),
    )
