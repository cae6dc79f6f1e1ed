"""``manage.py import_workbook``: what scripts rely on."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cadres.models import Person
from federation.exchange.models import Batch
from tests.exchange.tables import book, id_number, member_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path, capsys, settings):
    """Run the command on rows of a roster; gives exit status, report and what was printed."""
    settings.UPLOAD_FOLDER = tmp_path / "uploads"

    def run_command(data, *options, sheet="committee", scope="91"):
        workbook, report = tmp_path / "表.xlsx", tmp_path / "report.json"
        workbook.write_bytes(data)
        arguments = ["--sheet", sheet, "--scope", scope, "--report", str(report), *options]
        status = 0
        try:
            call_command("import_workbook", str(workbook), *arguments)
        except SystemExit as ended:
            status = ended.code
        printed = capsys.readouterr()
        return status, json.loads(report.read_text()), printed.out + printed.err

    return run_command


def test_without_apply_nothing_is_written_and_nothing_is_kept(run, lotus):
    status, report, _said = run(book("committee", [member_row(lotus, 1, "周兰")]))
    row = report["sheets"][0]["accepted"][0]
    assert (status, report["outcome"], report["rows_read"]) == (0, "preview", 2)
    assert (row["row"], row["change"], row["warnings"]) == (2, "new", [])
    assert row["values"]["org_code"] == lotus.code
    assert row["values"]["elected_on"] == "2021-03-08"
    assert not Person.objects.exists()
    assert Batch.objects.get().state == Batch.State.DROPPED


def test_with_apply_the_plan_is_written_in_the_name_of_the_command_line(run, lotus):
    status, _report, said = run(book("committee", [member_row(lotus, 1, "周兰")]), "--apply")
    assert (status, Person.objects.get().name) == (0, "周兰")
    assert Batch.objects.get().actor_label == "命令行"
    assert id_number(1) not in said


def test_a_refused_file_ends_with_three_and_a_sentence(run, city):
    status, report, said = run(b"no workbook at all")
    assert (status, report["outcome"]) == (3, "file_rejected")
    assert report["file_error"]["message"] in said


def test_ignored_columns_and_skipped_rows_are_named(run, lotus):
    rows = [member_row(lotus, 1, "周兰"), {"code": "合计", "person_name": "1"}]
    _status, report, _said = run(book("committee", rows))
    part = report["sheets"][0]
    assert [row["row"] for row in part["skipped"]] == [3]
    assert part["ignored_columns"] == {}


def test_a_padded_code_means_the_same_organisation(run, lotus):
    data = book("committee", [member_row(lotus, 1, "周兰")])
    run(data, "--apply", scope="910101000000")
    assert Batch.objects.get().organisation.code == "910101"


def test_a_user_writes_no_further_than_she_may_import(run, lotus, bamboo, lan):
    rows = [member_row(lotus, 1, "周兰"), member_row(bamboo, 2, "吴芳")]
    _status, report, _said = run(book("committee", rows), "--apply", "--user", "lan")
    assert [e["code"] for e in report["sheets"][0]["rejected"][0]["errors"]] == ["out_of_scope"]
    assert Person.objects.get().name == "周兰"


@pytest.mark.parametrize(
    ("options", "sheet", "scope", "said"),
    [
        ((), "wages", "91", "没有“wages”这种表"),
        ((), "committee", "00", "没有代码为 00 的组织"),
        (("--user", "nobody"), "committee", "91", "没有用户名为 nobody 的账号"),
        (("--user", "wen"), "committee", "91", "没有导入权限"),
        (("--as-of", "{tomorrow}"), "committee", "91", "晚于今天"),
        (("--as-of", "0020-01-01"), "committee", "91", "不能早于 1949年10月1日"),
        (("--as-of", "2025-02-30"), "committee", "91", "看不懂日期“2025-02-30”"),
        (("--report", "/nowhere/report.json"), "committee", "91", "写不了结果文件"),
    ],
)
def test_a_wrong_call_is_answered_by_a_sentence(run, wen, lotus, options, sheet, scope, said):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    options = [option.format(tomorrow=tomorrow) for option in options]
    data = book("committee", [member_row(lotus, 1, "周兰")])
    with pytest.raises(CommandError, match=said) as answer:
        run(data, *options, sheet=sheet, scope=scope)
    assert answer.value.returncode == 2
    assert not Batch.objects.exclude(state=Batch.State.DROPPED).exists()
    assert not Person.objects.exists()


@pytest.mark.parametrize("path", ["/nowhere/表.xlsx", "/"], ids=["missing", "a folder"])
def test_what_is_no_file_is_answered_by_a_sentence(city, path):
    with pytest.raises(CommandError, match="打不开文件") as answer:
        call_command("import_workbook", path, "--sheet", "committee", "--scope", "91")
    assert answer.value.returncode == 2


def test_the_day_given_dates_the_batch(run, lotus):
    run(book("committee", [member_row(lotus, 1, "周兰")]), "--as-of", "2024-12-31", "--apply")
    assert Batch.objects.get().as_of == date(2024, 12, 31)
