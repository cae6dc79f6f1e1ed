"""The change log tells an import as one line, which opens."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from cadres.models import Person
from federation.access.scope import Grant, Scope
from federation.audit import creations
from federation.audit.models import Change
from federation.audit.services import Actor, ChangeRow, record_changes, snapshot
from federation.exchange.aftermath import changed_by
from federation.exchange.models import Batch
from federation.registers import changelog
from federation.registers.changelog import Fold, Mark
from federation.registers.history import field_label, is_silent
from federation.registers.logpages import page_within
from federation.registers.views import history
from tests.cast import official
from tests.exchange.tables import imported, member_row
from tests.registers.records import home, member
from tests.registers.test_changes import rename

pytestmark = pytest.mark.django_db
PAGE = "/changes/"
DOMAINS = ("orgs", "cadres", "homes", "funding")


def row_of(record, operation="create"):
    place = record.organisation
    return ChangeRow(
        record._meta.label, record.uid, place.pk, place.branch_id, operation,
        None if operation == "create" else snapshot(record),
        snapshot(record) if operation == "create" else None,
    )  # fmt: skip


def brought(place, actor, *records, days_ago=0):
    """An import written to ``place`` and below."""
    written = {}
    for record in records:
        written[record._meta.label] = written.get(record._meta.label, 0) + 1
    at = timezone.now() - timedelta(days=days_ago)
    batch = Batch.objects.create(
        sheet="homes", organisation=place, as_of=date(2026, 11, 1), actor=actor,
        actor_label=str(actor), state=Batch.State.APPLIED, counts={"written": written},
        applied_at=at,
    )  # fmt: skip
    record_changes([row_of(one) for one in records], actor=Actor.of(actor), batch=batch.uid)
    Change.objects.filter(batch=batch.uid).update(at=at)
    return batch


def taken_back(batch, actor, *records):
    rows = [row_of(one, "delete") for one in records]
    record_changes(rows, actor=Actor.of(actor), batch=batch.uid)
    batch.state, batch.undone_at = Batch.State.UNDONE, timezone.now()
    batch.save()


def test_every_column_a_log_can_show_has_a_chinese_name():
    logged = [m for m in apps.get_models() if any(f.name == "uid" for f in m._meta.fields)]
    named = [m for m in logged if m._meta.app_label in DOMAINS]
    words = {
        f"{model._meta.label}.{field.attname}": field_label(model, field.attname)
        for model in named
        for field in model._meta.concrete_fields
        if not is_silent(model, field.attname)
    }
    assert len(words) > 80 and [name for name, text in words.items() if text.isascii()] == []


def lines_of(client, query=""):
    return client.get(f"{PAGE}{query}").context["lines"]


def test_an_import_is_one_line_that_opens(as_user, ying, su, city, lotus, willow):
    homes = [home(f"荷塘 {number}", lotus) for number in range(7)]
    batch = brought(city, su, *homes, home("柳下", willow))
    client = as_user(ying)
    answer = client.get(PAGE)
    [fold] = answer.context["lines"]
    assert (fold.count, fold.actor_label, str(fold.batch.organisation)) == (8, "苏青", "渝光市")
    told = answer.content.decode()
    assert "查看 8 条变更" in told and "妇女之家" in fold.title and fold.title in told
    answer = client.get(f"{PAGE}?batch={batch.uid}")
    told = answer.content.decode()
    assert len(answer.context["lines"]) == 8 and "8 条变更" in told
    assert told.count("新增阵地 · 荷花村") == 7 and told.count("新增阵地 · 柳溪村") == 1


def test_changes_by_hand_stand_between_imports_and_name_their_unit(
    as_user, ying, su, qiu, city, lotus
):
    made = home("旧名", lotus)
    brought(city, su, made, days_ago=2)
    rename(as_user(qiu), made, "新名")
    answer = as_user(ying).get(PAGE)
    first, second = answer.context["lines"]
    assert (first.change.actor_label, isinstance(second, Fold)) == ("邱月", True)
    assert "修改阵地 · 荷花村" in answer.content.decode()


def test_taking_an_import_back_is_a_line_of_its_own(as_user, ying, su, lan, city, lotus):
    one, two = home("荷塘", lotus), home("荷叶", lotus)
    batch = brought(city, su, one, two, days_ago=2)
    taken_back(batch, lan, one)
    client = as_user(ying)
    answer = client.get(PAGE)
    told = [(fold.is_undone, fold.count, fold.actor_label) for fold in answer.context["lines"]]
    assert told == [(True, 1, "兰晓梅"), (False, 2, "苏青")]
    assert "撤销导入" in answer.content.decode()
    for query, operations in (("", ["create", "create"]), ("&undone=1", ["delete"])):
        opened = lines_of(client, f"?batch={batch.uid}{query}")
        assert [line.change.operation for line in opened] == operations


def test_a_district_reads_its_part_of_an_import_and_nothing_of_others(
    as_user, su, mei, city, north, south, lotus, bamboo
):
    both = brought(city, su, home("荷塘", lotus), home("荷叶", lotus), home("竹林", bamboo))
    foreign = brought(south, mei, home("竹海", bamboo))
    client = as_user(official("hong", "洪梅", "auditor", north))
    [fold] = lines_of(client)
    assert (fold.batch, fold.count) == (both, 2)
    opened = lines_of(client, f"?batch={both.uid}")
    assert {line.change.organisation for line in opened} == {lotus} and len(opened) == 2
    for query in (f"batch={foreign.uid}", "batch=x", "batch=", f"batch={both.uid}&undone=1"):
        assert client.get(f"{PAGE}?{query}").status_code == 404


def test_who_sees_no_people_is_told_of_the_rest_of_an_import(
    as_user, ying, hua, su, city, north, lotus
):
    people = [member(name, lotus) for name in ("何小荷", "何大荷")]
    posts = [who.appointments.get() for who in people]
    mixed = brought(city, su, home("荷塘", lotus), *posts)
    personal = brought(city, su, *posts)
    local = official("hong", "洪梅", "administrator", north)
    for reader in (hua, local):
        client = as_user(reader)
        [fold] = lines_of(client)
        assert (fold.batch, fold.count) == (mixed, 1)
        [line] = lines_of(client, f"?batch={mixed.uid}")
        assert line.change.model == "homes.Home"
        assert client.get(f"{PAGE}?batch={personal.uid}").status_code == 404
    assert [fold.count for fold in lines_of(as_user(ying))] == [2, 3]


def test_every_entry_stands_on_one_page(as_user, ying, su, qiu, city, lotus, monkeypatch):
    made = home("第 0 个名", lotus)
    for number in range(5):
        brought(city, su, made, days_ago=number + 1)
        rename(as_user(qiu), made, f"第 {number + 1} 个名")
    # Three changes of one moment, and an import at the same.
    same = timezone.now() - timedelta(days=3)
    Change.objects.filter(pk__in=Change.objects.filter(batch=None)[:3].values("pk")).update(at=same)
    Batch.objects.filter(pk=Batch.objects.first().pk).update(applied_at=same)
    monkeypatch.setattr(history, "PAGE_SIZE", 2)
    client, query, found = as_user(ying), "", []
    while True:
        answer = client.get(f"{PAGE}{query}")
        found += [
            line.batch.pk if isinstance(line, Fold) else str(line.change.uid)
            for line in answer.context["lines"]
        ]
        query = answer.context["older_url"]
        if not query:
            break
    assert len(found) == len(set(found)) == 10


def test_the_pages_of_an_opened_import_stay_in_it(as_user, ying, su, city, lotus, monkeypatch):
    batch = brought(city, su, *(home(f"荷塘 {number}", lotus) for number in range(5)))
    monkeypatch.setattr(history, "PAGE_SIZE", 4)
    answer = as_user(ying).get(f"{PAGE}?organisation={lotus.code}&batch={batch.uid}")
    last = answer.context["lines"][-1].change.pk
    link = f"?organisation={lotus.code}&amp;batch={batch.uid}&amp;before={last}"
    assert link in answer.content.decode()
    assert {line.change.batch for line in answer.context["lines"]} == {batch.uid}


@pytest.mark.parametrize(
    "text", ["x", "7", "2026-11-22,1", "2026-13-22T00:00:00Z,1", "2026-11-22T00:00:00,1", ",",
             "2026-11-22T00:00:00Z,x", "0001-01-01T00:00:00+01:00,1", "2026-11-22T00:00:00Z,-1",
             "2026-11-22T00:00:00Z,9999999999999999999"],
)  # fmt: skip
def test_a_broken_mark_begins_at_the_newest(text):
    assert Mark.read(text) is None


def test_a_mark_is_read_as_it_was_written():
    mark = Mark(datetime(2026, 11, 22, 7, 30, 0, 123456, tzinfo=UTC), 12)
    assert Mark.read(str(mark)) == mark and "+" not in str(mark)


def test_a_mark_with_a_wide_offset_is_a_moment_every_engine_knows(as_user, ying, city):
    assert as_user(ying).get(f"{PAGE}?before=2026-01-01T00:00:00%2B20:00,1").status_code == 200


@pytest.mark.parametrize("place", ["city", "north"])
def test_the_log_costs_the_same_for_two_imports_and_for_twenty(
    as_user, su, tree, place, django_assert_max_num_queries
):
    reader = official("hong", "洪梅", "auditor", tree[place])
    homes = [home(f"荷塘 {number}", tree["lotus"]) for number in range(3)]
    for number in range(20):
        batch = brought(tree["city"], su, *homes, days_ago=number)
        if number % 2:
            taken_back(batch, su, homes[0])
    client = as_user(reader)
    client.get(PAGE)
    with django_assert_max_num_queries(12):
        assert len(lines_of(client)) == 30


def test_what_a_batch_remembers_is_what_stands_in_the_log(su, city, lotus):
    scope = su.scope(su.current_postings()[0].role.grants().pop())
    batch = brought(city, su, home("荷塘", lotus), member("何小荷", lotus).appointments.get())
    known = changelog.fold_of(scope, batch.uid, is_undone=False)
    Batch.objects.update(counts={})
    assert changelog.fold_of(scope, batch.uid, is_undone=False).count == known.count == 2


# -- creations that lie in blocks


@pytest.fixture
def roster(creations_in_blocks, monkeypatch, lotus, willow, bamboo, city):
    """One import of a city: two members of each of three villages, in blocks of two."""
    monkeypatch.setattr(creations, "SIZE", 2)
    places = (lotus, willow, bamboo)
    names = ("周兰", "何莲", "石岩", "柳眉", "林音", "许诺")
    rows = [member_row(places[n % 3], n, name) for n, name in enumerate(names)]
    return imported("committee", rows, city)


def walked(client, batch):
    """All lines of an opened import, page by page."""
    found, query = [], f"?batch={batch.uid}"
    while query:
        answer = client.get(f"{PAGE}{query}")
        found += answer.context["lines"]
        query = answer.context["older_url"]
        assert len(found) < 99
    return found


def test_an_import_in_blocks_is_told_line_by_line_in_the_readers_scope(
    as_user, north, roster, monkeypatch
):
    reader = official("fang", "方芳", "auditor", north)
    monkeypatch.setattr(history, "PAGE_SIZE", 3)
    client = as_user(reader)
    (fold,) = [line for line in client.get(PAGE).context["lines"] if isinstance(line, Fold)]
    lines = walked(client, roster)
    shown = [(line.change.model, line.change.object_uid) for line in lines]
    assert len(shown) == len(set(shown)) == fold.count
    places = {line.change.organisation for line in lines}
    assert all(place.path.startswith(north.path) for place in places) and len(places) == 2
    people = Person.objects.filter(appointments__organisation__in=places)
    told = {uid for label, uid in shown if label == "cadres.Person"}
    assert told in ({p.uid for p in people}, set())


def test_whoever_may_see_no_people_is_told_of_none_of_them(wen, roster):
    scope = Scope(Grant.VIEW, wen_paths(wen), ())
    fold = changelog.fold_of(scope, roster.uid, is_undone=False)
    found, _older = page_within(fold, scope, "", 50)
    assert {change.model for change in found} == {"orgs.Organisation", "orgs.Term"}
    assert len(found) == fold.count


def wen_paths(wen):
    """Where Wen is posted."""
    return tuple(p.organisation.path for p in wen.current_postings())


def test_an_import_above_shows_nothing_where_it_wrote_nothing(roster, pine):
    scope = Scope(Grant.VIEW, (pine.path,), (pine.path,))
    assert changelog.fold_of(scope, roster.uid, is_undone=False) is None
    assert list(changelog.imports_in(scope)) == []


def test_the_page_of_the_import_counts_what_lies_in_blocks(roster):
    told = {one.kind: (one.made, one.updated) for one in changed_by(roster)}
    assert told == {"人员": (6, 0), "任职": (6, 0), "届次": (3, 0), "组织": (0, 3)}
