"""Why the accounts app refuses something."""


class ErasureRefused(Exception):
    """A person cannot be erased now; the message tells why."""
