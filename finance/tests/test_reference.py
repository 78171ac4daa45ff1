"""The payment methods and the account that a new shop starts with."""

import pytest

from finance.models import BankAccount, PaymentMethod
from finance.services.reference import payment_method_default, reference_data_load

pytestmark = pytest.mark.django_db


def test_it_is_made_once_and_never_overwrites():
    assert reference_data_load() == {"payment_methods": 6, "bank_accounts": 1}
    PaymentMethod.objects.filter(code="card").update(name="Credit card")

    assert reference_data_load() == {"payment_methods": 0, "bank_accounts": 0}
    assert PaymentMethod.objects.get(code="card").name == "Credit card"
    for row in (*PaymentMethod.objects.all(), *BankAccount.objects.all()):
        row.full_clean()


def test_a_shop_with_its_own_account_gets_no_example():
    BankAccount.objects.create(name="Ours", iban="DE89370400440532013000")

    assert reference_data_load()["bank_accounts"] == 0


def test_the_first_active_method_is_the_default():
    reference_data_load()
    PaymentMethod.objects.filter(code="transfer").update(is_active=False)

    assert payment_method_default().code == "card"
