"""The hash that chains payment events."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from finance.models import PaymentEvent


def event_canonical(event: PaymentEvent) -> str:
    """Return the one text of an event's content: sorted keys, amounts as fixed text, time in UTC."""
    content = {
        "sequence": event.sequence,
        "payment": event.payment_id,
        "kind": event.kind,
        "from": event.source_status,
        "to": event.target_status,
        "amount": f"{event.amount:.2f}",
        "reference": event.reference,
        "user": event.user_id,
        "job": event.job_id,
        "reason": event.reason,
        "origin": event.origin,
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def event_hash(event: PaymentEvent, *, previous_hash: str) -> str:
    """Return SHA-256 over the previous event's hash and this event's canonical text.

    Args:
        event: the event, stored or about to be.
        previous_hash: hash of the event before it, over all payments; empty for the first.
    """
    return hashlib.sha256(f"{previous_hash}\n{event_canonical(event)}".encode()).hexdigest()
