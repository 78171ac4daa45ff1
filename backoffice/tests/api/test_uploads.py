"""Uploads through the API: the pipeline of the admin, for whom the manifest lets, each within their scope."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.permissions import ROLES
from accounts.services.roles import permission_codenames
from accounts.tests.factories import StaffFactory, UserFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.history.undo import previews
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_run
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.transfers.kinds import TransferKind, transfer_kinds
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import planning, upload_choose
from backoffice.tests.api.world import client_of, party, staff
from products.models import Product, ProductImage, Variant
from products.tests.factories import LocationFactory, TaxClassFactory
from products.tests.pictures import picture, zipped

pytestmark = pytest.mark.django_db

ADDRESS = "api-upload"
GOOD = "handle,sku,name,price\ncup,CUP-1,Cup,9.50\nmug,MUG-1,Mug,12.00\n"
WRONG = "handle,sku,name,price\ncup,CUP-1,Cup,cheap\nmug,MUG-1,Mug,12.00\ncan,CAN-1,Can,\n"


@pytest.fixture(autouse=True)
def reference_data(db: None) -> None:
    TaxClassFactory(code="standard", name="Standard rate")
    LocationFactory(code="main", name="Main warehouse")


@pytest.fixture
def editor() -> User:
    return staff("Catalogue editor")


def sent(client, text: str = GOOD, **data: str):
    """Send a file."""
    file = SimpleUploadedFile("goods.csv", text.encode(), "text/csv")
    return client.post(reverse(f"{ADDRESS}-list"), {"kind": "products", "file": file, **data}, format="multipart")


def step(client, pk: int, name: str):
    return client.post(reverse(f"{ADDRESS}-{name}", args=[pk]))


def seen(client, pk: int):
    return client.get(reverse(f"{ADDRESS}-detail", args=[pk]))


# From the file to the shop and back -------------------------------------------------------------------


def test_a_file_is_checked_applied_and_undone(editor):
    client = client_of(editor)

    answer = sent(client)

    assert answer.status_code == 201
    body = answer.json()
    assert (body["state"], body["rows"], body["created"], body["failed"]) == ("planned", 2, 2, 0)
    assert body["options"]["mode"] == "upsert"
    assert body["mapping"]["columns"] == {"handle": "handle", "sku": "sku", "name": "name", "price": "price"}
    assert not Variant.objects.exists()

    applied = step(client, body["id"], "apply")

    assert (applied.status_code, applied.json()["state"]) == (200, "applied")
    assert sorted(Variant.objects.values_list("sku", flat=True)) == ["CUP-1", "MUG-1"]
    assert Variant.history.filter(sku="CUP-1").get().history_user_id == editor.pk
    # and sent again it does nothing twice
    assert step(client, body["id"], "apply").json()["state"] == "applied"
    assert Variant.history.count() == 2

    undone = step(client, body["id"], "undo")

    assert (undone.status_code, undone.json()["state"]) == (200, "undone")
    assert not Product.objects.exists()


def test_wrong_rows_are_listed_page_by_page_and_stop_the_whole(editor):
    client = client_of(editor)
    pk = sent(client, WRONG).json()["id"]

    refused = step(client, pk, "apply")
    first = client.get(reverse(f"{ADDRESS}-errors", args=[pk]), {"page_size": 1}).json()
    second = client.get(first["next"]).json()

    assert refused.status_code == 409
    assert refused.json()["code"] == "upload_refused"
    assert "2 rows have errors" in refused.json()["detail"]
    assert not Variant.objects.exists()
    assert [(row["row"], row["key"]) for row in first["results"] + second["results"]] == [(2, "CUP-1"), (4, "CAN-1")]
    assert first["results"][0]["errors"] == [
        {"column": "price", "value": "cheap", "message": first["results"][0]["errors"][0]["message"]}
    ]
    assert "is not a number" in first["results"][0]["errors"][0]["message"]
    assert second["next"] is None


def test_good_rows_go_in_where_that_was_asked_for(editor):
    client = client_of(editor)
    pk = sent(client, WRONG, on_error="skip").json()["id"]

    applied = step(client, pk, "apply").json()

    assert (applied["state"], applied["created"], applied["failed"]) == ("applied", 1, 2)
    assert list(Variant.objects.values_list("sku", flat=True)) == ["MUG-1"]


def test_what_is_only_guessed_is_left_out_with_a_warning(editor):
    text = "handle,sku,name,price,Hersteller\ncup,CUP-1,Cup,9.50,Nordlicht\n"

    body = sent(client_of(editor), text).json()

    assert body["state"] == "planned"
    assert body["unmapped_columns"] == ["Hersteller"]
    assert [warning for warning in body["warnings"] if "nobody has confirmed it" in warning] != []


def test_a_large_file_is_checked_in_the_background(editor, monkeypatch):
    monkeypatch.setattr(planning, "AT_ONCE_BYTES", 10)
    client = client_of(editor)

    body = sent(client).json()

    assert (body["state"], body["rows"]) == ("staging", 0)
    assert body["progress"]["done"] == 0
    job_run(job_id=Upload.objects.get().plan_job_id)
    after = seen(client, body["id"]).json()
    assert (after["state"], after["rows"], after["progress"]) == ("planned", 2, None)


def test_a_file_that_cannot_be_read_says_why(editor):
    body = sent(client_of(editor), "").json()

    assert (body["state"], body["error"]) == (
        "failed",
        "The file is empty. Choose the file again, or export it again.",
    )


def test_an_upload_over_a_threshold_waits_for_a_second_person(editor):
    ShopSettings.objects.create(pk=1, approval_rows=1, require_second_factor=False)
    client = client_of(editor)
    pk = sent(client).json()["id"]

    waiting = step(client, pk, "apply").json()

    assert waiting["state"] == "awaiting_approval"
    assert waiting["approval"] == ["It changes 2 rows; more than 1 need a second person."]
    assert not Variant.objects.exists()
    assert step(client, pk, "discard").json()["state"] == "cancelled"


def test_what_becomes_of_each_row_is_told_before_it_is_applied(editor):
    client = client_of(editor)
    step(client, sent(client).json()["id"], "apply")
    pk = sent(client, "sku,name,price\nCUP-1,Cup,8.00\nMUG-1,Mug,12.00\nCAN-1,Can,4.5\nTIN-1,Tin,x\n").json()["id"]
    address = reverse(f"{ADDRESS}-rows", args=[pk])

    first = client.get(address, {"page_size": 3}).json()
    rest = client.get(first["next"]).json()
    changed = client.get(address, {"action": "update"}).json()["results"]

    shown = [(row["row"], row["action"], row["key"]) for row in first["results"] + rest["results"]]
    assert shown == [(2, "update", "CUP-1"), (3, "unchanged", "MUG-1"), (4, "create", "CAN-1"), (5, "error", "TIN-1")]
    price = {"field": "price", "old": "9.50", "new": "8.00"}
    assert changed == [{"row": 2, "action": "update", "key": "CUP-1", "changes": [price], "errors": []}]
    assert {"field": "price", "old": None, "new": "4.50"} in first["results"][2]["changes"]
    assert [error["column"] for error in rest["results"][0]["errors"]] == ["price"]


def test_rows_of_what_there_is_not_are_refused(editor):
    client = client_of(editor)
    address = reverse(f"{ADDRESS}-rows", args=[sent(client).json()["id"]])

    for query in ({"action": "explode"}, {"state": "new"}):
        answer = client.get(address, query)
        assert (answer.status_code, list(answer.json())) == (400, list(query))


def test_only_the_plan_that_was_looked_at_is_applied(editor):
    client = client_of(editor)
    body = sent(client).json()
    upload = Upload.objects.get(pk=body["id"])
    assert body["plan"] == upload.plan_job_id
    upload_choose(upload=upload, options={"mode": "create"})

    stale = client.post(reverse(f"{ADDRESS}-apply", args=[upload.pk]), {"plan": body["plan"]}, format="json")
    assert (stale.status_code, stale.json()["code"]) == (409, "upload_refused")
    assert not Variant.objects.exists()
    odd = client.post(reverse(f"{ADDRESS}-apply", args=[upload.pk]), {"plan": "this one"}, format="json")
    assert (odd.status_code, list(odd.json())) == (400, ["plan"])

    plan = seen(client, upload.pk).json()["plan"]
    fresh = client.post(reverse(f"{ADDRESS}-apply", args=[upload.pk]), {"plan": plan}, format="json")
    assert (fresh.status_code, fresh.json()["state"]) == (200, "applied")


def test_a_second_person_approves_and_nobody_else(editor):
    ShopSettings.objects.create(pk=1, approval_rows=1, require_second_factor=False)
    pk = sent(client_of(editor)).json()["id"]
    step(client_of(editor), pk, "apply")
    lead, admin = staff("Operations lead"), StaffFactory(is_superuser=True)

    assert step(client_of(editor), pk, "approve").status_code == 403
    assert not Variant.objects.exists()
    answer = step(client_of(lead), pk, "approve")

    assert (answer.status_code, answer.json()["state"]) == (200, "applied")
    upload = Upload.objects.get(pk=pk)
    assert (upload.owner, upload.asked_by, upload.approver) == (editor, editor, lead)
    assert Variant.history.filter(sku="CUP-1").get().history_user_id == editor.pk
    # who may approve does not approve the own wish
    own = sent(client_of(admin), "sku,name,price\nJUG-1,Jug,3\nPOT-1,Pot,4\n").json()["id"]
    step(client_of(admin), own, "apply")
    assert step(client_of(admin), own, "approve").status_code == 409
    assert Upload.objects.get(pk=own).state == "awaiting_approval"


def test_an_undo_is_previewed_with_what_would_stay(editor):
    client = client_of(editor)
    pk = sent(client).json()["id"]
    address = reverse(f"{ADDRESS}-undo", args=[pk])
    assert client.get(address).status_code == 409
    step(client, pk, "apply")
    whole = client.get(address).json()
    assert (whole["conflicts"], whole["staying"], whole["refusal"]) == (0, [], "")
    cup = Variant.objects.get(sku="CUP-1")
    with audit(user=editor):
        cup.price = "9.00"
        cup.save()

    plan = client.get(address).json()

    assert Upload.objects.get(pk=pk).state == "applied"
    assert 0 < plan["total"] < whole["total"]
    touched = [(row["model"], row["id"], row["who"]) for row in plan["staying"] if row["id"] == str(cup.pk)]
    assert ("variant", str(cup.pk), str(editor)) in touched
    assert plan["conflicts"] == len(plan["staying"])


def test_what_the_undo_of_a_large_upload_would_do_is_found_out_in_the_background(editor, monkeypatch):
    monkeypatch.setattr(previews, "AT_ONCE_ROWS", 1)
    client = client_of(editor)
    pk = sent(client).json()["id"]
    step(client, pk, "apply")
    address = reverse(f"{ADDRESS}-undo", args=[pk])

    waiting = client.get(address)

    assert (waiting.status_code, waiting.json()["progress"]["done"]) == (202, 0)
    job = Job.objects.get(kind="undo_preview")
    job_run(job_id=job.pk)
    known = client.get(address)
    assert (known.status_code, known.json()["conflicts"], known.json()["refusal"]) == (200, 0, "")
    Job.objects.filter(pk=job.pk).update(state="failed", error="The disk is full.")
    failed = client.get(address)
    assert failed.status_code == 409
    assert failed.json()["detail"] == "What would be taken back could not be found out. The disk is full."


def test_pictures_come_beside_the_file(editor):
    client = client_of(editor)
    packed = SimpleUploadedFile("pictures.zip", zipped({"cup.png": picture()}), "application/zip")
    text = "handle,sku,name,price,image\ncup,CUP-1,Cup,9.50,cup.png\n"

    pk = sent(client, text, pictures=packed).json()["id"]
    step(client, pk, "apply")

    assert ProductImage.objects.get().product.handle == "cup"
    again = SimpleUploadedFile("pictures.zip", zipped({"cup.png": picture()}), "application/zip")
    answer = sent(client, "sku,price\nCUP-1,3\n", kind="prices", pictures=again)
    assert (answer.status_code, answer.json()) == (400, {"pictures": ["Prices have no pictures."]})


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"kind": "spaceships"}, "kind"),
        ({"mode": "explode"}, "mode"),
        ({"on_error": "shrug"}, "on_error"),
        ({"choices": "[1]"}, "choices"),
        ({"mapping": "none of mine"}, "mapping"),
    ],
)
def test_what_nobody_offers_is_refused_at_its_field(editor, data, field):
    answer = sent(client_of(editor), **data)

    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert not Upload.objects.exists()


def test_an_answer_to_a_question_that_is_not_asked_is_refused(editor):
    answer = sent(client_of(editor), choices=json.dumps({"colour": "red"}))

    assert answer.status_code == 409
    assert "do not ask “colour”" in answer.json()["detail"]
    assert not Upload.objects.exists()


# Who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
@pytest.mark.parametrize("kind", transfer_kinds(), ids=lambda kind: kind.name)
def test_each_role_uploads_what_the_manifest_lets_it(role, kind: TransferKind):
    user = staff(role.name)
    client = client_of(user)
    may = tuple(kind.permission.split(".")) in permission_codenames(role)
    file = SimpleUploadedFile("goods.csv", b"a,b\n1,2\n", "text/csv")

    answer = client.post(reverse(f"{ADDRESS}-list"), {"kind": kind.name, "file": file}, format="multipart")

    assert answer.status_code == (201 if may else 403), answer.content
    assert Upload.objects.count() == (1 if may else 0)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_each_role_takes_further_what_it_may_upload(role, editor):
    pk = sent(client_of(editor)).json()["id"]
    user = staff(role.name)
    if role.name == "Seller":
        statuses = {404}
    elif ("products", "import_product") in permission_codenames(role):
        statuses = {200, 409}
    else:
        # Who may not upload products does not even see it, but for those who read everything.
        statuses = {403, 404}

    for name in ("apply", "undo", "discard"):
        assert step(client_of(user), pk, name).status_code in statuses, name
    assert client_of(user).get(reverse(f"{ADDRESS}-undo", args=[pk])).status_code in statuses - {200}
    if statuses & {403, 404}:
        assert Upload.objects.get(pk=pk).state == "planned"
        assert not Variant.objects.exists()


def test_a_seller_does_not_learn_of_others_uploads(editor):
    alpha, beta = party("Alpha"), party("Beta")
    theirs = [sent(client_of(user)).json()["id"] for user in (editor, beta.user)]
    client = client_of(alpha.user)
    mine = sent(client).json()["id"]

    assert [row["id"] for row in client.get(reverse(f"{ADDRESS}-list")).json()["results"]] == [mine]
    for pk in theirs:
        assert seen(client, pk).status_code == 404
        for name in ("errors", "rows", "undo"):
            assert client.get(reverse(f"{ADDRESS}-{name}", args=[pk])).status_code == 404
        for name in ("apply", "undo", "discard"):
            assert step(client, pk, name).status_code == 404
        assert step(client, pk, "approve").status_code == 403
        assert Upload.objects.get(pk=pk).state == "planned"


def test_customers_and_guests_have_no_uploads():
    assert sent(client_of(UserFactory())).status_code == 403
    assert client_of(UserFactory()).get(reverse(f"{ADDRESS}-list")).status_code == 403
    assert sent(client_of()).status_code == 401
    assert client_of().get(reverse(f"{ADDRESS}-list")).status_code == 401
    assert not Upload.objects.exists()


def test_a_log_in_without_its_second_factor_uploads_nothing(editor):
    ShopSettings.objects.create(pk=1, require_second_factor=True)

    answer = sent(client_of(editor))

    assert answer.status_code == 403
    assert answer.json() == {"detail": "Confirm this log-in with your one-time code first."}
    assert not Upload.objects.exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_an_upload_is_never_written_over(editor, method):
    client = client_of(editor)
    pk = sent(client).json()["id"]

    answer = getattr(client, method)(reverse(f"{ADDRESS}-detail", args=[pk]), {"state": "applied"})

    assert answer.status_code == 405
    assert Upload.objects.get(pk=pk).state == "planned"


def test_too_many_files_are_turned_away(editor, monkeypatch):
    from backoffice.api_throttles import ScopeThrottle

    monkeypatch.setattr(ScopeThrottle, "THROTTLE_RATES", {**ScopeThrottle.THROTTLE_RATES, "upload": "2/min"})
    client = client_of(editor)

    assert [sent(client).status_code for _ in range(3)] == [201, 201, 429]
    assert client.get(reverse(f"{ADDRESS}-list")).status_code == 200
    assert Upload.objects.count() == 2


def test_lists_cost_the_same_for_one_upload_and_for_many(editor):
    client = client_of(editor)
    first = sent(client, WRONG).json()["id"]

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    list_url, errors_url = reverse(f"{ADDRESS}-list"), reverse(f"{ADDRESS}-errors", args=[first])
    before = cost(list_url)
    few = cost(errors_url)
    many = sent(client, "handle,sku,name,price\n" + "".join(f"cup,C-{i},Cup,x\n" for i in range(60))).json()["id"]

    assert cost(list_url) == before
    assert cost(reverse(f"{ADDRESS}-errors", args=[many])) == few
