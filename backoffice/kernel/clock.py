"""The time that services write down.

It is the present, except inside ``clock_at``: rows that tell of the past (demo data, orders taken
over from another system) are written with the dates that they tell of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.utils import timezone

_moment: ContextVar[dt.datetime | None] = ContextVar("backoffice_clock", default=None)


def now() -> dt.datetime:
    """Return the aware time at which the current work is taken to happen."""
    return _moment.get() or timezone.now()


def today() -> dt.date:
    """Return the date of ``now`` in the shop's time zone."""
    return timezone.localdate(now())


@contextmanager
def clock_at(moment: dt.datetime) -> Iterator[None]:
    """Let everything inside happen at an aware moment.

    Raises:
        ValueError: the moment is naive.
    """
    if timezone.is_naive(moment):
        raise ValueError("The clock takes aware times only.")
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


class ClockField(models.DateTimeField[Any, Any]):
    """A time that is written by itself, by the services' clock; otherwise Django's own field."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        """Write the clock's time where Django would write the present."""
        if self.auto_now or (self.auto_now_add and add):
            value = now()
            setattr(model_instance, self.attname, value)
            return value
        return getattr(model_instance, self.attname)

    def deconstruct(self) -> Any:
        """Stand in migrations as the plain field that it is to the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs
