"""Which function does which kind of job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Handler = Callable[..., "dict[str, Any] | None"]
H = TypeVar("H", bound=Handler)

_handlers: dict[str, Handler] = {}


class UnknownJobKind(LookupError):
    """No handler is registered for a job's kind."""


def job_handler(kind: str) -> Callable[[H], H]:
    """Register the decorated function ``(context, **params) -> result`` for a kind of job."""

    def register(function: H) -> H:
        if kind in _handlers and _handlers[kind] is not function:
            raise ValueError(f"Two handlers for jobs of kind {kind!r}.")
        _handlers[kind] = function
        return function

    return register


def handler_for(kind: str) -> Handler:
    """Return the handler of a kind.

    Raises:
        UnknownJobKind: nothing is registered under that name.
    """
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownJobKind(f"No handler for jobs of kind {kind!r}. Known: {', '.join(sorted(_handlers))}.") from None
