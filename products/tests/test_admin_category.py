"""The category tree in the admin."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages

from products.models import Category
from products.services.categories import category_create
from products.tests.admin_forms import posted_form
from products.tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/products/category/"


@pytest.fixture
def tree(entered) -> dict[str, Category]:
    entered("Operations lead")
    kitchen = category_create(category=Category(name="Kitchen"))
    return {
        "Kitchen": kitchen,
        "Mugs": category_create(category=Category(name="Mugs"), parent=kitchen),
        "Plates": category_create(category=Category(name="Plates"), parent=kitchen),
        "Garden": category_create(category=Category(name="Garden")),
    }


def shown() -> list[str]:
    return list(Category.objects.values_list("full_name", flat=True))


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_the_list_counts_products_of_a_category_and_of_its_branch(client, tree):
    for name in ("Kitchen", "Mugs", "Mugs", "Garden"):
        ProductFactory(category=tree[name])

    rows = {row.name: (row.own, row.branch) for row in client.get(LIST).context["cl"].result_list}

    assert rows == {"Kitchen": (1, 3), "Mugs": (2, 2), "Plates": (0, 0), "Garden": (1, 1)}


def test_a_new_category_stands_below_its_parent(client, tree):
    url = f"{LIST}add/"

    response = client.post(url, posted_form(client, url, name="Cups", parent=tree["Mugs"].pk))

    assert response.status_code == 302
    assert "Kitchen > Mugs > Cups" in shown()


def test_renaming_reaches_the_branch(client, tree):
    url = f"{LIST}{tree['Kitchen'].pk}/change/"

    client.post(url, posted_form(client, url, name="Cooking"))

    assert shown() == ["Cooking", "Cooking > Mugs", "Cooking > Plates", "Garden"]


def test_a_name_that_a_sister_has_is_refused_at_its_field(client, tree):
    url = f"{LIST}{tree['Plates'].pk}/change/"

    response = client.post(url, posted_form(client, url, name="Mugs"))

    assert response.context["adminform"].form.errors == {"name": ["There is a category “Kitchen > Mugs” already."]}
    assert shown() == ["Kitchen", "Kitchen > Mugs", "Kitchen > Plates", "Garden"]


def test_moving_up_and_down(client, tree):
    client.post(f"{LIST}{tree['Plates'].pk}/shift/?up=1")
    assert shown() == ["Kitchen", "Kitchen > Plates", "Kitchen > Mugs", "Garden"]

    response = client.post(f"{LIST}{tree['Plates'].pk}/shift/?up=1")
    assert said(response) == ["Plates is first at its level already."]
    assert client.get(f"{LIST}{tree['Plates'].pk}/shift/?up=0").status_code == 405
    assert shown() == ["Kitchen", "Kitchen > Plates", "Kitchen > Mugs", "Garden"]


def test_moving_into_another(client, tree):
    url = f"{LIST}{tree['Mugs'].pk}/move/"
    assert client.get(url).status_code == 200

    response = client.post(url, {"place": "into", "target": tree["Garden"].pk})

    assert response.status_code == 302
    assert shown() == ["Kitchen", "Kitchen > Plates", "Garden", "Garden > Mugs"]


def test_a_move_that_is_impossible_is_said_at_its_field(client, tree):
    url = f"{LIST}{tree['Kitchen'].pk}/move/"

    response = client.post(url, {"place": "into", "target": tree["Mugs"].pk})

    assert response.context["form"].errors == {"target": ["Kitchen cannot move into its own branch."]}
    assert shown() == ["Kitchen", "Kitchen > Mugs", "Kitchen > Plates", "Garden"]


def test_only_empty_categories_are_deleted(client, tree):
    ProductFactory(category=tree["Plates"])

    for name in ("Kitchen", "Plates"):
        client.post(f"{LIST}{tree[name].pk}/delete/", {"post": "yes"})
    client.post(f"{LIST}{tree['Mugs'].pk}/delete/", {"post": "yes"})

    assert shown() == ["Kitchen", "Kitchen > Plates", "Garden"]


def test_whole_branches_cannot_be_deleted_from_the_list(client, tree):
    client.post(LIST, {"action": "delete_selected", "_selected_action": [tree["Kitchen"].pk], "post": "yes"})

    assert len(shown()) == 4


@pytest.mark.parametrize("role", ["Seller", "Auditor", "Warehouse"])
def test_readers_read_and_do_not_move(client, entered, tree, role):
    entered(role)

    assert 'aria-label="Move' not in client.get(LIST).content.decode()
    assert client.post(f"{LIST}{tree['Plates'].pk}/shift/?up=1").status_code == 403
    assert client.post(f"{LIST}{tree['Plates'].pk}/move/", {"place": "into", "target": ""}).status_code == 403
    assert shown() == ["Kitchen", "Kitchen > Mugs", "Kitchen > Plates", "Garden"]
