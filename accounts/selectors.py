"""Reading people."""

from __future__ import annotations

from accounts.models import User
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.transfers.models import Export, Upload


def has_worked(user: User) -> bool:
    """Say whether a log-in has uploads, exports or jobs: whoever shares its store sees them, with what they hold."""
    return any(model._default_manager.filter(owner=user.pk).exists() for model in (Upload, Export, Job))
