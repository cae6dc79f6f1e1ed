"""A roster as Lan uploads it, cells of it typed anew on its page, and its plan written."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from federation.audit.services import Actor
from federation.exchange.models import Batch
from federation.exchange.services import row_edit
from federation.jobs.models import Job
from federation.jobs.services import run
from tests.exchange.tables import id_number

HEADINGS = ["乡镇（街道）", "村（社区）", "姓名", "身份证号", "妇联职务", "当选日期", "联系电话"]
HTMX = {"HX-Request": "true"}


def member(number, name, place="荷花村", **cells):
    row = {
        "place": place,
        "name": name,
        "id": id_number(number),
        "position": "执委",
        "on": "2021-03-08",
        "phone": "",
        **cells,
    }
    return ["青石镇", *row.values()]


def workbook(rows) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in (HEADINGS, *rows):
        sheet.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def do_jobs():
    for job in Job.objects.filter(state=Job.State.QUEUED).order_by("pk"):
        run(job.uid)


def upload(client, *rows) -> Batch:
    """A roster as Lan uploads it, checked; its rows stand from line 2 on."""
    form = {
        "sheet": "committee",
        "organisation": "910101",
        "as_of": timezone.localdate().isoformat(),
        "file": SimpleUploadedFile("名册.xlsx", workbook(rows)),
    }
    client.post(reverse("exchange:upload"), form)
    do_jobs()
    return Batch.objects.latest("pk")


def typed(client, batch, row, key, value, *, part=True, **more):
    """Somebody types in a cell of the first sheet."""
    address = reverse("exchange:row", args=[batch.uid, 0, row])
    data = {"key": key, "value": value, "chip": "rejected", "page": "1", **more}
    return client.post(address, data, headers=HTMX if part else {})


def shown(client, batch, **query) -> str:
    return client.get(reverse("exchange:rows", args=[batch.uid]), query).content.decode()


def apply(client, batch):
    client.post(reverse("exchange:apply", args=[batch.uid]))
    do_jobs()
    batch.refresh_from_db()
    return batch


def edit(batch, row, key, text):
    return row_edit(batch=batch, sheet_no=0, row_no=row, key=key, text=text, actor=Actor.command())
