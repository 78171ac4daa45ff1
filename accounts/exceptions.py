"""Why the accounts app refuses something."""

from backoffice.kernel.refusals import Refused


class ErasureRefused(Refused):
    """A person cannot be erased now; the message tells why."""
