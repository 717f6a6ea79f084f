"""Answers of a stub's own: values and sentences in JSON."""

import json

from troth_verifiers.stub.asked import Reply


def as_json(status: int, value: object) -> Reply:
    """A value as an answer."""
    return Reply(status, (("content-type", "application/json"),), json.dumps(value).encode())


def problem(status: int, text: str) -> Reply:
    """A sentence as an answer."""
    return as_json(status, {"error": text})
