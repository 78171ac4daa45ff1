"""The one function that moves a row: re-reads, refuses loudly, leaves who and why, tells once."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts.tests.factories import StaffFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.states.diagram import diagram
from backoffice.kernel.states.machine import Machine, Transition, TransitionRefused, apply_transition, machines
from products.events import product_status_changed
from products.models import Product
from products.states import PRODUCT_MACHINE, ProductStatus
from products.tests.factories import ProductFactory, VariantFactory


@pytest.fixture
def told():
    """The signals that were sent."""
    calls = []

    def receiver(sender, **kwargs):
        calls.append((kwargs["transition"], kwargs["source"], kwargs["target"]))

    product_status_changed.connect(receiver)
    yield calls
    product_status_changed.disconnect(receiver)


@pytest.mark.django_db
def test_a_move_saves_the_state_and_says_who_and_why(told):
    product = VariantFactory(product__status="draft").product
    user = StaffFactory()

    with audit(user=user):
        apply_transition(product, PRODUCT_MACHINE, "publish", reason="Season starts")

    assert Product.objects.get(pk=product.pk).status == "active"
    row = product.history.first()
    assert (row.status, row.history_user_id, row.history_change_reason) == ("active", user.pk, "Season starts")
    assert row.updated_at == Product.objects.get(pk=product.pk).updated_at
    assert told == [("publish", "draft", "active")]


@pytest.mark.django_db
def test_a_refused_move_changes_nothing_and_tells_nobody(told):
    product = ProductFactory(status="archived")
    before = (product.history.count(), product.updated_at)

    with pytest.raises(TransitionRefused) as refused:
        apply_transition(product, PRODUCT_MACHINE, "withdraw")

    assert str(refused.value) == f"{product} is archived; it would have to be active."
    assert (refused.value.transition, refused.value.source) == ("withdraw", "archived")
    product.refresh_from_db()
    assert (product.status, (product.history.count(), product.updated_at), told) == ("archived", before, [])


@pytest.mark.django_db
def test_a_guard_refuses_with_its_reason():
    product = ProductFactory(status="draft")

    with pytest.raises(TransitionRefused) as refused:
        apply_transition(product, PRODUCT_MACHINE, "publish")

    assert str(refused.value) == PRODUCT_MACHINE.by_name["publish"].guard(product)

    product.refresh_from_db()
    assert product.status == "draft"


@pytest.mark.django_db
def test_a_stale_row_in_memory_does_no_harm():
    # given a row in memory that says draft, while the database says archived
    product = VariantFactory(product__status="draft").product
    stale = Product.objects.get(pk=product.pk)
    apply_transition(product, PRODUCT_MACHINE, "archive")

    with pytest.raises(TransitionRefused):
        apply_transition(stale, PRODUCT_MACHINE, "withdraw")

    assert Product.objects.get(pk=product.pk).status == "archived"


@pytest.mark.django_db
def test_further_values_are_saved_with_the_state():
    product = VariantFactory(product__status="draft").product

    apply_transition(product, PRODUCT_MACHINE, "publish", values={"brand": "Lumo"})

    product.refresh_from_db()
    assert (product.status, product.brand) == ("active", "Lumo")


def test_a_machine_that_names_an_unknown_state_does_not_load():
    move = Transition("go", frozenset({"nowhere"}), ProductStatus.ACTIVE)

    with pytest.raises(ValueError, match=r"unknown states \['nowhere'\]"):
        Machine("bad", "products.Product", "status", ProductStatus, (move,), ProductStatus.DRAFT)


def test_a_machine_that_names_a_move_twice_does_not_load():
    move = Transition("go", frozenset({ProductStatus.DRAFT}), ProductStatus.ACTIVE)

    with pytest.raises(ValueError, match="names a transition twice"):
        Machine("bad", "products.Product", "status", ProductStatus, (move, move), ProductStatus.DRAFT)


def test_the_documentation_is_current():
    call_command("document_states", check=True)


def test_a_page_that_is_out_of_date_is_reported(settings, tmp_path):
    settings.BASE_DIR = tmp_path

    with pytest.raises(CommandError, match="out of date"):
        call_command("document_states", check=True)


def test_the_diagram_has_every_move():
    assert diagram(PRODUCT_MACHINE).splitlines() == [
        "stateDiagram-v2",
        "    [*] --> draft",
        "    archived --> active: publish",
        "    draft --> active: publish",
        "    active --> archived: archive",
        "    draft --> archived: archive",
        "    active --> draft: withdraw",
    ]


def test_every_machine_is_declared_once():
    names = [machine.name for machine in machines()]

    assert names == sorted(set(names))
    assert {"cart", "invoice", "order", "payment", "product", "return", "shipment"} <= set(names)
