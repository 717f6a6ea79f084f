"""What a browser wants to know before a page of another origin may ask a stub (CORS, of the Fetch standard)."""

from dataclasses import replace

from troth_verifiers.stub.asked import Asked, Reply


def is_preflight(asked: Asked) -> bool:
    """Whether it is the browser that asks, whether the page's own request would be let through."""
    named = {name for name, _ in asked.headers}
    return asked.method == "OPTIONS" and {"origin", "access-control-request-method"} <= named


def leave(asked: Asked) -> Reply:
    """The answer to a browser's question: the page's request may come as it is."""
    method, names = asked.header("access-control-request-method"), asked.header("access-control-request-headers")
    headers = (*_for(asked), ("access-control-allow-methods", method), ("access-control-max-age", "600"))
    return Reply(204, (*headers, ("access-control-allow-headers", names)) if names else headers)


def shared(asked: Asked, reply: Reply) -> Reply:
    """An answer that the page may read, with its cookies and all of its headers; what a contract says of that stays."""
    names = [name.lower() for name, _ in reply.headers]
    if not asked.header("origin") or "access-control-allow-origin" in names:
        return reply
    shown = ", ".join(sorted({"content-length", *names}))
    return replace(reply, headers=(*reply.headers, *_for(asked), ("access-control-expose-headers", shown)))


def _for(asked: Asked) -> tuple[tuple[str, str], ...]:
    origin = ("access-control-allow-origin", asked.header("origin"))
    return origin, ("access-control-allow-credentials", "true"), ("vary", "origin")
