"""Random reports and rosters for a few villages, and the records as plain tables to compare."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st

from cadres.models import Appointment, Person, Post
from federation.audit.services import Actor, ChangeRow, record_changes, snapshot
from federation.exchange.chunks import parts_kept, records
from federation.exchange.cleaners.choices import Choice
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.contents import kept_rows
from federation.exchange.declare import sheets
from federation.exchange.models import Batch
from federation.exchange.places import PlaceRow
from federation.exchange.plans import defaults_of
from federation.exchange.rows import AcceptedRows, CheckedSheet, CheckedWorkbook
from homes.models import Home
from orgs.models import Organisation, ReportedFact, Term
from tests.exchange.tables import id_number

RECORDS: tuple[Any, ...] = (Organisation, Term, Person, Appointment, Home, ReportedFact)
NAMES = ("周兰", "吴芳", "郑敏", "王秀")
DAYS = (
    PartialDate(date(2016, 5, 1)),
    PartialDate(date(2021, 3, 8)),
    PartialDate(date(2021, 3, 1), "month"),
    PartialDate(date(2021, 1, 1), "year"),
    PartialDate(date(2024, 11, 20)),
)
PHONES = ("14012345678", "14087654321")
POSTS = (
    Choice("01", "主席"),
    Choice("02", "副主席"),
    Choice("04", "执委"),
    Choice("06", "妇代会主任"),
)
SCHOOLS = (Choice("20", "本科"), Choice("60", "高中"))


def maybe(values: Any) -> Any:
    """One of ``values``, or a blank cell."""
    return st.one_of(st.none(), st.sampled_from(values))


village_rows = st.fixed_dictionaries(
    {
        "village": st.integers(0, 2),
        "women_resident": maybe((800, 812)),
        "chair_name": maybe(NAMES),
        "chair_phone": maybe(PHONES),
        "chair_in_committee": maybe((True, False)),
        "exec_count": maybe((0, 9)),
        "has_home": maybe((True, False)),
        "budget_yuan": maybe((Decimal("12000.50"), Decimal("8000.00"))),
        "election_date": maybe(DAYS),
    }
)
member_rows = st.fixed_dictionaries(
    {
        "village": st.integers(0, 2),
        "number": st.integers(0, 4),
        "person_name": st.sampled_from(NAMES),
        "position": maybe(POSTS),
        "elected_on": maybe(DAYS),
        "education": maybe(SCHOOLS),
        "phone": maybe(PHONES),
    }
)
reports = st.lists(village_rows, min_size=1, max_size=3, unique_by=lambda row: row["village"])
rosters = st.lists(
    member_rows, min_size=1, max_size=5, unique_by=lambda row: (row["village"], row["number"])
)
workbooks = st.one_of(
    st.tuples(st.just("villages"), reports), st.tuples(st.just("committee"), rosters)
)


class Files:
    """Stands in for reading: a batch's checked rows by the batch's key."""

    def __init__(self, villages: list[Organisation]) -> None:
        self.villages = villages
        self.checked: dict[int, CheckedWorkbook] = {}

    def __call__(self, batch: Batch, *_how: Any) -> CheckedWorkbook:
        return self.checked[batch.pk]

    def batch(self, workbook: tuple[str, list[dict[str, Any]]]) -> Batch:
        """A batch whose rows are all well."""
        sheet_key, rows = workbook
        batch = Batch.objects.create(
            sheet=sheet_key,
            organisation=Organisation.objects.get(code="91"),
            as_of=date(2025, 6, 30),
            actor_label=Actor.command().label,
            state=Batch.State.UPLOADED,
            file_name="表.xlsx",
        )
        self.checked[batch.pk] = self._checked(sheet_key, rows)
        return batch

    def _checked(self, sheet_key: str, rows: list[dict[str, Any]]) -> CheckedWorkbook:
        keys = [column.key for column in sheets.get(sheet_key).columns if not column.reference]
        names: dict[int, str] = {}
        for row in rows:
            if "number" in row:
                # Two names for one number are refused before a plan is made.
                row["person_name"] = names.setdefault(row["number"], row["person_name"])
                row["id_number"] = id_number(row["number"])
        accepted = AcceptedRows(
            numbers=list(range(2, 2 + len(rows))),
            organisations=[self._place(self.villages[row["village"]]) for row in rows],
            values={key: [row.get(key) for row in rows] for key in keys},
        )
        part = CheckedSheet("表一", use="imported", accepted=accepted)
        return CheckedWorkbook(sheet_key, rows_read=1 + len(rows), sheets=[part])

    @staticmethod
    def _place(village: Organisation) -> PlaceRow:
        return PlaceRow(village.pk, village.code, village.name, (), "village", village.path, None)


Table = dict[tuple[str, str], dict[str, Any]]


def tables(models: tuple[Any, ...] = RECORDS) -> Table:
    """Every record by model and uid: all columns but the key and the version."""
    found: Table = {}
    for model in models:
        for record in model.objects.all():
            values = snapshot(record)
            values = {name: normal(value) for name, value in values.items()}
            values.pop("version", None)
            values.pop("id")
            found[model._meta.label, values.pop("uid")] = values
    return found


def normal(value: Any) -> Any:
    """Ids without dashes, what is kept as JSON opened."""
    if isinstance(value, str) and value.startswith("{"):
        return json.loads(value)
    if isinstance(value, str) and len(value) == 36 and value.count("-") == 4:
        return value.replace("-", "")
    return value


def promised(batch: Batch, before: Table, models: tuple[Any, ...] = RECORDS) -> Table:
    """``before`` with everything the plan says about rows that are not stale."""
    gone = {number for _sheet, number, *_rest in records(batch, "stale")}
    rows = [(row.change, row.number not in gone) for row in kept_rows(batch)]

    def wanted(of_rows: list[int], is_report: bool) -> bool:
        writes = {"new", "changed"} | ({"conflict", "duplicate"} if is_report else set())
        return any(rows[row][1] and rows[row][0] in writes for row in of_rows)

    found = {key: dict(values) for key, values in before.items()}
    for name in parts_kept(batch, "create:"):
        label = name.partition(":")[2]
        for of_rows, _owner, _branch, is_report, values in records(batch, name):
            if wanted(of_rows, is_report):
                told = dict(zip(defaults_of(label), map(normal, values), strict=True))
                told.pop("version", None)
                found[label, told.pop("uid")] = told
    for name in parts_kept(batch, "update:"):
        label = name.partition(":")[2]
        for of_rows, _owner, _branch, _key, uid, _before, after, is_report in records(batch, name):
            if wanted(of_rows, is_report):
                found[label, uid] |= {name: normal(value) for name, value in after.items()}
    return resolved(found, models)


def resolved(found: Table, models: tuple[Any, ...]) -> Table:
    """References by uid turned into keys."""
    keys = {uid.hex: pk for model in models for uid, pk in model.objects.values_list("uid", "pk")}
    for values in found.values():
        for name, value in values.items():
            if name.endswith("_id") and isinstance(value, str):
                values[name] = keys[value]
    return found


def create(village: Organisation, name: str) -> None:
    """Somebody enters an ordinary member by hand, whose number nobody knows."""
    person = Person.objects.create(name=name)
    _log(person, village.pk, None, snapshot(person))
    member = Post.objects.get(code="04")
    post = Appointment(person=person, organisation=village, post=member)
    post.from_on = timezone.localdate() - timedelta(days=1)
    post.save()
    _log(post, village.pk, None, snapshot(post))


def edit(person: Person, school: str) -> None:
    """Somebody corrects a person by hand: version, record and change log in one."""
    before = {"education": person.education}
    person.education, person.version = school, person.version + 1
    person.save()
    _log(person, None, before, {"education": school})


def end(post: Appointment) -> None:
    """Somebody ends an appointment by hand."""
    post.until_on, post.version = timezone.localdate(), post.version + 1
    post.save()
    _log(post, post.organisation_id, {"until_on": None}, {"until_on": post.until_on.isoformat()})


def _log(record: Any, owner: int | None, before: Any, after: Any) -> None:
    operation = "create" if before is None else "update"
    row = ChangeRow(record._meta.label, record.uid, owner, None, operation, before, after)
    record_changes([row], actor=Actor.system())
