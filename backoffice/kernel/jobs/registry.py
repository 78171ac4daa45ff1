"""Which function does which kind of job."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from backoffice.kernel.jobs.models import Job

Handler = Callable[..., "dict[str, Any] | None"]
Right = Callable[[Any, "Job"], bool]
H = TypeVar("H", bound=Handler)

_handlers: dict[str, Handler] = {}
_rights: dict[str, Right] = {}
_labels: dict[str, str] = {}


class UnknownJobKind(LookupError):
    """No handler is registered for a job's kind."""


def job_handler(kind: str, *, label: str = "") -> Callable[[H], H]:
    """Register the decorated function ``(context, **params) -> result`` for a kind of job.

    Args:
        kind: its name in the database.
        label: what people call it.
    """

    def register(function: H) -> H:
        if kind in _handlers and _handlers[kind] is not function:
            raise ValueError(f"Two handlers for jobs of kind {kind!r}.")
        _handlers[kind] = function
        _labels[kind] = label
        return function

    return register


def kind_label(kind: str) -> str:
    """Return what people call a kind of job, of one that is not known (any more) too."""
    return _labels.get(kind) or kind.replace("_", " ").replace(".", " ").capitalize()


def handler_for(kind: str) -> Handler:
    """Return the handler of a kind.

    Raises:
        UnknownJobKind: nothing is registered under that name.
    """
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownJobKind(f"No handler for jobs of kind {kind!r}. Known: {', '.join(sorted(_handlers))}.") from None


def register_job_right(kind: str, right: Right) -> None:
    """Say who may stop, repeat and undo their own jobs of a kind: ``right(user, job)``, asked each time anew.

    Of a kind without one, everybody may.
    """
    _rights[kind] = right


def has_job_right(user: Any, job: Job) -> bool:
    """Say whether a user may, as of now, do what a job of this kind does."""
    right = _rights.get(job.kind)
    return right is None or right(user, job)
