"""What must hold in the database at any moment, verified from the database alone.

Each check is a generator of findings. The database compares, row by row where it must, and only
what does not hold comes out of it; the exceptions are hashes and field validators, which stream.
``manage.py check_integrity`` runs them all.
"""

from __future__ import annotations

from backoffice.integrity.finding import Finding, Invariant, Report, UnknownInvariant, integrity_check, invariants

__all__ = ["Finding", "Invariant", "Report", "UnknownInvariant", "integrity_check", "invariants"]
