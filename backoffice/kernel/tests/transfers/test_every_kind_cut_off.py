"""Every kind of file is checked, applied and undone by workers that die after each step, as if nobody had died.

Whatever a service keeps in memory from chunk to chunk is lost with its worker: no row may depend on it.
"""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import zip_longest
from typing import Any

import pytest
from django.db import transaction

from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.services import job_run, running
from backoffice.kernel.tests.transfers.dumps import dump
from backoffice.kernel.tests.transfers.uploading import applied
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.models import StagedRow, Upload
from backoffice.kernel.transfers.services import upload_apply, upload_create, upload_plan, upload_undo
from orders.tests.order_files import mugs
from orders.tests.parcels import parcel
from products.models import Location

pytestmark = pytest.mark.django_db

NEW_GOODS = """
    handle,sku,name,price,stock,category,option1_name,option1_value
    pot,P-1,Pot,10,3,Kitchen > Pots,Size,S
    pan,N-1,Pan,8,2,kitchen > pans,size,L
    lid,L-1,Lid,3,,Kitchen > Pots,Size,s
    jug,J-1,Jug,4,1,KITCHEN > Jugs,Colour,Red
    pot,P-2,Pot,11,4,Kitchen > pots,Size,M
    pan,N-1,Pan,8,2,Kitchen > Pans,Size,XL
    ,C-1,Cup,2,5,Kitchen > Cups > Small,colour,red
    ,,Bowl,6,,kitchen > CUPS,,
"""
CATEGORIES = """
    path,slug,description,new_path
    Home > Linen,,All of it,
    Home > linen > Towels,towels,,
    Garden > Tools > Spades,spades,,
    Garden > tools,digging,With handles,
    Kitchen,,,Home > Kitchen
    Kitchen > Pots,stew,,Home > Pots
    Kitchen > Jugs,,Full,
    Garden > Tools > Rakes,spades,,
    home > LINEN > Sheets,,,
"""
CUSTOMERS = """
    email,first_name,last_name,company,address_name,line1,postcode,city,country,is_default_billing,is_default_shipping
    ann@example.com,Ann,Lee,Lee Ltd,Ann there,Mill Lane 1,01067,Dresden,DE,yes,no
    ann@example.com,,,,Ann there,Harbour 2,01127,Dresden,DE,no,yes
    ann@example.com,,,,Ann there,Corner 5,01127,Dresden,DE,no,
    bob@example.com,Bob,Moe,Moe Inc,Bob there,High St 3,OX1 1AA,Oxford,GB,yes,yes
    cy@example.com,Cy,Poe,,Cy there,Low St 4,OX1 1AB,Oxford,GB,,
    Bob@example.com,Bobby,Moe,,,,,,,,
"""
MORE_CUSTOMERS = """
    email,first_name,last_name,company,address_name,line1,postcode,city,country,is_default_billing,is_default_shipping
    ann@example.com,Anne,Lee,Lee Ltd,Ann there,Mill Lane 1,01067,Dresden,DE,no,no
    ann@example.com,,,,Ann there,Harbour 2,01127,Dresden,DE,yes,
    dee@example.com,Dee,Zoe,,,,,,,,
    bob@example.com,Bob,Moe,,Bob there,New St 9,OX1 1AA,Oxford,GB,yes,no
    bob@example.com,,,,Bob there,High St 3,OX1 1AA,Oxford,GB,,
    cy@example.com,Cy,Poe,Poe Ltd,Cy there,Low St 4,OX1 1AB,Oxford,GB,,yes
    eve@example.com,Eve,Roe,,Eve there,Low St 5,OX1 1AB,Oxford,GB,yes,yes
"""
SALES = """
    Order number,Ordered at,Customer number,SKU,Product name,Quantity,Unit price
    W-1,2024-05-01 10:00,K-1,MUG-BLUE,Mug,2,9.90
    W-1,2024-05-01 10:00,K-1,ODD-1,Odd one,1,1.90
    W-2,2024-05-01 10:00,K-1,MUG-RED,Mug,2,9.90
    W-2,2024-05-01 10:00,K-1,ODD-2,Odd two,1,2.90
    R-1,2024-05-02 10:00,K-1,MUG-BLUE,Mug,-1,9.90
    W-3,2024-05-02 10:00,K-2,ODD-1,Odd one,3,1.90
    R-2,2024-05-03 10:00,K-1,MUG-BLUE,Mug,-2,9.90
    R-3,2024-05-03 10:00,K-1,MUG-BLUE,Mug,-1,9.90
    W-4,2024-05-04 10:00,K-2,ODD-2,Odd two,1,2.90
    R-4,2024-05-05 10:00,K-2,ODD-1,Odd one,-3,1.90
"""
# Name → kind, file, choices, and what was uploaded before.
FILES: dict[str, tuple[str, str, dict[str, Any], list[tuple[str, str]]]] = {
    "stock added": ("stock", "sku,quantity,location\nP-1,2,main\nL-1,4,side\nJ-1,-1,main\nP-1,5,side\nC-1,1,main\n",
                    {"quantities": "add"}, [("products", NEW_GOODS)]),
    "categories": ("categories", CATEGORIES, {}, [("products", NEW_GOODS)]),
    "customers": ("customers", CUSTOMERS, {}, []),
    "changed customers": ("customers", MORE_CUSTOMERS, {}, [("customers", CUSTOMERS)]),
    "sales": ("orders", SALES, {"unknown_sku": "create"}, []),
    "tracking": ("tracking", "shipment,carrier,tracking_number\n{0},DHL,1\n{1},UPS,2\n{2},DHL,3\n{3},DHL,4\n{4},GLS,5\n",
                 {}, []),
}  # fmt: skip


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


@pytest.fixture
def goods(shop):
    mugs()
    Location.objects.get_or_create(code="side", defaults={"name": "Side", "priority": 20})
    return [parcel().number for _ in range(5)]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)


@pytest.mark.parametrize("name", FILES)
def test_it_ends_as_if_nobody_had_died(goods, name):
    kind, text, choices, before = FILES[name]
    for earlier, content in before:
        applied(content, kind=earlier, on_error="skip")
    content = textwrap.dedent(text).lstrip().format(*goods).encode()

    whole = list(states(kind, content, choices, dies=False))
    cut_off = list(states(kind, content, choices, dies=True))

    for (step, there, _), (_, wanted, _) in zip(cut_off, whole, strict=True):
        different = [
            f"{step}, {table}: {a} instead of {b}"
            for table, rows in there.items()
            for a, b in zip_longest(rows, wanted[table])
            if a != b
        ]
        assert not different, "\n".join(different)
    # Or nothing was tried.
    assert [lives for _, _, lives in whole] == [1, 1, 1]
    assert min(lives for _, _, lives in cut_off) >= 3


def states(kind: str, content: bytes, choices: dict[str, Any], *, dies: bool) -> Iterator[tuple[str, Any, int]]:
    """Yield each step, what there is after it and how many workers it took; nothing of it stays."""
    with transaction.atomic():
        upload = upload_create(
            kind=kind, content=content, name="a.csv", options={"on_error": "skip", "choices": choices}
        )
        yield from _after("check", upload_plan(upload=upload, here=False), dies=dies)
        upload_apply(upload=upload, here=False)
        yield from _after("apply", Upload.objects.get(pk=upload.pk).apply_job, dies=dies)
        _, job = upload_undo(upload=Upload.objects.get(pk=upload.pk), user=None, here=False)
        yield from _after("undo", job, dies=dies)
        assert Upload.objects.get(pk=upload.pk).state == "undone"
        transaction.set_rollback(True)


def _after(step: str, job: Job, *, dies: bool) -> Iterator[tuple[str, Any, int]]:
    lives = 0
    while Job.objects.get(pk=job.pk).state not in JobState.finished():
        lives += 1
        assert lives < 100, step
        Job.objects.filter(pk=job.pk).update(state="queued", run_token=None)
        with mortal() if dies else transaction.atomic():
            job_run(job_id=job.pk)
    done = Job.objects.get(pk=job.pk)
    assert (done.state, done.error) == ("succeeded", ""), step
    yield step, dump(more=(StagedRow, Upload, Job)), lives


@contextmanager
def mortal() -> Iterator[None]:
    """Let a worker die when it has reached one checkpoint; one that finds nothing to do may close its job."""
    checkpoint, finish, reached = JobContext.checkpoint, running._finish, []

    def once(self, **kwargs):
        if reached:
            raise Killed
        checkpoint(self, **kwargs)
        reached.append(kwargs)

    def closing(job, **outcome):
        if reached:
            raise Killed
        finish(job, **outcome)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JobContext, "checkpoint", once)
        patch.setattr(running, "_finish", closing)
        with suppress(Killed):
            yield
