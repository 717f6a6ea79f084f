"""Answers of every kind by chance, beside plain JSON: dates, arrays, forms, parts, bytes, texts, headers, statuses."""

import json
from base64 import b64encode
from random import Random

from tests.verifiers.agreement import FOR_TEXTS, NAMED, NEW, PLAIN, Case, Json, changed, matcher
from tests.verifiers.providing import Answer

JSON = "application/json"
INNER = ("arrayContains", "eachKey", "eachValue")


def answered(kind: str, content: Json, came: bytes, rules: dict[str, Json], *, encoded: Json = False) -> Case:
    """A body of some kind under rules, and what came in its place."""
    body = {"content": content, "contentType": kind, "encoded": encoded}
    response: dict[str, Json] = {"status": 200, "headers": {"Content-Type": [kind]}, "body": body}
    if rules:
        response["matchingRules"] = {"body": rules}
    return Case(response, Answer(200, came, {"Content-Type": kind}))


def in_json(example: Json, came: Json, rules: dict[str, Json]) -> Case:
    """The same of JSON."""
    return answered(JSON, example, json.dumps(came).encode(), rules)


def rule(chance: Random, names: tuple[str, ...], most: int = 2) -> dict[str, Json]:
    """Some rules about one place, of which all count or any."""
    plain = tuple(one for one in names if one not in INNER)
    chosen = [chance.choice(names) for _ in range(chance.choice([1, 1, most]))]
    listed = [matcher(chance, (one, *plain) if one in INNER else (one,)) for one in chosen]
    return {"combine": chance.choice(["AND", "OR"]), "matchers": listed}


def _counted(rules: dict[str, Json]) -> dict[str, Json]:
    """The same, all of which count where one is of the number of values: the library takes others for each of them."""
    if any({"min", "max"} & one.keys() for one in rules["matchers"]):
        rules["combine"] = "AND"
    return rules


def weighed(chance: Random, paths: list[str], names: tuple[str, ...], most: int) -> dict[str, Json]:
    """Rules about some paths, never two of the same weight: the library orders those by a hash."""
    found: dict[str, Json] = {}
    weights = set()
    for path in chance.sample(paths, chance.randint(1, most)):
        steps = path.replace("['", ".").replace("']", "").replace("[", ".").split(".")
        weight = (len(steps), path.count("*"))
        if weight not in weights:
            weights.add(weight)
            found[path] = rule(chance, names)
    return found


FORMATS = [
    "yyyy-MM-dd", "dd/MM/yy", "yyyy-MM-dd'T'HH:mm:ss", "HH:mm:ss", "HH:mm", "yyyy-MM-dd HH:mm:ss.SSS", "h:mm a",
    "EEE, d MMM yyyy HH:mm:ss Z", "yyyy-MM-dd'T'HH:mm:ssXXX", "yyyy-MM-dd'T'HH:mm:ss.SSSX", "MMMM d, yyyy", "yyyyMMdd",
    "D", "w", "EEEE", "yyyy-'W'ww", "k:mm", "K:mm a", "M/d/y", "ss.SSSSSS", "yyyy-MM-dd'T'HH:mm:ss'Z'", "z", "ZZZZ",
    "G yyyy", "e", "O", "''yyyy''", "yyyy-MM-dd'T'HH:mm[:ss]", "QQQ", "A", "LLL", "XX", "dd/MM", "yy-MM-dd", "YY-MM-dd",
]  # fmt: skip
STAMPS = [
    "2020-01-02", "2020-02-30", "20/01/20", "2020-01-02T03:04:05", "03:04:05", "3:4", "24:00", "2020-W01", "3:04 PM",
    "2020-01-02 03:04:05.678", "Thu, 2 Jan 2020 03:04:05 +0100", "2020-01-02T03:04:05+01:00", "13:04 PM", "20200102",
    "2020-01-02T03:04:05.678Z", "January 2, 2020", "32", "Thursday", "THU", "05.123456", "2020-01-02T03:04:05Z", "CET",
    "GMT+01:00", "AD 2020", "5", "+0100", "'2020'", "a", "", "Q1", "Jan", "0:30 am", "30/02", "31/12", "21-02-29",
    "20-02-29", "30/02/20",
]  # fmt: skip

FITTING = [
    ("yyyy-MM-dd", "2020-01-02"), ("dd/MM", "31/12"), ("HH:mm:ss", "03:04:05"), ("yyyyMMdd", "20200102"), ("ss", "5"),
    ("yyyy-MM-dd'T'HH:mm:ss", "2020-01-02T03:04:05"), ("yyyy-MM-dd HH:mm:ss.SSS", "2020-01-02 03:04:05.678"),
]  # fmt: skip
"""Formats and what is written in them, as chance seldom brings the two together."""


def dates(chance: Random) -> Case:
    """Dates and times under formats, and under what a rule without one means."""
    name = chance.choice(["date", "time", "timestamp", "datetime"])
    stated = {"format": chance.choice(FORMATS)} if chance.random() < 0.85 else {}
    came = chance.choice(STAMPS)
    if chance.random() < 0.3:
        stated["format"], came = chance.choice(FITTING)
    rules = {"matchers": [{"match": name, **stated}]}
    if chance.random() < 0.7:
        return in_json({"a": "x"}, {"a": came}, {"$.a": rules})
    response = {"status": 200, "headers": {"X-A": ["x"]}, "matchingRules": {"header": {"X-A": rules}}}
    return Case(response, Answer(200, b"", {"X-A": came}))


SCALARS: list[Json] = [
    None, True, False, 0, 1, -1, 1.0, 1.5, 1e3, 100, "", "a", "true", "1", "1.0", "1e3", "1.2", "1.2.3", "v1.2.3",
    "1.2.3-a+b", [], {}, [1], {"a": 1}, "[]", "null", " ", "é", "a\nb", 10**18, -0.0,
]  # fmt: skip


def scalars(chance: Random) -> Case:
    """One value for another, of any type, under any rule."""
    example = chance.choice(SCALARS)
    came = chance.choice(SCALARS) if chance.random() < 0.7 else example
    names = tuple(one for one in (*PLAIN, *NAMED, *NEW) if one not in INNER)
    return in_json({"a": example}, {"a": came}, {chance.choice(["$.a", "$['a']", "$.*", "$"]): rule(chance, names, 3)})


def people(chance: Random) -> list[Json]:
    """A list of objects that hold lists."""

    def one() -> dict[str, Json]:
        tags = [chance.choice(["x", "y", 1]) for _ in range(chance.randint(0, 3))]
        more = {"more": {"k": 1, "l": chance.choice([2, "2"])}} if chance.random() < 0.4 else {}
        return {"id": chance.choice([1, 2, "a"]), "name": chance.choice(["a", ""]), "tags": tags, **more}

    return [one() for _ in range(chance.randint(0, 3))]


PLACES = [
    "$", "$.p", "$.p[*]", "$.p[0]", "$.p[1]", "$.p[*].id", "$.p[0].id", "$.p[*].*", "$.p[*].tags", "$.p[*].tags[*]",
    "$.p[0].tags[1]", "$.p[*].more", "$.p[*].more.*", "$.p[*].name", "$['p'][0]['name']", "$.p[*]['tags'][*]", "$.*",
    "$.p.*", "$.p[*].more.k",
]  # fmt: skip


def arrays(chance: Random) -> Case:
    """Lists of objects, under rules by index, by name and by wildcard that cascade and outweigh each other."""
    example = {"p": people(chance)}
    came = changed(chance, example) if chance.random() < 0.7 else {"p": people(chance)}
    names = (
        "equality",
        "type",
        "type",
        "min",
        "max",
        "between",
        "integer",
        "regex",
        "notEmpty",
        "null",
        "number",
        "values",
    )
    return in_json(example, came, weighed(chance, PLACES, (*names, "include", *INNER), 3))


def inner_rule(chance: Random, depth: int = 0) -> dict[str, Json]:
    """Rules in rules: of each key, of each value."""
    name = chance.choice(["eachKey", "eachValue", "plain"]) if depth < 2 else "plain"
    if name == "plain":
        names = (
            "type",
            "integer",
            "regex",
            "notEmpty",
            "boolean",
            "min",
            "max",
            "include",
            "equality",
            "null",
            "semver",
        )
        return matcher(chance, (chance.choice(names),))
    return {"match": name, "rules": [inner_rule(chance, depth + 1)], "value": "a"}


def members(chance: Random) -> Case:
    """Objects whose members have names that nobody knows."""

    def made(depth: int = 0) -> dict[str, Json]:
        plain: list[Json] = [1, "a", "1", True, None, 1.5]
        return {
            chance.choice(["a", "b", "1", "k-1"]): chance.choice([*plain, [1, "a"], made(1)] if depth == 0 else plain)
            for _ in range(chance.randint(0, 3))
        }

    example = {"m": made()}
    came = changed(chance, example) if chance.random() < 0.7 else {"m": made()}
    rules: dict[str, Json] = {"$.m": {"matchers": [inner_rule(chance) for _ in range(chance.choice([1, 1, 2]))]}}
    if chance.random() < 0.3:
        rules[chance.choice(["$.m.*", "$.m.a", "$.m.*.*", "$"])] = rule(chance, ("type", "integer", "regex"))
    return in_json(example, came, rules)


def variants(chance: Random) -> Case:
    """Arrays that must contain something."""

    def one() -> Json:
        thing = {"t": chance.choice(["x", "y"]), "v": chance.choice([1, 2, "a"])}
        return chance.choice([1, "a", thing, {"t": "x"}, [1], None])

    example = [one() for _ in range(chance.randint(0, 3))]
    came = [one() for _ in range(3)] if chance.random() < 0.5 else [*chance.sample(example, len(example)), one()]
    listed = [
        {"index": chance.choice([index, index, 3]), "rules": {path: rule(chance, ("type", "integer", "regex"))}}
        for index in range(chance.randint(0, len(example)))
        for path in (chance.choice(["$", "$.t", "$.v", "$.*", "$[0]"]),)
    ]
    return in_json({"p": example}, {"p": came}, {"$.p": {"matchers": [{"match": "arrayContains", "variants": listed}]}})


BYTES = [
    b"\x89PNG\r\n\x1a\nab", b"\x00\x01", b"%PDF-1.4", b"GIF89a", b"hello", b"\xff\xd8\xff\xe0", b"PK\x03\x04xx", b"{}",
    b"<?xml version='1.0'?><a/>", b"\x1f\x8b\x08abc", b"",
]  # fmt: skip
KINDS = [
    "application/octet-stream", "image/png", "application/pdf", "image/gif", "image/jpeg", "application/zip",
    "application/gzip",
]  # fmt: skip


def binary(chance: Random) -> Case:
    """Bytes."""
    example = chance.choice(BYTES[:-1])
    came = example if chance.random() < 0.5 else chance.choice(BYTES)
    name = chance.choice(["contentType", "equality", "type", "notEmpty", "regex", "include", "semver", "integer"])
    listed = [{**matcher(chance, (name,)), **({"value": chance.choice(KINDS)} if name == "contentType" else {})}]
    rules = {"$": {"combine": chance.choice(["AND", "OR"]), "matchers": listed}} if chance.random() < 0.6 else {}
    return answered(chance.choice(KINDS), b64encode(example).decode(), came, rules, encoded="base64")


CHARSETS = ["", "; charset=utf-8", ";charset=UTF-8", '; charset="utf-8"', "; q=1"]


def charsets(chance: Random) -> Case:
    """Content types with parameters, stated by the header or by the body alone."""
    base = chance.choice(["text/plain", JSON, "text/html", "application/xml"])
    text = chance.choice(["é", "a"])
    came = text if chance.random() < 0.7 else "b"

    def written(value: str) -> str:
        return {JSON: json.dumps({"a": value}), "application/xml": f"<a>{value}</a>"}.get(base, value)

    kind, other = base + chance.choice(CHARSETS), base + chance.choice(CHARSETS)
    content = {"a": text} if base == JSON else written(text)
    response: dict[str, Json] = {"status": 200, "body": {"content": content, "contentType": kind, "encoded": False}}
    if chance.random() < 0.7:
        response["headers"] = {"Content-Type": [kind]}
    if chance.random() < 0.3:
        pattern = {"match": "regex", "regex": chance.choice([f"{base}.*", ".*", "x"])}
        response["matchingRules"] = {"header": {"Content-Type": {"matchers": [pattern]}}}
    return Case(response, Answer(200, written(came).encode(), {"Content-Type": other}))


MEDIA = [
    "text/plain", JSON, "application/hal+json", "text/html", "application/xml", "text/xml", "application/problem+json",
    "application/vnd.a+xml", "application/octet-stream", "image/png", "application/yaml", "application/javascript",
]  # fmt: skip


def kinds(chance: Random) -> Case:
    """A content type for another, as versions 2 to 4 write bodies."""
    kind, other = chance.choice(MEDIA), chance.choice(MEDIA)
    text = chance.choice(['{"a":1}', "<a>1</a>", "a"])
    came = text if chance.random() < 0.7 else chance.choice(['{"a":2}', "<a>2</a>", "b", ""])
    content = json.loads(text) if "json" in kind and text[0] == "{" else text
    response: dict[str, Json] = {"status": 200, "body": {"content": content, "contentType": kind, "encoded": False}}
    if chance.random() < 0.5:
        response["headers"] = {"Content-Type": [kind]}
    return Case(response, Answer(200, came.encode(), {"Content-Type": kind if chance.random() < 0.4 else other}))


def old_bodies(chance: Random) -> Case:
    """Bodies as version 3 writes them: as they are, with no word about what they are."""
    kind = chance.choice([*MEDIA[:6], None])
    body: Json = chance.choice([{"a": 1}, [1], "a", "<a>1</a>", '{"a": 1}', "", None, 1, True, "1", "null", "[1]"])
    response: dict[str, Json] = {"status": 200} | ({"body": body} if chance.random() < 0.9 else {})
    if kind:
        response["headers"] = {chance.choice(["Content-Type", "content-type"]): kind}
    came = body if isinstance(body, str) and chance.random() < 0.6 else json.dumps(body)
    came = chance.choice(["", "null", "{}", "a", "<a>2</a>", "1"]) if chance.random() < 0.3 else came
    return Case(response, Answer(200, came.encode(), {"Content-Type": kind or chance.choice(MEDIA[:3])}), "3.0.0")


FORM = "application/x-www-form-urlencoded"


def forms(chance: Random) -> Case:
    """Forms, under rules by name, by index and by wildcard."""

    def fields() -> list[str]:
        values = ["", "1", "a", "a+b", "%26", "%C3%A9", "2020-01-02", "1.2.3"]
        return [f"{chance.choice('abc')}={chance.choice(values)}" for _ in range(chance.randint(1, 4))]

    example = fields()
    came = [one if chance.random() < 0.8 else fields()[0] for one in example if chance.random() < 0.95]
    paths = ["$.a", "$.b", "$.a[0]", "$.a[1]", "$.a[*]", "$.*", "$"]
    names = (*FOR_TEXTS, "min", "max", "between", *INNER)
    rules = {chance.choice(paths): _counted(rule(chance, names)) for _ in range(chance.randint(0, 2))}
    return answered(chance.choice([FORM, f"{FORM}; charset=utf-8"]), "&".join(example), "&".join(came).encode(), rules)


LISTS = ["Accept", "Cache-Control", "Access-Control-Allow-Methods", "Allow", "Vary"]
OTHERS = ["Set-Cookie", "X-A", "Link", "ETag", "Date", "WWW-Authenticate", "Content-Language", "Location"]
VALUES = [
    "a=1; Path=/", "a=1; path=/; HttpOnly", "no-cache", '<http://a>; rel="next"', 'W/"abc"', "", "1", " a", "en",
    "2020-01-02", "1.2.3", "Thu, 02 Jan 2020 03:04:05 GMT", "a,b", "a, b",
]  # fmt: skip


def headers(chance: Random) -> Case:
    """Headers of all sorts, those that are lists among them, and cookies."""
    expected: dict[str, list[str]] = {}
    for name in chance.sample([*LISTS, *OTHERS], chance.randint(1, 3)):
        lists = name in LISTS
        count = chance.choice([1, 2]) if lists else 1
        expected[name] = [chance.choice(VALUES[: -3 if lists else None]) for _ in range(count)]
    came = {name.lower(): ", ".join(values) for name, values in expected.items() if chance.random() < 0.95}
    came = {name: value if chance.random() < 0.8 else chance.choice(VALUES) for name, value in came.items()}
    names = (*FOR_TEXTS, "min", "max", *INNER)
    named = [chance.choice([name, name.lower()]) for name in expected if chance.random() < 0.4]
    rules = {name: _counted(rule(chance, names)) for name in named}
    response = {"status": 200, "headers": expected, **({"matchingRules": {"header": rules}} if rules else {})}
    return Case(response, Answer(200, b"", came))


def statuses(chance: Random) -> Case:
    """Statuses under every rule that may be written about them."""
    classes = ["info", "success", "redirect", "clientError", "serverError", "nonError", "error", [200, 404], []]
    names = ("type", "integer", "equality", "number", "notEmpty", "regex", *INNER)
    of_status = {"match": "statusCode"} | ({"status": chance.choice(classes)} if chance.random() < 0.9 else {})
    listed = [of_status if chance.random() < 0.6 else matcher(chance, names)]
    written = {"combine": "AND", "matchers": listed}
    rules = {"status": chance.choice([{"$": written}, written])}
    response = {"status": chance.choice([200, 201, 204, 302, 404, 500]), "matchingRules": rules}
    return Case(response, Answer(chance.choice([200, 201, 202, 204, 304, 400, 404, 500, 503])))


def texts(chance: Random) -> Case:
    """Plain texts."""
    example = chance.choice(["a", "a\r\nb", "é", "1", "2020-01-02", "a b", " a"])
    came = chance.choice([example, example, "a\nb", "é", "2", "2021-01-02", "1.2.3", "true", "", " a "])
    names = (*FOR_TEXTS, "min", "max", "null", "values", "time", *INNER)
    rules = {"$": rule(chance, names)} if chance.random() < 0.7 else {}
    return answered(chance.choice(["text/plain", "text/html", "text/csv"]), example, came.encode(), rules)


def parts(chance: Random) -> Case:
    """Multipart bodies of fields and files, each with a name of its own: the library knows the first of a name only."""

    def one(name: str) -> str:
        named = f'Content-Disposition: form-data; name="{name}"'
        file = chance.random() < 0.4
        lines = [named + ('; filename="f.txt"' if file else "")]
        lines += [f"Content-Type: {chance.choice(['text/plain', JSON])}"] if file or chance.random() < 0.5 else []
        lines += ["X-H: 1"] if chance.random() < 0.3 else []
        content = '{"i":1}' if JSON in lines[-1] else chance.choice(["1", "x"])
        return "\r\n".join(lines) + f"\r\n\r\n{content}"

    def whole(listed: list[str]) -> str:
        return "".join(f"--X\r\n{each}\r\n" for each in listed) + "--X--\r\n"

    example = [one(name) for name in chance.sample("abc", chance.randint(1, 3))]
    came = [each if chance.random() < 0.8 else one(chance.choice("abc")) for each in example]
    names = ("type", "regex", "notEmpty", "equality", "integer", *INNER)
    rules = {chance.choice(["$.a", "$.b", "$['a']"]): rule(chance, names, 1)} if chance.random() < 0.4 else {}
    return answered("multipart/form-data; boundary=X", whole(example), whole(came).encode(), rules)


def envelopes(chance: Random) -> Case:
    """Texts in envelopes of version 4, encoded or not, with and without a type."""
    text = chance.choice(['{"a": 1}', "[1]", '"x"', "12", "hello", '<?xml version="1.0"?><a/>', "null", "{bad", "true"])
    body: dict[str, Json] = {"content": text, "encoded": chance.choice([False, False, "json", "JSON", "other"])}
    if chance.random() < 0.5:
        body["contentType"] = JSON
    response: dict[str, Json] = {"status": 200, "body": body}
    if chance.random() < 0.5:
        response["headers"] = {"Content-Type": [JSON]}
    return Case(response, Answer(200, chance.choice([text, json.dumps(text)]).encode(), {"Content-Type": JSON}))


def empty_bodies(chance: Random) -> Case:
    """Bodies that are missing, null, empty, or nearly so."""
    plain: list[Json] = [None, {"content": None}, {"content": ""}, {"content": {"a": 1}}]
    typed = {"contentType": JSON, "encoded": False}
    body = chance.choice([*plain, {"content": {}, **typed}, {"content": [], **typed}, "missing"])
    kind = chance.choice([JSON, "text/plain", "application/xml"])
    response: dict[str, Json] = {"status": 200} | ({} if body == "missing" else {"body": body})
    if chance.random() < 0.7:
        response["headers"] = {"Content-Type": [kind]}
    came = chance.choice([b"", b"{}", b"[]", b"null", b" ", b"a", b'{"a":1}', b'""', b"<a/>"])
    return Case(response, Answer(200, came, {"Content-Type": kind}))
