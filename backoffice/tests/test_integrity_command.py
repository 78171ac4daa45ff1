"""The command tells what holds and what does not, to people and to programs."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from backoffice.integrity import invariants
from backoffice.integrity.finding import FINDINGS_PER_CHECK
from backoffice.tests.breaking import change
from orders.models import Order
from orders.tests.factories import OrderFactory, placed_order

pytestmark = pytest.mark.usefixtures("breakable")


def test_all_twelve_invariants_are_checked_in_order(capsys):
    call_command("check_integrity")

    lines = capsys.readouterr().out.splitlines()
    assert [line.split(maxsplit=2)[:2] for line in lines] == [[str(number), "holds"] for number in range(1, 13)]
    assert list(invariants()) == list(range(1, 13))


def test_what_is_broken_is_told_and_the_command_fails(capsys):
    order = placed_order()
    change(order, paid_total="1.00")

    with pytest.raises(CommandError, match=r"^1 findings\.$") as error:
        call_command("check_integrity", "--only", "2")

    assert error.value.returncode == 1
    assert capsys.readouterr().out.splitlines() == [
        f" 2  BROKEN (1)    {invariants()[2].title}",
        f"      order {order.number}: Received less refunded is 0.00, but 1.00 is stored as paid.",
    ]


def test_programs_get_one_json_object(capsys):
    order = placed_order()
    change(order, paid_total="1.00")

    with pytest.raises(CommandError):
        call_command("check_integrity", "--json", "--only", "4", "--only", "2")

    assert json.loads(capsys.readouterr().out) == {
        "broken": 1,
        "error": "1 findings.",
        "invariants": [
            {
                "number": 2,
                "title": invariants()[2].title,
                "findings": [
                    {
                        "subject": f"order {order.number}",
                        "message": "Received less refunded is 0.00, but 1.00 is stored as paid.",
                    }
                ],
                "more": False,
            },
            {"number": 4, "title": invariants()[4].title, "findings": [], "more": False},
        ],
    }


def test_more_than_a_hundred_findings_of_a_kind_are_not_listed(capsys):
    rows = OrderFactory.create_batch(FINDINGS_PER_CHECK + 2)
    Order.objects.filter(pk__in=[row.pk for row in rows]).update(channel="telegram")

    with pytest.raises(CommandError, match=r"^100 or more findings\.$"):
        call_command("check_integrity", "--only", "8")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(" 8  BROKEN (100+)")
    assert len(lines) == FINDINGS_PER_CHECK + 1


def test_an_invariant_that_there_is_not(capsys):
    with pytest.raises(CommandError, match=r"^There is no invariant 13; there are 1 to 12\.$"):
        call_command("check_integrity", "--json", "--only", "13")

    assert json.loads(capsys.readouterr().out) == {"error": "There is no invariant 13; there are 1 to 12."}
