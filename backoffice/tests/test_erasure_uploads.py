"""Uploaded customers' files and their plans hold personal data too: an erased person is gone from all of them."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from accounts.exceptions import ErasureRefused
from accounts.models import Address, CustomerProfile, User
from accounts.services.privacy import person_erase
from backoffice.integrity import integrity_check
from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.tests.transfers.uploading import applied, planned
from backoffice.kernel.transfers.models import SavedMapping, Upload
from backoffice.kernel.transfers.naming import file_names_any
from backoffice.kernel.transfers.services import upload_cancel, upload_create, upload_undo
from backoffice.kernel.transfers.services.saved import mapping_save
from backoffice.tests.test_erasure import files_with, tables_with
from orders.services.delivering import shipment_deliver
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.tests.factories import placed_order

pytestmark = pytest.mark.django_db

EMAIL = "quetzal9137@example.com"
WORDS = ("quetzal",)
HEAD = "email,first_name,last_name,company,phone,note,line1,postcode,city,country\n"
FILE = HEAD + (
    f"{EMAIL},Kim,Quetzal,Quetzal & Co.,Quetzal 1,Likes Quetzal,Quetzalweg 1,01067,Quetzalstadt,DE\n"
    f"{EMAIL},,,,,,Quetzalhof 2,01067,Quetzalstadt,DE\nother@example.com,Bo,Lo,,,,Weg 3,24103,Kiel,DE\n"
)


def person() -> User:
    return User.objects.get(email=EMAIL)


def test_nothing_of_what_was_uploaded_is_left(django_capture_on_commit_callbacks):
    # Given a person who came from a file, whose rows were changed, refused, skipped and taken back by others,
    first = applied(FILE, kind="customers", name="Kim Quetzal.csv")
    undone = applied(FILE.replace("Likes Quetzal", "Hates Quetzal"), kind="customers")
    upload_undo(upload=undone, user=None, here=True)
    applied(
        HEAD + f"{EMAIL},Quetzal,Quetzal,,soon,,,,,\n{EMAIL},Other,,,,,,,,Quetzalien\n",
        kind="customers",
        on_error="skip",
    )
    failed = applied(HEAD + f",Kim,Quetzal,,,,,,,\n{EMAIL.upper()},,,,,,,,,\n", kind="customers", on_error="skip")
    order = placed_order(customer=person())
    parcel = shipment_ship(shipment=shipment_create(order=order))
    tracking = applied(f"shipment,carrier,tracking_number\n{parcel.number},DHL,Q-1\n", kind="tracking")
    shipment_deliver(shipment=parcel)
    type(order).objects.filter(pk=order.pk).update(status="completed")
    assert tables_with(*WORDS) >= {"kernel_stagedrow", "kernel_upload", "kernel_storedfile", "kernel_job"}
    assert files_with(*WORDS) == ["upload"] * 4

    # when the person is erased,
    with django_capture_on_commit_callbacks(execute=True):
        person_erase(user=person(), reason="Asked")

    # then no table and no file names the person,
    assert tables_with(*WORDS) == set()
    assert files_with(*WORDS) == []
    # the rows of the plans are empty, those of others are whole, and counts still add up,
    for upload in Upload.objects.all():
        assert upload.rows == upload.created + upload.updated + upload.unchanged + upload.failed + upload.skipped
        assert upload.staged.count() == upload.rows
    assert set(first.staged.values_list("key", "diff")[:2]) == {("", "{}")}
    assert first.staged.get(number=4).key == "other@example.com"
    assert failed.staged.exclude(key="").count() == 0
    assert tracking.staged.values_list("key", "diff").get() == ("", "{}")
    # and the other customer of the file is as before.
    assert CustomerProfile.objects.get(user__email="other@example.com").user.addresses.count() == 1
    assert integrity_check([8, 9, 12]).findings == {8: [], 9: [], 12: []}


def test_a_person_whom_an_undone_upload_made_before_is_forgotten_too(django_capture_on_commit_callbacks):
    upload_undo(upload=applied(FILE, kind="customers"), user=None, here=True)
    assert User.objects.filter(email=EMAIL).count() == 0
    applied(HEAD + f"{EMAIL},Kim,,,,,,,,\n", kind="customers")

    with django_capture_on_commit_callbacks(execute=True):
        person_erase(user=person(), reason="Asked")

    assert tables_with(*WORDS) == set()
    assert files_with(*WORDS) == []
    # The other customer's history is the other's.
    assert User.history.filter(email="other@example.com").count() == 2
    assert Address.history.filter(line1="Weg 3").count() == 2


@pytest.mark.parametrize("step", ["mapped", "planned"])
def test_a_file_that_may_still_be_applied_has_to_be_discarded_first(step, django_capture_on_commit_callbacks):
    applied(HEAD + f"{EMAIL},Kim,,,,,,,,\n", kind="customers")
    if step == "mapped":
        upload = upload_create(kind="customers", content=FILE.encode(), name="again.csv", owner=None, options={})
    else:
        upload = planned(FILE, kind="customers", name="again.csv")
    assert upload.state == step

    with pytest.raises(ErasureRefused, match=rf"Upload {upload.pk} \(again.csv\) names the person; apply or discard"):
        person_erase(user=person(), reason="Asked")
    assert person().erased_at is None

    upload_cancel(upload=upload)
    with django_capture_on_commit_callbacks(execute=True):
        person_erase(user=person(), reason="Asked")
    assert files_with(*WORDS) == []
    assert tables_with(*WORDS) == set()


def test_a_column_that_filled_nothing_is_searched_too(django_capture_on_commit_callbacks):
    applied(HEAD + f"{EMAIL},Kim,Quetzal,,,,,,,\n", kind="customers")
    # A workbook whose contact column nobody mapped, a heading that names the person, and a note on how a file is read.
    book = Workbook()
    book.active.append(["shipment", "tracking_number", "contact"])
    book.active.append(["S-9", "1", EMAIL.upper()])
    content = io.BytesIO()
    book.save(content)
    upload = planned(content.getvalue(), kind="tracking", name="carrier.xlsx")
    upload_cancel(upload=upload)
    odd = planned("email,Kim Quetzal\nother@example.com,x\n", kind="customers")
    mapping_save(upload=odd, name="odd", owner=person())
    headless = planned(f"x,{EMAIL}\ny,other@example.com\n", kind="customers")
    for unfinished in (odd, headless):
        upload_cancel(upload=unfinished)
    assert StoredFile.objects.count() == 4

    with django_capture_on_commit_callbacks(execute=True):
        person_erase(user=person(), reason="Asked")

    assert tables_with(*WORDS) == set()
    odd.refresh_from_db()
    assert [match["header"] for match in odd.mapping["matches"]] == ["email", "erased"]
    assert set(SavedMapping.objects.get().columns) == {"email", "erased"}
    headless.refresh_from_db()
    assert headless.dialect["notes"][-1]["text"] == "The first row holds values such as “erased”, so it is data."
    assert files_with("email", "contact", "pk") == []


def test_goods_that_bear_the_number_of_an_order_stay(django_capture_on_commit_callbacks):
    # Given a person's order with a number elsewhere, and a product file with that number as a SKU,
    applied(FILE, kind="customers")
    order = placed_order(customer=person())
    type(order).objects.filter(pk=order.pk).update(status="completed", external_reference="4711")
    goods = applied("sku,name,price\n4711,Cologne,9.90\n")

    # when the person is erased,
    with django_capture_on_commit_callbacks(execute=True):
        person_erase(user=person(), reason="Asked")

    # then the product's row and file are as before.
    assert goods.staged.values_list("key", "action").get() == ("4711", "create")
    assert files_with("cologne") == ["upload"]


def test_files_of_others_stay(django_capture_on_commit_callbacks):
    applied(HEAD + f"{EMAIL},Kim,,,,,,,,\n", kind="customers")
    applied(HEAD + "other@example.com,Kim,Lo,,,,Weg 1,24103,Kiel,DE\n", kind="customers")

    with django_capture_on_commit_callbacks(execute=True):
        person_erase(user=person(), reason="Asked")

    assert files_with("other@example.com") == ["upload"]


# Searching a file ------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16-le"])
def test_words_are_found_in_any_case_and_encoding(tmp_path, encoding):
    path = tmp_path / "file.csv"
    path.write_bytes("name\nMÜLLER-LÜDENSCHEIDT\n".encode(encoding))

    assert file_names_any(path, ["Müller-Lüdenscheidt"], encoding=encoding) is True
    assert file_names_any(path, ["Müller-Meier"], encoding=encoding) is False
    assert file_names_any(path, [], encoding=encoding) is False


def test_a_word_may_lie_across_two_pieces(tmp_path):
    path = tmp_path / "file.csv"
    for before in range((1 << 20) - len(EMAIL), (1 << 20) + 2):
        path.write_bytes(b"x" * before + EMAIL.encode() + b"\n")
        assert file_names_any(path, [EMAIL]) is True


def test_a_sheet_that_cannot_be_unpacked_may_hold_anything(tmp_path):
    path = tmp_path / "file.xlsx"
    path.write_bytes(b"PK\x03\x04 and nothing else")

    assert file_names_any(path, [EMAIL]) is True
