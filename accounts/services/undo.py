"""What an undo keeps of the customers that a job made: whoever is in use by now keeps everything.

A log-in that an order names cannot go. Its customer's page is not named by anything, but without it
there would be no page to lead to; so it stays with the log-in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q

from accounts.models import Address, CustomerProfile, User
from backoffice.kernel.history.undo.tables import references_to

_LOGIN = "somebody who logs in with it"
_ERASED = "the record that the person was erased"
# What belongs to a customer and goes or stays with it.
_PARTS = (CustomerProfile, Address)


def users_kept(keys: Sequence[Any]) -> dict[Any, str]:
    """Return the log-ins that somebody has used, or that stand for an erased person."""
    rows = User.objects.filter(pk__among=list(keys))
    with_login = rows.filter(Q(last_login__isnull=False) | ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX))
    kept = dict.fromkeys(with_login.values_list("pk", flat=True), _LOGIN)
    return kept | dict.fromkeys(rows.filter(erased_at__isnull=False).values_list("pk", flat=True), _ERASED)


def customers_kept(keys: Sequence[Any]) -> dict[Any, str]:
    """Return the customers whose log-in will stay, because it is used, referred to or was changed since."""
    profiles = dict(CustomerProfile.objects.filter(pk__among=list(keys)).values_list("user_id", "pk"))
    users = users_kept(list(profiles))
    for key in references_to(User):
        if key.model not in _PARTS:
            name = str(key.model._meta.verbose_name_plural)
            found = key.model._base_manager.filter(**{f"{key.attname}__among": list(profiles)})
            users |= dict.fromkeys(found.values_list(key.attname, flat=True), name)
    users |= dict.fromkeys(_changed_since(profiles), "a log-in that was changed since")
    return {profiles[user_id]: what for user_id, what in users.items()}


def _changed_since(user_ids: Iterable[int]) -> set[int]:
    """Return the log-ins that are no longer as the job or person that made them left them.

    What was changed since and taken back does not count.
    """
    names = [
        field.attname
        for field in User.history.model.tracked_fields
        if not field.primary_key and not getattr(field, "auto_now", False)
    ]
    rows = User.history.filter(id__among=list(user_ids)).order_by("history_id")
    made_by: dict[int, tuple[int | None, int | None]] = {}
    left: dict[int, list[Any]] = {}
    newest: dict[int, list[Any]] = {}
    for user_id, job_id, person_id, *values in rows.values_list("id", "history_job_id", "history_user_id", *names):
        newest[user_id] = values
        if made_by.setdefault(user_id, (job_id, person_id)) == (job_id, person_id):
            left[user_id] = values
    return {user_id for user_id, values in newest.items() if values != left[user_id]}
