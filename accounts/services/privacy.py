"""Handing over and erasing a person's data (GDPR, articles 15, 17 and 20)."""

from __future__ import annotations

from typing import Any, cast

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import transaction
from django.db.models.functions import Lower
from django_otp import devices_for_user

from accounts.events import person_data_collected, person_erased
from accounts.exceptions import ErasureRefused
from accounts.models import Address, CustomerProfile, User, UserType
from backoffice.kernel import clock
from backoffice.kernel.files.models import FileAccess
from backoffice.kernel.forgetting import StillNeeded, person_forget, words_replaced
from backoffice.kernel.history.context import audit, current_audit
from backoffice.kernel.transfers.models import Export

# Stands in place of what was erased, so that a page still says that something was there.
ERASED = "erased"
# Receives no mail (RFC 2606).
ERASED_DOMAIN = "erased.invalid"
# A shorter text could mean somebody or something else.
SHORTEST_WORD = 6
_PROFILE = ("company", "vat_id", "phone", "note")
_ATTEMPTS = (AccessAttempt, AccessFailureLog, AccessLog)


def erased_email(user: User) -> str:
    """Return the address that takes the place of an erased person's; it cannot receive mail."""
    return f"erased-{user.pk}@{ERASED_DOMAIN}"


def person_emails(user: User) -> list[str]:
    """Return every email that a person has had, in lower case."""
    emails = {user.email, *User.history.filter(id=user.pk).values_list("email", flat=True)}
    return sorted({email.lower() for email in emails} - {erased_email(user)})


def person_words(user: User) -> list[str]:
    """Return the texts that mean this person and nobody else: emails, full names, companies, numbers."""
    words = set(person_emails(user))
    for row in (user, *User.history.filter(id=user.pk)):
        if row.first_name and row.last_name:
            words.add(f"{row.first_name} {row.last_name}")
    for profile in CustomerProfile.history.filter(user_id=user.pk).values("company", "vat_id", "phone"):
        words |= set(profile.values())
    for name, phone in Address.history.filter(user_id=user.pk).values_list("name", "phone"):
        words |= {name, phone}
    return sorted(word for word in words if len(word) >= SHORTEST_WORD)


def person_data(*, user: User) -> dict[str, Any]:
    """Collect what is kept of a person, from this app and every app above.

    Returns:
        Sections of rows, for ``DjangoJSONEncoder``.
    """
    emails = person_emails(user)
    sections: dict[str, Any] = {
        "account": [_row(user, "email", "first_name", "last_name", "is_active", "date_joined", "last_login")],
        "earlier_emails": [{"email": email} for email in emails if email != user.email.lower()],
        "customer": [
            _row(row, *_PROFILE, "language", "payment_terms_days", "accepts_marketing", "created_at")
            for row in CustomerProfile.objects.filter(user=user)
        ],
        "addresses": [row.snapshot() for row in Address.objects.filter(user=user)],
        "failed_logins": list(
            AccessAttempt.objects.filter(username__in=emails).values("attempt_time", "ip_address", "user_agent")
        ),
        "downloads": list(FileAccess.objects.filter(user=user).values("file__name", "at", "address")),
    }
    for _receiver, section in person_data_collected.send(sender=User, user=user):
        sections.update(cast("dict[str, Any]", section))
    return sections


def person_data_hand_over(*, user: User) -> dict[str, Any]:
    """Collect what is kept of a person for a file, and note in the log of exports that it was taken."""
    data = person_data(user=user)
    audit_now = current_audit()
    Export.objects.create(
        kind="personal data",
        format="json",
        columns=list(data),
        filters={"person": user.pk},
        rows=sum(len(rows) for rows in data.values()),
        complete=True,
        owner_id=audit_now.user_id,
        source=audit_now.source[:80],
    )
    return data


@transaction.atomic
def person_erase(*, user: User, reason: str) -> None:
    """Empty a person's data in the live rows, in their history and, by signal, in the apps above.

    Invoices and the books keep what tax law wants kept; the rows themselves stay, so that orders and
    books hold. Logs of failed log-ins go, and technical records forget the person's emails and names.

    Raises:
        ErasureRefused: members of staff and sellers are disabled instead: what they did must stay
            attributable. Somebody already erased is refused too, and whoever has business that is
            not finished.
    """
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if locked.user_type != UserType.CUSTOMER:
        raise ErasureRefused(f"{locked} is not a customer; disable the account instead.")
    if locked.erased_at is not None:
        raise ErasureRefused(f"{locked} was erased on {locked.erased_at:%Y-%m-%d}.")
    try:
        _erase(locked, reason)
    except StillNeeded as error:
        raise ErasureRefused(str(error)) from error
    user.refresh_from_db()


def _erase(user: User, reason: str) -> None:
    """Erase a locked customer."""
    words, emails = person_words(user), person_emails(user)
    with audit(reason=words_replaced(reason, words)):
        person_erased.send(sender=User, user=user)
        for address in Address.objects.filter(user=user):
            address.delete()
        profile = CustomerProfile.objects.filter(user=user).first()
        if profile is not None:
            profile.company = profile.vat_id = profile.phone = profile.note = ""
            profile.accepts_marketing = False
            profile.save()
        user.email, user.first_name, user.last_name = erased_email(user), ERASED, ""
        user.is_active, user.erased_at, user.last_login = False, clock.now(), None
        user.set_unusable_password()
        user.save()
        for device in devices_for_user(user, confirmed=None):
            device.delete()
    _erase_history(user)
    for attempts in _ATTEMPTS:
        attempts.objects.filter(username__in=emails).delete()
    person_forget(user_id=user.pk, words=words)


def person_erasure_refusal(*, user: User) -> str:
    """Say why a person cannot be erased now; empty where nothing is in the way. Changes nothing."""
    with transaction.atomic():
        try:
            person_erase(user=User.objects.get(pk=user.pk), reason="")
        except ErasureRefused as error:
            return str(error)
        finally:
            transaction.set_rollback(True)
    return ""


def _erase_history(user: User) -> None:
    """Blank the personal columns of history rows; who, when and why stay.

    An upload that was undone may have made the person before, under a key that nobody has any more:
    the history of that is the person's too.
    """
    ids = [user.pk, *_earlier_log_ins(user)]
    User.history.filter(id__in=ids).update(email=erased_email(user), first_name=ERASED, last_name="")
    CustomerProfile.history.filter(user_id__in=ids).update(**dict.fromkeys(_PROFILE, ""))
    Address.history.filter(user_id__in=ids).update(
        name=ERASED, company="", line1=ERASED, line2="", postcode="", city=ERASED, region="", phone=""
    )


def _earlier_log_ins(user: User) -> list[int]:
    """Return the keys of deleted log-ins that had one of a person's emails."""
    gone = User.history.annotate(lower_email=Lower("email")).filter(
        history_type="-", lower_email__in=person_emails(user)
    )
    ids = set(gone.values_list("id", flat=True))
    return sorted(ids - set(User.objects.filter(pk__in=ids).values_list("pk", flat=True)))


def _row(instance: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(instance, name) for name in names}
