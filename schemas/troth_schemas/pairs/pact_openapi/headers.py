"""Headers that every client and server sends without a word of it in an API's description."""

from typing import Final

DESCRIBED_ELSEWHERE: Final = frozenset({"accept", "authorization", "content-type", "cookie"})
"""Request headers that parameters do not describe: media types, security and cookies do."""

STANDARD_REQUEST: Final = frozenset({
    "a-im", "accept", "accept-charset", "accept-datetime", "accept-encoding", "accept-language",
    "access-control-request-headers", "access-control-request-method", "authorization", "cache-control",
    "connection", "content-encoding", "content-length", "content-md5", "content-type", "cookie", "date", "dnt",
    "expect", "forwarded", "from", "host", "http2-settings", "if-match", "if-modified-since", "if-none-match",
    "if-range", "if-unmodified-since", "max-forwards", "origin", "pragma", "prefer", "proxy-authorization", "range",
    "referer", "save-data", "te", "trailer", "transfer-encoding", "upgrade", "upgrade-insecure-requests",
    "user-agent", "via", "warning", "x-correlation-id", "x-csrf-token", "x-forwarded-for", "x-forwarded-host",
    "x-forwarded-proto", "x-request-id", "x-requested-with", "traceparent", "tracestate",
})  # fmt: skip
STANDARD_RESPONSE: Final = frozenset({
    "accept-patch", "accept-ranges", "access-control-allow-credentials", "access-control-allow-headers",
    "access-control-allow-methods", "access-control-allow-origin", "access-control-expose-headers",
    "access-control-max-age", "age", "allow", "alt-svc", "cache-control", "connection", "content-disposition",
    "content-encoding", "content-language", "content-length", "content-location", "content-md5", "content-range",
    "content-security-policy", "content-type", "date", "delta-base", "etag", "expires", "im", "last-modified",
    "link", "location", "p3p", "pragma", "preference-applied", "proxy-authenticate", "public-key-pins", "refresh",
    "retry-after", "server", "server-timing", "set-cookie", "status", "strict-transport-security",
    "timing-allow-origin", "tk", "trailer", "transfer-encoding", "upgrade", "vary", "via", "warning",
    "www-authenticate", "x-content-type-options", "x-correlation-id", "x-frame-options", "x-powered-by",
    "x-request-id", "x-ua-compatible", "x-xss-protection", "traceparent", "tracestate",
})  # fmt: skip
