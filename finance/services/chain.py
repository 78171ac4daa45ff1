"""Adding to the payment audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from backoffice.kernel import clock
from backoffice.kernel.history.context import current_audit
from backoffice.kernel.keyed import row_find
from backoffice.kernel.money import ZERO
from finance.event_hash import event_hash
from finance.models import EventChain, PaymentEvent


@dataclass(frozen=True)
class NewEvent:
    """One thing that happened to a payment.

    Attributes:
        payment_id: the payment.
        kind: the transition's name, ``created`` or ``capture``.
        source_status, target_status: the payment's state before and after; equal for a part capture.
        amount: money that moved, in the payment's currency.
        reference: the provider's or bank's id of the event; empty where there is none.
        reason: why; the audit context's reason where empty.
        origin: through which door it came; the audit context's source where empty.
        at: when it happened; now where None.
    """

    payment_id: int
    kind: str
    source_status: str
    target_status: str
    amount: Decimal = ZERO
    reference: str = ""
    reason: str = ""
    origin: str = ""
    at: dt.datetime | None = None


def events_append(*, events: Sequence[NewEvent]) -> list[PaymentEvent]:
    """Add events to the chain, in the transaction that moved their payments.

    The head of the chain is locked last, so that nothing else is waited for while it is held.

    Args:
        events: what happened, in order.

    Raises:
        MissingActor: nobody answers for the events.
    """
    if not events:
        return []
    audit = current_audit()
    user_id, job_id = audit.answerable()
    now = clock.now()
    head = row_find(EventChain, EventChain.SINGLETON_ID, lock="update")
    if head is None:
        head, _ = EventChain.objects.select_for_update().get_or_create(pk=EventChain.SINGLETON_ID)
    rows = []
    for new in events:
        row = PaymentEvent(
            sequence=head.length + 1,
            payment_id=new.payment_id,
            kind=new.kind,
            source_status=new.source_status,
            target_status=new.target_status,
            amount=new.amount,
            reference=new.reference or None,
            user_id=user_id,
            job_id=job_id,
            reason=new.reason or audit.reason,
            origin=(new.origin or audit.source)[:80],
            at=new.at or now,
            previous_hash=head.last_hash,
        )
        row.hash = event_hash(row, previous_hash=head.last_hash)
        head.length, head.last_hash = row.sequence, row.hash
        rows.append(row)
    PaymentEvent.objects.bulk_create(rows, batch_size=500)
    head.save(update_fields=["length", "last_hash"])
    return rows
