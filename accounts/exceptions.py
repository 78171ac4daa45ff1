"""Why the accounts app refuses something."""

from __future__ import annotations

from backoffice.kernel.refusals import Refused


class PersonRefused(Refused):
    """Something cannot be done with a person's account."""


class ErasureRefused(Refused):
    """A person cannot be erased now; the message tells why."""
