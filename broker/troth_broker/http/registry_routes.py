"""The routes of the schema registry: Confluent's paths, each with what it answers."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from troth_broker.http.registry import (
    JSON_TYPES,
    answered,
    check,
    contexts,
    delete_level,
    delete_mode,
    delete_subject,
    delete_version,
    in_own_form,
    level,
    look_up,
    mode,
    put_level,
    put_mode,
    referenced_by,
    register,
    schema_by_id,
    schemas,
    subjects,
    subjects_by_id,
    text_by_id,
    text_of_version,
    types,
    version,
    versions,
    versions_by_id,
)
from troth_broker.web import paths
from troth_broker.web.call import Call
from troth_broker.web.frame import Action, Route

_TAKES: Final = (*JSON_TYPES, "application/octet-stream")

_PART: Final = ("offset", "limit")
_SUBJECT = {404: "There is no such subject or version"}
_WRITING = {409: "It breaks what an earlier version promised", 422: "The schema or the subject is not valid"}


def _get(handler: Callable[[Call], Any], summary: str, *query: str, missing: bool = True) -> Action:
    return Action(
        answered(handler),
        summary,
        offers=JSON_TYPES,
        query=query,
        answers={200: "OK", **(_SUBJECT if missing else {})},
        refuses_in=JSON_TYPES,
        refused=in_own_form,
    )


def _send(
    handler: Callable[[Call], Any],
    summary: str,
    *query: str,
    answers: Mapping[int, str],
    takes: bool = True,
    reads: bool = False,
) -> Action:
    return Action(
        answered(handler),
        summary,
        offers=JSON_TYPES,
        consumes=_TAKES if takes else (),
        query=query,
        answers={200: "OK", **answers},
        refuses_in=JSON_TYPES,
        refused=in_own_form,
        waits=takes,
        reads=reads,
    )


_LEVELS = {
    "GET": _get(level, "What new versions owe earlier ones", "defaultToGlobal"),
    "PUT": _send(put_level, "Set what new versions owe earlier ones", answers={422: "There is no such level"}),
    "DELETE": _send(delete_level, "Go back to the level of all", answers=_SUBJECT, takes=False),
}
_MODES = {
    "GET": _get(mode, "Whether subjects may be written", "defaultToGlobal"),
    "PUT": _send(put_mode, "Set whether subjects may be written", "force", answers={422: "There is no such mode"}),
    "DELETE": _send(delete_mode, "Go back to the mode of all", answers=_SUBJECT, takes=False),
}

ROUTES = (
    Route(paths.REGISTRY_TYPES, {"GET": _get(types, "The types of schemas", missing=False)}),
    Route(paths.REGISTRY_CONTEXTS, {"GET": _get(contexts, "The contexts of subjects", *_PART, missing=False)}),
    Route(
        paths.REGISTRY_SCHEMAS,
        {
            "GET": _get(
                schemas,
                "Every version of every subject",
                "subjectPrefix",
                "deleted",
                "latestOnly",
                "offset",
                "limit",
                missing=False,
            )
        },
    ),
    Route(paths.REGISTRY_SCHEMA, {"GET": _get(schema_by_id, "A schema by its id", "subject", "fetchMaxId", "format")}),
    Route(paths.REGISTRY_SCHEMA_TEXT, {"GET": _get(text_by_id, "A schema's text by its id", "subject", "format")}),
    Route(
        paths.REGISTRY_SCHEMA_SUBJECTS,
        {"GET": _get(subjects_by_id, "The subjects that have a schema", "deleted", "subject", *_PART)},
    ),
    Route(
        paths.REGISTRY_SCHEMA_VERSIONS,
        {"GET": _get(versions_by_id, "The versions that have a schema", "deleted", "subject", *_PART)},
    ),
    Route(
        paths.REGISTRY_SUBJECTS,
        {
            "GET": _get(
                subjects,
                "The names of subjects",
                "subjectPrefix",
                "deleted",
                "deletedOnly",
                "offset",
                "limit",
                missing=False,
            )
        },
    ),
    Route(
        paths.REGISTRY_SUBJECT,
        {
            "POST": _send(
                look_up,
                "The version that has this schema",
                "deleted",
                "normalize",
                "format",
                answers=_SUBJECT,
                reads=True,
            ),
            "DELETE": _send(delete_subject, "Take a subject away", "permanent", answers=_SUBJECT, takes=False),
        },
    ),
    Route(
        paths.REGISTRY_VERSIONS,
        {
            "GET": _get(versions, "The numbers of a subject's versions", "deleted", "deletedOnly", "offset", "limit"),
            "POST": _send(register, "Register a schema as the next version", "normalize", answers=_WRITING),
        },
    ),
    Route(
        paths.REGISTRY_VERSION,
        {
            "GET": _get(version, "A version with its schema", "deleted", "format"),
            "DELETE": _send(delete_version, "Take a version away", "permanent", answers=_SUBJECT, takes=False),
        },
    ),
    Route(paths.REGISTRY_VERSION_TEXT, {"GET": _get(text_of_version, "The text of a version", "deleted", "format")}),
    Route(paths.REGISTRY_REFERENCED_BY, {"GET": _get(referenced_by, "The schemas that stand on a version", *_PART)}),
    Route(
        paths.REGISTRY_CHECK_ALL,
        {"POST": _send(check, "Whether a schema could be the next version", "verbose", answers=_WRITING, reads=True)},
    ),
    Route(
        paths.REGISTRY_CHECK,
        {
            "POST": _send(
                check,
                "Whether a schema goes with a version",
                "verbose",
                answers={**_SUBJECT, **_WRITING},
                reads=True,
            )
        },
    ),
    Route(paths.REGISTRY_CONFIG, _LEVELS),
    Route(paths.REGISTRY_SUBJECT_CONFIG, _LEVELS),
    Route(paths.REGISTRY_MODE, _MODES),
    Route(paths.REGISTRY_SUBJECT_MODE, _MODES),
)
