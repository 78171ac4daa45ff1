"""Where an upload begins: the page for a new one, the help and the template of each kind, the tools of the lists."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from backoffice.kernel.tests.admin_pages.upload_pages import CUPS, LIST, member, send, sent, whole
from backoffice.kernel.transfers.blank_files import accepted, columns_help
from backoffice.kernel.transfers.kinds import transfer_kind, transfer_kinds
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.reading.mapping.columns import Column, ValueFormat
from backoffice.kernel.transfers.services import is_recognised, open_questions, upload_create
from backoffice.kernel.transfers.values import read_values

pytestmark = pytest.mark.django_db

EVERY_KIND = pytest.mark.parametrize("kind", transfer_kinds(), ids=lambda kind: kind.name)


@pytest.fixture
def editor(client):
    user = member("Catalogue editor")
    client.force_login(user)
    return user


@pytest.fixture
def administrator(client):
    user = member("Administrator")
    client.force_login(user)
    return user


# The page ---------------------------------------------------------------------------------------------


def test_the_page_offers_the_kinds_that_a_person_may_upload_and_tells_of_the_chosen_one(client, editor):
    response = client.get(f"{LIST}add/", {"kind": "prices"})

    text = response.content.decode()
    assert [kind.name for kind in response.context["kinds"]] == ["categories", "prices", "products"]
    assert response.context["kind"].name == "prices"
    assert reverse("admin:kernel_upload_help", args=["prices"]) in text
    assert reverse("admin:kernel_upload_template", args=["prices", "xlsx"]) in text
    assert "2,000,000 rows" in text


@EVERY_KIND
def test_the_page_asks_the_questions_of_the_kind(client, administrator, kind):
    form = client.get(f"{LIST}add/", {"kind": kind.name}).context["form"]

    assert [name for name in form.fields if name.startswith("choice_")] == [
        f"choice_{choice.name}" for choice in kind.choices
    ]


def test_answers_go_with_the_upload(client, administrator):
    upload = sent(client, "sku,quantity\nCUP-1,5\n", kind="stock", choice_quantities="add", on_error="skip")

    assert upload.options["choices"]["quantities"] == "add"
    assert upload.options["on_error"] == "skip"


def test_without_a_file_the_page_says_so_at_the_field(client, editor):
    response = client.post(f"{LIST}add/?kind=products", {"kind": "products", "mode": "upsert", "on_error": "stop"})

    assert response.status_code == 200
    assert response.context["form"].errors == {"file": ["This field is required."]}
    assert not Upload.objects.exists()


def test_a_kind_that_a_person_may_not_upload_is_refused(client, editor):
    response = send(client, "sku,quantity\nCUP-1,5\n", kind="orders")

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["kind"]
    assert not Upload.objects.exists()


@pytest.mark.parametrize("role", ["Auditor", "Finance"])
def test_who_may_upload_nothing_finds_no_page(client, role):
    client.force_login(member(role))

    assert client.get(f"{LIST}add/").status_code == 403
    assert send(client, CUPS).status_code == 403
    assert not Upload.objects.exists()


# Templates and help -----------------------------------------------------------------------------------


@EVERY_KIND
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_template_is_read_without_a_question(client, administrator, kind, file_format):
    content = whole(client.get(reverse("admin:kernel_upload_template", args=[kind.name, file_format])))

    upload = upload_create(kind=kind.name, content=content, name=f"template.{file_format}", owner=administrator)

    assert upload.error == ""
    assert open_questions(upload) == []
    assert is_recognised(upload)
    assert upload.unmapped_columns == []
    assert {match["field"] for match in upload.mapping["matches"]} == set(kind.columns)


@EVERY_KIND
def test_the_examples_of_a_kind_are_what_its_columns_accept(kind):
    wrong = {
        column.field: [error.message for error in read_values(column, [column.example], ValueFormat())[1].values()]
        for column in kind.resource.columns()
        if column.example
    }

    assert {field: messages for field, messages in wrong.items() if messages} == {}


@EVERY_KIND
def test_the_help_lists_every_column_and_every_question(client, administrator, kind):
    text = client.get(reverse("admin:kernel_upload_help", args=[kind.name])).content.decode()

    assert [f'id="column-{field}"' in text for field in kind.columns] == [True] * len(kind.columns)
    assert [choice.label in text for choice in kind.choices] == [True] * len(kind.choices)
    assert [system in text for system in kind.systems] == [True] * len(kind.systems)
    assert "[clear]" in text


def test_the_help_says_what_a_column_accepts():
    told = {column.heading: column for column in columns_help(transfer_kind("products"))}

    assert told["price"].accepts == "A number with up to 2 decimals, 0 or more."
    assert told["status"].accepts == "One of: draft, active, archived."
    assert told["sku"].accepts == "Text, up to 100 characters."
    assert told["sku"].needed == "one of these"
    assert told["brand"].needed == ""
    assert "artikelnummer" in told["sku"].synonyms


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"kind": "bool"}, "Yes or no; also true, false, 1 and 0."),
        ({"kind": "date"}, "A date, for example 2026-03-31."),
        ({"kind": "datetime"}, "A date and time, for example 2026-03-31 18:00."),
        ({"kind": "list"}, "Several values, separated by commas."),
        ({"kind": "integer", "minimum": 1, "maximum": 99}, "A whole number, from 1 to 99."),
        ({"kind": "integer", "maximum": 99}, "A whole number, 99 or less."),
        ({"kind": "decimal", "places": 1, "percent": True}, "A percentage with up to 1 decimal."),
        ({"kind": "text", "multiline": True}, "Text; line breaks are kept."),
    ],
)
def test_each_sort_of_column_is_told_in_words(declared, words):
    bounds = {name: Decimal(value) for name, value in declared.items() if name in {"minimum", "maximum"}}

    assert accepted(Column(field="x", label="X", **{**declared, **bounds})) == words


def test_help_and_templates_are_for_those_who_may_upload_the_kind(client, editor):
    for name, args in (("help", ["orders"]), ("template", ["orders", "csv"]), ("help", ["nonsense"])):
        assert client.get(reverse(f"admin:kernel_upload_{name}", args=args)).status_code == 404
    client.force_login(member("Auditor"))
    assert client.get(reverse("admin:kernel_upload_help", args=["orders"])).status_code == 200


def test_a_template_of_another_format_does_not_exist(client, editor):
    assert client.get(f"{LIST}template/products.pdf").status_code == 404


# The tools of the lists -------------------------------------------------------------------------------


@EVERY_KIND
def test_some_list_leads_to_the_upload_of_the_kind(client, administrator, kind):
    wanted = f"{reverse('admin:kernel_upload_add')}?kind={kind.name}"
    found = []
    for model in kind.target_models():
        if model in admin.site._registry:
            url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            found += [tool["url"] for tool in client.get(url).context["list_tools"]]

    assert wanted in found


def test_the_tools_are_only_for_those_who_may(client):
    url = reverse("admin:products_product_changelist")
    tools = {}
    for role in ("Catalogue editor", "Order desk", "Auditor"):
        client.force_login(member(role))
        tools[role] = [tool["label"] for tool in client.get(url).context["list_tools"]]

    assert tools == {
        "Catalogue editor": ["Upload products", "Export"],
        "Order desk": [],
        "Auditor": ["Export"],
    }
    assert apps.get_model("products.Product") in transfer_kind("products").target_models()


@pytest.mark.parametrize(
    ("kind", "systems"),
    [
        ("products", ["Shopify", "Spree", "WooCommerce"]),
        ("orders", ["UCI Online Retail", "Shopify", "WooCommerce"]),
        ("prices", []),
    ],
)
def test_each_foreign_system_is_named_once_and_our_own_exports_are_none(kind, systems):
    named = transfer_kind(kind).systems

    assert named[: len(systems)] == systems
    assert len(named) == len(set(named))
    assert not any(name.startswith("Backoffice") for name in named)
