"""What every app says when something is not possible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """Something is not possible now; the message tells why, in plain words, and nothing was changed.

    The doors show it: the admin as a message or beside the field, the API as a 4xx answer, a bulk
    action as the reason why a row was left out. Each app derives its own from it.

    Attributes:
        field: the form field that the refusal concerns; "" where it concerns the whole.
        details: what a program may want to know besides the message; JSON-able.
    """

    details: Mapping[str, Any] = {}

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
