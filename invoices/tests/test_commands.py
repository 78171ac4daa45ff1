"""Issuing by command: what is due by the policy, or the orders that are named."""

import json
from contextvars import Context

import pytest
from django.core.management import CommandError, call_command

from finance.models import Payment
from finance.services.events import payment_settle
from invoices.models import Invoice, IssuePolicy, Issuer
from invoices.tests.factories import IssuerFactory
from orders.tests.factories import draft_order, placed_order

pytestmark = pytest.mark.django_db


def run(capsys, *arguments: str) -> dict:
    # In a context of its own, as from a shell: nothing is inherited from the tests' audit context.
    Context().run(call_command, "issue_invoices", "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def test_what_is_due_by_the_policy_is_issued_once(capsys):
    IssuerFactory(policy=IssuePolicy.BY_HAND)
    paid, _unpaid = placed_order(), placed_order()
    payment_settle(payment=Payment.objects.get(order=paid))
    Issuer.objects.update(policy=IssuePolicy.ON_PAYMENT)

    first, second = run(capsys), run(capsys)

    invoice = Invoice.objects.get()
    assert invoice.order == paid
    assert first == {"issued": [invoice.number], "refused": [], "overdue": 0}
    assert second == {"issued": [], "refused": [], "overdue": 0}
    history = invoice.history.select_related("history_job").last()
    assert (history.history_user, history.history_job.kind) == (None, "command:issue_invoices")


def test_named_orders_are_issued_whatever_the_policy(capsys):
    IssuerFactory(policy=IssuePolicy.BY_HAND)
    order = placed_order()

    result = run(capsys, "--order", order.number)

    assert result["issued"] == [Invoice.objects.get().number]


def test_refusals_are_listed_and_fail_the_command(capsys):
    IssuerFactory()
    draft = draft_order()

    with pytest.raises(CommandError):
        call_command("issue_invoices", "--json", "--order", draft.number, "--order", "O-0")

    assert json.loads(capsys.readouterr().out)["refused"] == [
        {
            "order": f"order {draft.number}",
            "reason": f"Order {draft.number} is draft; only placed orders are invoiced.",
        },
        {"order": "order O-0", "reason": "There is no such order."},
    ]


def test_a_shop_without_an_issuer_is_told_so():
    with pytest.raises(CommandError, match="No issuer is set up yet"):
        call_command("issue_invoices")
