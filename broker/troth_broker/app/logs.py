"""What the server writes about itself: one line for each thing that happened, failures with their traceback."""

import sys

import structlog


def configure_logs() -> None:
    """Write lines to standard output, in colour on a terminal.

    Tracebacks show code and no values: structlog's own show every local variable, and a request's headers hold tokens.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(
                colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        cache_logger_on_first_use=False,
    )
