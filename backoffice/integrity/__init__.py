"""What must hold in the database at any moment, verified from the database alone.

Each check is a generator of findings and reads set by set, so that it runs on a shop with a million
orders. ``manage.py check_integrity`` runs them all.
"""

from __future__ import annotations

from backoffice.integrity.finding import CHECKS, Finding, Report, integrity_check

__all__ = ["CHECKS", "Finding", "Report", "integrity_check"]
