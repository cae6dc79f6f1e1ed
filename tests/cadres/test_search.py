"""The search for people: whom it finds, in which order, and that an index gives that order."""

import csv
import io
import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadres.filters import PersonFilter, known
from cadres.models import Appointment, Person
from cadres.parts.people import spelling
from cadres.tables import AppointmentTable, PersonTable
from federation.access.scope import Grant
from tests.registers.records import appoint, forget_lists, person

pytestmark = pytest.mark.django_db
PAGE = "/cadres/people/"
ROW = re.compile(r'href="/cadres/people/[0-9a-f-]{36}/">([^<]+)</a>')
UID = re.compile(r'href="/cadres/people/([0-9a-f-]{36})/">')
NAMES = [
    "王秀英", "李秀英", "欧阳秀英", "王秀英子", "秀英", "张英秀", "王英", "王小燕", "卫星云",
    "王晓雅丽", "何荷", "荷小花", "何小荷", "王秀英", "Mary", "马爱人", "毛爱云",
]  # fmt: skip
# 荷花村, 910101101201: everybody is in office there.
OF_PLACES = ["荷", "9", "910101101201"]
TEXTS = [
    *OF_PLACES, "王秀英", "秀英", "英", "王", "何", "w", "wxy", "WXY", "wangx", "ma", "m", "mary",
    "无此人", "%", "_", "xyz",
]  # fmt: skip


def named(name: str, organisation=None, **fields) -> Person:
    """Somebody who can be found by ``name``, with a post in ``organisation``."""
    made = person(name, **spelling(name), **fields)
    if organisation is not None:
        appoint(made, organisation)
    return made


@pytest.fixture
def people(lotus, bamboo) -> list[Person]:
    """Everybody in the north, and one of each name in the south."""
    for name in dict.fromkeys(NAMES):
        named(name, bamboo)
    return [named(name, lotus) for name in NAMES]


def fits(one: Person, text: str) -> bool:
    """The rule of the search, written once more without a database."""
    if text.isascii():
        return any(spelled.startswith(text.lower()) for spelled in (one.pinyin, one.initials))
    return one.name.startswith(text) or one.name.endswith(text)


def shown(client, text: str, **more) -> list[str]:
    """The names on a page of what is found, from above."""
    return ROW.findall(client.get(PAGE, {"q": text, **more}).content.decode())


def sent(client, text: str) -> list[str]:
    """The names in the export of what is found."""
    file = client.get(f"{PAGE}export/?form=csv&q={quote(text)}").getvalue().decode("utf-8-sig")
    return [line[0] for line in list(csv.reader(io.StringIO(file)))[1:-1]]


@pytest.mark.parametrize("text", TEXTS)
def test_everybody_in_scope_whom_the_text_fits_is_found_once(people, as_user, lan, text):
    found = shown(as_user(lan), text)
    expected = [one.name for one in people if text in OF_PLACES or fits(one, text)]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("text", TEXTS)
def test_the_export_has_the_rows_of_the_page_in_its_order(people, as_user, lan, text):
    client = as_user(lan)
    assert sent(client, text) == shown(client, text)


def test_whoever_is_called_exactly_so_comes_first_then_by_name(people, as_user, lan):
    assert shown(as_user(lan), "王秀英") == ["王秀英", "王秀英", "王秀英子"]


def test_people_of_one_given_name_stand_together(lotus, as_user, lan):
    for name in ("王小芳", "李小芳", "芳", "张大芳"):
        named(name, lotus)
    # From the end: 芳, 芳大张, 芳小李 (U+674E), 芳小王 (U+738B).
    assert shown(as_user(lan), "芳") == ["芳", "张大芳", "李小芳", "王小芳"]


def test_shorter_initials_come_first_then_pinyin(people, as_user, lan):
    # wxy: weixingyun, wangxiaoyan, wangxiuying twice; then wxyl, wxyz.
    assert shown(as_user(lan), "wxy") == [
        "王小燕", "王秀英", "王秀英", "卫星云", "王晓雅丽", "王秀英子",
    ]  # fmt: skip


def test_found_in_several_ways_people_keep_the_order_of_the_register(people, as_user, lan):
    # maairen, maoaiyun and mary, whose initials are mar, may and mary.
    assert known("ma") == (["pinyin", "initials"], False)
    assert shown(as_user(lan), "ma") == ["马爱人", "毛爱云", "Mary"]


@pytest.mark.parametrize(
    ("text", "sizes"),
    [("王秀英", [50, 7]), ("wxy", [50, 7]), ("秀英", [50, 50, 7]), ("荷", [50, 50, 7])],
)
def test_pages_hold_everybody_once(lotus, as_user, lan, text, sizes):
    for number in range(107):
        named("王秀英" if number < 57 else "李秀英", lotus)
    client, uids = as_user(lan), []
    for number, size in enumerate(sizes, 1):
        page = client.get(PAGE, {"q": text, "page": number}).content.decode()
        found = UID.findall(page)
        assert len(found) == size
        uids += found
    assert len(set(uids)) == sum(sizes)


@pytest.mark.parametrize(
    ("text", "columns", "is_place"),
    [
        ("王秀英", ["name"], False),
        ("李秀英", ["name"], False),
        ("无此人", ["name"], False),
        ("李", ["name"], False),
        ("荷", ["name", "name_backwards"], True),
        ("wxy", ["initials"], False),
        ("w", ["pinyin"], False),
        ("910101", ["pinyin"], True),
    ],
)
def test_only_ways_that_lead_to_somebody_are_gone(people, text, columns, is_place):
    assert known(text) == (columns, is_place)


@pytest.mark.parametrize("text", ["", "李秀英", "小燕", "wxy", "wang", "王", "w"])
def test_the_order_comes_out_of_an_index(people, lan, text):
    scope = lan.scope(Grant.VIEW)
    everybody = Person.objects.in_order().in_scope(scope)
    found = PersonFilter({"q": text}, queryset=everybody, scope=scope).qs[:50]
    plan = explained(found)
    assert "Sort" not in plan
    assert "TEMP B-TREE FOR ORDER" not in plan
    assert re.search(r"person_by_\w+", plan)


@pytest.mark.parametrize("is_descending", [False, True])
def test_lists_sorted_by_name_walk_the_index_on_pinyin(people, is_descending):
    everybody, _is_sorted = PersonTable([]).order_name(Person.objects.all(), is_descending)
    assert "person_by_pinyin" in explained(everybody[:50])
    posts, _is_sorted = AppointmentTable([]).order_person(Appointment.objects.all(), is_descending)
    names = [post.person.pinyin for post in posts]
    assert names == sorted(names, reverse=is_descending) and len(set(names)) > 1
    if connection.vendor == "postgresql":
        assert "person_by_pinyin" in explained(posts.all()[:50])


def explained(records) -> str:
    """How the engine reads very many: these few PostgreSQL would rather read all and sort."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    return records.explain()


def test_a_search_asks_no_more_of_many(people, lotus, as_user, lan):
    client = as_user(lan)
    counts, shown = [], []
    for _round in range(2):
        forget_lists()
        client.get(PAGE, {"q": "秀英"})
        with CaptureQueriesContext(connection) as asked:
            page = client.get(PAGE, {"q": "秀英", "page": "1"}).content.decode()
        counts.append(len(asked))
        shown.append(page.count("陈秀英"))
        for _number in range(30):
            named("陈秀英", lotus)
    assert shown[1] == shown[0] + 30
    assert counts[0] == counts[1] <= 12
