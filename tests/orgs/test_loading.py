"""Loading the divisions: real regions, a made-up country of seven levels, and broken files."""

import gzip
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from federation.access.tree import STEP
from federation.audit.models import Change, Event
from orgs.models import Alias, Organisation, ParentLink
from orgs.services.loading import divisions_load

CHONGQING = Path(__file__).parents[2] / "orgs" / "data" / "50_chongqing.csv.gz"
HEADER = "code,name,level,parent_code\n"
REGION = HEADER + (
    "92,渝东省,province,\n"
    "9201,市辖区,city,92\n"
    "920101,东岭区,district,9201\n"
    "920101001,东岭街道,town,920101\n"
    "920101101,白沙镇,town,920101\n"
    "920101101001,诗仙社区居民委员会,village,920101101\n"
    "920101101201,朝阳村村民委员会,village,920101101\n"
    "920101101498,白沙虚拟社区,village,920101101\n"
)
SEVEN = HEADER + (
    "9,大同,nation,\n"
    "93,江南省,province,9\n"
    "9302,平湖市,city,93\n"
    "930201,湖东区,district,9302\n"
    "930201100,长桥镇,town,930201\n"
    "930201100201,长桥村村民委员会,village,930201100\n"
    "93020110020101,第一妇女小组,group,930201100201\n"
)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "divisions.csv"
    path.write_text(text, encoding="utf-8")
    return path


def shape_holds() -> bool:
    """Whether path, depth, branch and open links say what the parents say."""
    links = dict(
        ParentLink.objects.filter(valid_until=None).values_list("organisation_id", "parent_id")
    )
    return all(
        one.path[:-STEP] == (one.parent.path if one.parent else "")
        and one.depth == (one.parent.depth + 1 if one.parent else 0)
        and len(one.path) == STEP * (one.depth + 1)
        and links.get(one.pk) == one.parent_id
        and one.branch_id
        == (one.pk if one.kind.is_branch else one.parent.branch_id if one.parent else None)
        for one in Organisation.objects.select_related("parent", "kind")
    )


@pytest.mark.django_db
def test_chongqing_has_one_city_38_districts_1031_towns_and_11270_villages(capsys):
    call_command("load_divisions", str(CHONGQING))
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["groups"] == {"province": 1, "district": 38, "town": 1031, "village": 11270}
    assert said["differences"] == []
    assert Organisation.objects.filter(is_expected=True).count() == 12340
    assert shape_holds()


@pytest.mark.django_db
def test_a_second_load_changes_nothing(tmp_path):
    path = written(tmp_path, REGION)
    divisions_load(path=path)
    before = list(Organisation.objects.order_by("path").values())
    again = divisions_load(path=path)
    assert (again.created, again.renamed, again.unchanged) == (0, 0, 7)
    assert list(Organisation.objects.order_by("path").values()) == before


@pytest.mark.django_db
def test_rows_that_only_group_districts_are_no_places(tmp_path):
    loaded = divisions_load(path=written(tmp_path, REGION))
    assert loaded.collapsed == 1
    assert Organisation.objects.get(code="920101").parent.code == "92"


@pytest.mark.django_db
def test_a_place_knows_its_kind_short_name_and_how_it_is_typed(tmp_path):
    divisions_load(path=written(tmp_path, REGION))
    poet = Organisation.objects.select_related("kind", "branch").get(code="920101101001")
    assert (poet.kind.code, poet.short_name, poet.initials) == ("61", "诗仙社区", "sxsq")
    assert (poet.pinyin, poet.branch.code, poet.status) == ("shixianshequ", "920101", "00")
    assert Organisation.objects.get(code="920101001").kind.code == "51"
    assert Organisation.objects.get(code="920101101201").kind.code == "60"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["白\\N沙镇", "白\t沙镇", "白 沙镇", "100%白'沙镇"])
def test_a_name_is_stored_as_it_is_written(tmp_path, name):
    divisions_load(path=written(tmp_path, REGION.replace("白沙镇", name)))
    assert Organisation.objects.get(code="920101101").name == name
    assert Organisation.objects.get(code="920101001").name == "东岭街道"


@pytest.mark.django_db
def test_a_virtual_community_stands_outside_the_denominators(tmp_path):
    divisions_load(path=written(tmp_path, REGION))
    assert not Organisation.objects.get(code="920101101498").is_expected
    assert Organisation.objects.expected().of_group("village").count() == 2


@pytest.mark.django_db
def test_seven_levels_load_like_four(tmp_path):
    loaded = divisions_load(path=written(tmp_path, SEVEN))
    assert loaded.created == 7
    assert Organisation.objects.get(code="93020110020101").depth == 6
    assert shape_holds()


@pytest.mark.django_db
def test_two_regions_stand_beside_each_other(tmp_path):
    divisions_load(path=written(tmp_path, REGION))
    divisions_load(path=written(tmp_path, SEVEN))
    assert list(Organisation.objects.filter(parent=None).values_list("code", flat=True)) == [
        "92",
        "9",
    ]
    assert shape_holds()


@pytest.mark.django_db
def test_a_new_name_leaves_the_old_one_as_an_alias(tmp_path):
    divisions_load(path=written(tmp_path, REGION))
    loaded = divisions_load(path=written(tmp_path, REGION.replace("白沙镇", "白沙街道")))
    sands = Organisation.objects.select_related("kind").get(code="920101101")
    assert (loaded.renamed, sands.name, sands.kind.code) == (1, "白沙街道", "51")
    assert Alias.objects.get(organisation=sands).text == "白沙镇"
    assert Change.objects.get(object_uid=sands.uid).actor_label == "命令行"


@pytest.mark.django_db
def test_a_load_that_changes_something_is_one_deed(tmp_path):
    for _again in range(2):
        divisions_load(path=written(tmp_path, REGION))
    assert Event.objects.get(deed="divisions_loaded").detail["created"] == 7


@pytest.mark.django_db
def test_a_name_given_up_by_hand_is_not_brought_back(tmp_path):
    divisions_load(path=written(tmp_path, REGION))
    divisions_load(path=written(tmp_path, REGION.replace("白沙镇", "白沙街道")))
    loaded = divisions_load(path=written(tmp_path, REGION))
    assert Organisation.objects.get(code="920101101").name == "白沙街道"
    assert [one["code"] for one in loaded.differences] == ["920101101"]


@pytest.mark.django_db
def test_a_place_that_left_the_file_stays_and_is_listed(tmp_path):
    divisions_load(path=written(tmp_path, REGION))
    lines = [line for line in REGION.splitlines() if not line.startswith("920101101201")]
    loaded = divisions_load(path=written(tmp_path, "\n".join(lines)))
    assert [one["code"] for one in loaded.differences] == ["920101101201"]
    assert Organisation.objects.filter(code="920101101201").exists()


@pytest.mark.django_db
def test_rows_may_stand_in_any_order(tmp_path):
    lines = REGION.splitlines()
    divisions_load(path=written(tmp_path, "\n".join([lines[0], *reversed(lines[1:])])))
    assert Organisation.objects.count() == 7
    assert shape_holds()


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["920101", "920101000000", " 920101 "])
def test_a_code_is_found_as_it_stands_or_padded_with_zeros(tmp_path, typed):
    divisions_load(path=written(tmp_path, REGION))
    assert Organisation.objects.find_by_code(typed).code == "920101"


def with_line(number: int, line: str) -> bytes:
    lines = REGION.splitlines()
    lines[number - 1] = line
    return "\n".join(lines).encode()


PACKED = gzip.compress(REGION.encode() * 300)
BROKEN = {
    "loop": (with_line(4, "920101,东岭区,district,920101"), "第 4 行"),
    "wide loop": (with_line(6, "920101101,白沙镇,town,920101101001"), "第 6 行"),
    "orphan": (with_line(8, "920101101201,朝阳村,village,920199101"), "第 8 行"),
    "no parent": (with_line(8, "920101101201,朝阳村,village,"), "第 8 行"),
    "duplicate": (with_line(8, "920101101001,诗仙社区,village,920101101"), "第 8 行"),
    "wrong length": (with_line(8, "92010110120,朝阳村,village,920101101"), "第 8 行"),
    "letters": (with_line(8, "92010110120X,朝阳村,village,920101101"), "第 8 行"),
    "blank name": (with_line(8, "920101101201,,village,920101101"), "第 8 行"),
    "unknown level": (with_line(8, "920101101201,朝阳村,hamlet,920101101"), "第 8 行"),
    "other prefix": (with_line(8, "930101101201,朝阳村,village,920101101"), "第 8 行"),
    "too few cells": (with_line(8, "920101101201,朝阳村"), "第 8 行"),
    "open quote": (with_line(8, '920101101201,"朝阳村,village,920101101'), "第 8 行"),
    "missing column": (with_line(1, "code,name,parent_code"), "第 1 行"),
    "bad UTF-8": (REGION.replace("朝阳村", "##").encode().replace(b"##", b"\xd6\xd0"), "第 8 行"),
    "cut gzip": (PACKED[: len(PACKED) // 2], "行后中断"),
    "empty": (b"", "第 1 行"),
    "only a header": (HEADER.encode(), "第 1 行"),
    "no CSV": (b"PK\x03\x04" + bytes(range(256)), "第 1 行"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_names_its_line_and_loads_nothing(tmp_path, fault):
    data, place = BROKEN[fault]
    path = tmp_path / "broken.csv"
    path.write_bytes(data)
    with pytest.raises(CommandError) as refused:
        call_command("load_divisions", str(path))
    assert place in str(refused.value)
    assert refused.value.returncode == 3
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="打不开文件"):
        call_command("load_divisions", str(tmp_path / "nothing.csv"))
