"""Pictures of an upload go with it when it is undone; an upload that was cut off goes on."""

from __future__ import annotations

import pytest

from accounts.tests.factories import SellerFactory
from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.files.services import file_path, file_remove
from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_cancel, job_run
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.uploading import applied, counts, errors, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import upload_apply, upload_cancel
from products.events import catalogue_changed
from products.models import Product, ProductImage
from products.services.images import image_add
from products.tests.factories import LocationFactory, TaxClassFactory
from products.tests.pictures import packed, picture
from products.tests.uploads import undone
from products.transfers.pictures import loading

pytestmark = pytest.mark.django_db

MUG = "handle,sku,name,price,images,image_alt\nmug,M-1,Mug,9.90,front.png|side.png,Front|Side\n"
RED_AND_BLUE = packed(front__png=picture("red"), side__png=picture("blue"))


@pytest.fixture(autouse=True)
def seller():
    TaxClassFactory()
    LocationFactory()
    return SellerFactory(code="north")


def test_new_products_go_with_their_pictures_and_the_files_stay():
    before = snapshot()
    upload = applied(MUG, pictures=RED_AND_BLUE)
    files = [image.file for image in ProductImage.objects.all()]

    job = undone(upload)

    assert differences(before, snapshot()) == {}
    assert (job.result["deleted"], job.result["conflicts"]) == (4, 0)
    assert [file_path(file).is_file() for file in files] == [True, True]


@pytest.mark.parametrize(
    "text",
    [
        "handle,images,image_alt\nmug,top.png|side.png|front.png,Top||Red\n",
        "handle,images\nmug,[clear]\n",
        "handle,images\nmug,front.png\n",
        "handle,sku,variant_image\nmug,M-1,front.png\n",
    ],
)
def test_pictures_that_were_there_return_to_what_they_were(text):
    applied(MUG, pictures=RED_AND_BLUE)
    before = snapshot()
    upload = applied(text, pictures=packed(front__png=picture("lime"), top__png=picture("gold")))
    assert differences(before, snapshot()).keys() == {"products.ProductImage"}

    job = undone(upload)

    assert differences(before, snapshot()) == {}
    assert job.result["conflicts"] == 0


def test_a_picture_that_somebody_touched_since_stays_and_is_named():
    applied("handle,sku,name,price\nmug,M-1,Mug,9.90\n")
    upload = applied(MUG, pictures=RED_AND_BLUE)
    touched = ProductImage.objects.first()
    with audit(reason="by hand"):
        touched.alt_text = "By hand"
        touched.save()

    job = undone(upload)

    assert list(ProductImage.objects.values_list("pk", "alt_text")) == [(touched.pk, "By hand")]
    assert [(entry["model"], entry["id"]) for entry in job.result["conflict_list"]] == [("image", touched.pk)]


def test_what_came_since_the_preview_is_kept():
    applied(MUG, pictures=RED_AND_BLUE)
    upload = planned("handle,images\nmug,[clear]\n")
    image_add(product=Product.objects.get(), content=picture("gold"), name="gold.png")

    upload_apply(upload=upload, here=True)

    assert list(ProductImage.objects.values_list("file__name", "position")) == [("gold.png", 0)]


def test_a_picture_that_was_replaced_since_the_preview_is_not_overwritten():
    applied(MUG, pictures=RED_AND_BLUE)
    upload = planned("handle,images\nmug,front.png\n", pictures=packed(front__png=picture("lime")))
    applied("handle,images\nmug,front.png\n", pictures=packed(front__png=picture("gold")))
    gold = ProductImage.objects.first()

    upload_apply(upload=upload, here=True)

    assert ProductImage.objects.count() == 3
    assert ProductImage.objects.get(pk=gold.pk).digest == gold.digest


def test_it_tells_once_per_batch():
    heard: list[list[int]] = []
    applied("handle,sku,name,price\nmug,M-1,Mug,9.90\n")
    catalogue_changed.connect(lambda product_ids, **_: heard.append(product_ids), weak=False, dispatch_uid="test")
    try:
        upload = planned("handle,images\nmug,front.png|side.png\n", pictures=RED_AND_BLUE)
        upload_apply(upload=upload, here=True)
    finally:
        catalogue_changed.disconnect(dispatch_uid="test")

    product = Product.objects.get()
    # Once for the rows, once for the pictures.
    assert heard == [[product.pk], [product.pk]]


MANY = "handle,sku,name,price,images\n" + "".join(f"p{n},S-{n},Thing,1,front.png|side.png\n" for n in range(6))


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


@pytest.mark.parametrize("call", [2, 3, 4])
@pytest.mark.parametrize("before", [True, False])
def test_it_goes_on_where_it_was_cut_off(monkeypatch, call, before):
    monkeypatch.setattr(loading, "AT_ONCE", 2)
    upload = planned(MANY, pictures=RED_AND_BLUE)
    checkpoint = JobContext.checkpoint
    calls = 0

    def dying(self, **kwargs):
        nonlocal calls
        calls += 1
        if calls == call and before:
            raise Killed
        checkpoint(self, **kwargs)
        if calls == call:
            raise Killed

    monkeypatch.setattr(JobContext, "checkpoint", dying)
    with pytest.raises(Killed):
        upload_apply(upload=upload, here=True)
    monkeypatch.setattr(JobContext, "checkpoint", checkpoint)
    upload.refresh_from_db()
    Job.objects.filter(pk=upload.apply_job_id).update(state="queued", run_token=None)
    job_run(job_id=upload.apply_job_id)

    upload.refresh_from_db()
    assert (upload.state, upload.error, counts(upload)) == ("applied", "", {"rows": 6, "created": 6})
    assert ProductImage.objects.count() == ProductImage.history.count() == 12
    assert {image.history_job_id for image in ProductImage.history.all()} == {upload.apply_job_id}


def test_a_stopped_upload_keeps_its_rows_and_says_which_pictures_are_missing(monkeypatch):
    monkeypatch.setattr(loading, "AT_ONCE", 2)
    upload = planned(MANY, pictures=RED_AND_BLUE)
    write = loading.images_bulk_set

    def then_stopped(*, products):
        found = write(products=products)
        job_cancel(job=Job.objects.get(kind="upload_apply"))
        return found

    monkeypatch.setattr(loading, "images_bulk_set", then_stopped)
    upload_apply(upload=upload, here=True)

    upload.refresh_from_db()
    assert (upload.state, counts(upload)) == ("applied", {"rows": 6, "created": 6})
    assert ProductImage.objects.count() == 0
    told = "6 products have none of their new pictures, because the upload was stopped."
    assert told in upload.warnings


def test_a_zip_that_is_gone_costs_the_pictures_and_not_the_rows():
    upload = planned(MUG, pictures=RED_AND_BLUE)
    file_remove(StoredFile.objects.get(purpose="upload_pictures"))

    upload_apply(upload=upload, here=True)

    upload.refresh_from_db()
    assert (upload.state, counts(upload), ProductImage.objects.count()) == ("applied", {"rows": 1, "created": 1}, 0)
    reason = "Not loaded, because the ZIP of pictures is not there any more."
    assert errors(upload) == {2: [["images", "front.png", reason], ["images", "side.png", reason]]}


def test_stopped_while_nobody_had_it_it_says_which_pictures_are_missing(monkeypatch):
    """Its worker died over the pictures; whoever finds it dead finds that it is to stop."""
    monkeypatch.setattr(loading, "AT_ONCE", 2)
    upload = planned(MANY, pictures=RED_AND_BLUE)
    write, calls = loading.images_bulk_set, []

    def dying(*, products):
        calls.append(products)
        if len(calls) == 2:
            raise Killed
        return write(products=products)

    monkeypatch.setattr(loading, "images_bulk_set", dying)
    with pytest.raises(Killed):
        upload_apply(upload=upload, here=True)
    upload_cancel(upload=Upload.objects.get(pk=upload.pk))
    Job.objects.filter(pk=upload.apply_job_id).update(state="queued", run_token=None)

    job_run(job_id=upload.apply_job_id)

    upload.refresh_from_db()
    assert (upload.state, counts(upload), ProductImage.objects.count()) == ("applied", {"rows": 6, "created": 6}, 4)
    assert upload.warnings[1:] == ["4 products have none of their new pictures, because the upload was stopped."]


def test_stopped_between_its_rows_it_says_which_of_them_have_no_pictures(monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)
    upload = planned(MANY, pictures=RED_AND_BLUE)
    checkpoint = JobContext.checkpoint

    def then_stopped(self, **kwargs):
        checkpoint(self, **kwargs)
        job_cancel(job=self.job)

    monkeypatch.setattr(JobContext, "checkpoint", then_stopped)
    upload_apply(upload=upload, here=True)

    upload.refresh_from_db()
    assert (upload.state, counts(upload)) == ("applied", {"rows": 6, "created": 2, "skipped": 4})
    assert upload.warnings[1:] == ["2 products have none of their new pictures, because the upload was stopped."]
