"""The payment audit is append-only, and its chain shows what was done to it with force."""

import pytest
from django.db import IntegrityError, connection, transaction

from backoffice.kernel.immutable import guards_install, guards_missing, guards_remove
from finance.exceptions import AppendOnly
from finance.guards import finance_guards
from finance.models import EventChain, PaymentEvent
from finance.selectors import payment_chain_findings
from finance.services.events import payment_settle
from finance.tests.factories import pending_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def events() -> list[PaymentEvent]:
    """Return six events of three payments."""
    for _ in range(3):
        payment_settle(payment=pending_payment())
    return list(PaymentEvent.objects.order_by("sequence"))


def execute(sql: str, *params: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def force(*statements: str) -> None:
    """Run SQL as somebody would who can drop triggers."""
    guards_remove(connection, finance_guards())
    for statement in statements:
        execute(statement)
    guards_install(connection, finance_guards())


def findings() -> list[tuple[str, str]]:
    return [(item.subject, item.message) for item in payment_chain_findings()]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE finance_paymentevent SET amount = 1", "Payment events are never changed"),
        ("UPDATE finance_paymentevent SET reason = 'else' WHERE sequence = 2", "Payment events are never changed"),
        ("DELETE FROM finance_paymentevent WHERE sequence = 6", "Payment events are never deleted"),
    ],
)
def test_sql_is_refused(events, sql, message):
    with pytest.raises(IntegrityError, match=message):
        execute(sql)

    assert list(PaymentEvent.objects.order_by("sequence")) == events
    assert findings() == []


def test_the_orm_is_refused_in_plain_words(events):
    event = events[0]
    event.reason = "else"
    for write in (
        event.save,
        event.delete,
        PaymentEvent.objects.all().delete,
        lambda: PaymentEvent.objects.update(amount=1),
    ):
        with pytest.raises(AppendOnly, match="Payment events are never"):
            write()

    assert PaymentEvent.objects.count() == 6
    assert findings() == []


def test_the_triggers_are_there():
    assert guards_missing(connection) == []


def test_a_whole_chain_has_no_findings(events):
    assert findings() == []
    assert [event.sequence for event in events] == [1, 2, 3, 4, 5, 6]
    assert [event.previous_hash for event in events[1:]] == [event.hash for event in events[:-1]]
    head = EventChain.objects.get()
    assert (head.length, head.last_hash) == (6, events[-1].hash)


@pytest.mark.parametrize(
    "change",
    [
        "amount = amount + 1",
        "reason = 'else'",
        "target_status = 'failed'",
        "payment_id = payment_id + 1",
        "at = '2020-01-01'",
    ],
)
def test_an_edit_shows(events, change):
    if "payment_id" in change:
        change = f"payment_id = {events[4].payment_id}"
    force(f"UPDATE finance_paymentevent SET {change} WHERE sequence = 2")

    assert findings() == [("payment event 2", "Its content is not what it was when it was written.")]


def test_a_deletion_shows(events):
    force("DELETE FROM finance_paymentevent WHERE sequence IN (3, 4)")

    assert findings() == [("payment event 5", "Events 3 to 4 are missing.")]


def test_a_deletion_at_the_end_shows(events):
    force("DELETE FROM finance_paymentevent WHERE sequence = 6")

    assert findings() == [("payment events", "The chain ends at 5, but 6 were written.")]


def test_a_reordering_shows(events):
    force(
        "UPDATE finance_paymentevent SET sequence = 99 WHERE sequence = 3",
        "UPDATE finance_paymentevent SET sequence = 3 WHERE sequence = 4",
        "UPDATE finance_paymentevent SET sequence = 4 WHERE sequence = 99",
    )

    subjects = [subject for subject, _ in findings()]
    assert subjects == ["payment event 3", "payment event 3", "payment event 4", "payment event 4", "payment event 5"]


def test_a_rewritten_event_with_a_hash_of_its_own_still_breaks_the_link(events):
    from finance.event_hash import event_hash

    event = PaymentEvent.objects.get(sequence=3)
    event.amount = 1
    forged = event_hash(event, previous_hash=event.previous_hash)
    force(f"UPDATE finance_paymentevent SET amount = 1, hash = '{forged}' WHERE sequence = 3")

    assert findings() == [
        ("payment event 4", "It does not follow the event before it: one was changed, replaced or moved.")
    ]
