"""What subjects are called: `NAME` in the default context, `:.CONTEXT:NAME` in another, `:.CONTEXT:` for all of it.

Contexts keep names apart and may have a level and a mode of their own. Ids are given once for all contexts.
"""

from typing import Final

DEFAULT_CONTEXT: Final = "."
_EVERY_CONTEXT: Final = ":*:"


def qualified(name: str) -> str:
    """The one spelling of a subject: the default context is not written."""
    context, subject = split(name)
    return subject if context == DEFAULT_CONTEXT and subject else name


def split(name: str) -> tuple[str, str]:
    """The context of a subject, and its name in there."""
    if name.startswith(":."):
        context, colon, subject = name[1:].partition(":")
        if colon:
            return context, subject
    return DEFAULT_CONTEXT, name


def scopes_of(name: str) -> tuple[str, ...]:
    """The names under which settings may count for a subject, the nearest first."""
    context, subject = split(name)
    return (name,) if context == DEFAULT_CONTEXT or not subject else (name, f":{context}:")


def holds(scope: str, name: str) -> bool:
    """Whether a subject is meant by the name of one, or of a context."""
    context, subject = split(scope)
    return scope == name if subject else split(name)[0] == context


def begins(name: str, prefix: str) -> bool:
    """Whether a list of the subjects with a prefix has this one: `:*:` stands for every context."""
    if prefix.startswith(_EVERY_CONTEXT):
        return split(name)[1].startswith(prefix.removeprefix(_EVERY_CONTEXT))
    context, subject = split(prefix)
    here, inside = split(name)
    return here == context and inside.startswith(subject)


def beside(name: str, subject: str) -> str:
    """A subject as a schema of another one refers to it: a plain name is one of the same context."""
    context, _ = split(subject)
    if context == DEFAULT_CONTEXT or name.startswith(":."):
        return qualified(name)
    return f":{context}:{name}"
