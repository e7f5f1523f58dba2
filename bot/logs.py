"""Logs: one line an event, as JSON or for a terminal; secrets and line breaks stay out."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal


@contextmanager
def _without(module: str) -> Iterator[None]:
    """Import as if `module` were not installed, unless it is loaded already."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # None is how Python notes "not there"
    try:
        yield
    finally:
        del sys.modules[module]


# For colours in tracebacks, which our logs do not have, structlog would load all of rich and
# pygments: 4 MiB, and a twelfth of the processor time of a start.
with _without("rich"):
    import structlog


LogForm = Literal["auto", "json", "console"]


def set_up_logs(form: LogForm, level: int = logging.INFO) -> None:
    """Send our events and those of the libraries to stderr, in one form.

    `auto` writes for people on a terminal and JSON elsewhere.
    """
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("aiohttp.access", "slack_bolt", "slack_sdk", "imapclient", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
