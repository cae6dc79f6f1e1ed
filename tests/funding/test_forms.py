"""Forms of ledger lines, yearly budgets and counts of women: refusing, asking, keeping."""

from datetime import date
from decimal import Decimal

import pytest
from freezegun import freeze_time

from federation.audit.models import Change
from funding.models import LedgerLine, Population, YearlyBudget
from tests.cast import plant
from tests.funding.records import budget, line, women
from tests.registers.records import filled

pytestmark = pytest.mark.django_db
LINE, YEARLY, WOMEN = "/funding/lines/new/", "/funding/yearly/new/", "/funding/women/new/"


@pytest.fixture(autouse=True)
def clock():
    with freeze_time("2026-11-21 02:00:00"):
        yield


def send(client, url: str, organisation, **entries):
    """The form at ``url`` as a browser sends it, with some entries."""
    address = f"{url}?organisation={organisation.code}"
    return client.post(url, filled(client, address, **entries))


def test_a_clerk_enters_a_line_of_her_village(as_user, qiu, lotus):
    answer = send(
        as_user(qiu), LINE, lotus, received_cny="1.2万元", spent_cny="2000", balance_cny="10000",
        source="财政拨款", received_on="2026-03", voucher_number="0012", purpose="三八节",
    )  # fmt: skip
    assert answer["Location"] == f"/funding/of/{lotus.code}/?year=2026"
    made = LedgerLine.objects.get()
    assert (made.organisation, made.year, made.received_cny) == (lotus, 2026, Decimal("12000.00"))
    assert (made.received_on, made.received_precision) == (date(2026, 3, 1), "month")
    assert Change.objects.get(object_uid=made.uid).actor == qiu


@pytest.mark.parametrize(
    ("entry", "field", "words"),
    [
        ({"received_cny": "", "spent_cny": "5"}, "received_cny", "收入金额（元）还没有填写。"),
        ({"received_cny": "约五千"}, "received_cny", None),
        ({"received_cny": "-5"}, "received_cny", "收入金额（元）不能为负数，现在是“-5”。"),
        ({"year": "2027"}, "year",
         "年度“2027”还没有到，现在只能填 2026 年和以前的。以后年度的请到当年再填。"),
        ({"year": "26"}, "year", "年度看不懂：“26”。请写四位数的年份，例如 2024。"),
        ({"received_on": "2027-01-01"}, "received_on", "到账日期不能晚于今天（2026年11月21日）。"),
    ],
)  # fmt: skip
def test_a_bad_entry_is_told_at_its_field(as_user, qiu, lotus, entry, field, words):
    answer = send(as_user(qiu), LINE, lotus, **{"received_cny": "5000", **entry})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {field}
    assert words is None or errors[field] == [words]
    assert LedgerLine.objects.count() == 0


def test_a_balance_that_does_not_add_up_is_asked_about_and_kept_when_confirmed(as_user, qiu, lotus):
    client = as_user(qiu)
    entries = {"received_cny": "5000", "spent_cny": "6000", "balance_cny": "500"}
    asked = send(client, LINE, lotus, **entries)
    assert asked.status_code == 422
    assert asked.context["form"].errors == {
        "balance_cny": ["结余应为收入减支出，即 -1,000.00 元，现在是 500.00 元，请核对。"],
        "spent_cny": ["支出 6,000.00 元大于收入 5,000.00 元，请核对。"],
    }
    assert "已经核对，按填写的保存" in asked.content.decode()
    assert send(client, LINE, lotus, **entries, confirmed="on").status_code == 302
    assert LedgerLine.objects.get().balance_cny == 500


def test_the_box_to_confirm_is_shown_only_when_something_is_doubtful(as_user, qiu, lotus):
    page = as_user(qiu).get(f"{LINE}?organisation={lotus.code}").content.decode()
    assert "已经核对" not in page


def test_an_amount_in_the_wrong_unit_is_asked_about(as_user, qiu, lotus):
    for amount in (400, 500, 900):
        line(lotus, amount, 2025)
    client = as_user(qiu)
    answer = send(client, LINE, lotus, received_cny="50万元")
    assert answer.context["form"].errors["received_cny"] == [
        "收入金额 500,000.00 元与本单位以往记录的中位数 500.00 元相差 1,000 倍以上，"
        "请核对是不是把万元当作元填写了。"
    ]
    assert send(client, LINE, lotus, received_cny="499999").status_code == 302


def test_the_box_to_confirm_stands_before_its_words_once_there_is_a_doubt(as_user, qiu, lotus):
    sent = {"received_cny": "5", "spent_cny": "6"}
    page = send(as_user(qiu), LINE, lotus, **sent).content.decode()
    box = page.index('name="confirmed"')
    assert page.rindex('class="tick"', 0, box) < box < page.index("已经核对，按填写的保存", box)
    assert 'name="confirmed"' not in as_user(qiu).get(LINE).content.decode()


def neighbours(north_town, number: int) -> list:
    """Other villages of the town."""
    return [
        plant(f"91010110130{n}", f"{name}村", "village", north_town)
        for n, name in enumerate("甲乙丙丁戊"[:number])
    ]


def test_what_other_villages_write_is_told_without_their_figures(as_user, qiu, north_town, lotus):
    for place in neighbours(north_town, 5):
        line(place, 3217, 2025)
    answer = send(as_user(qiu), LINE, lotus, received_cny="0.01")
    assert answer.context["form"].errors["received_cny"] == [
        "收入金额 0.01 元与同级单位通常填写的金额相差几百倍以上，请核对是不是把万元当作元填写了。"
    ]
    assert "3,217" not in answer.content.decode()


@pytest.mark.parametrize("theirs", ["3217", "9999.99", "31600"])
def test_trying_out_amounts_tells_the_power_of_ten_of_other_villages_and_no_more(
    as_user, qiu, north_town, lotus, theirs
):
    for place in neighbours(north_town, 5):
        line(place, theirs, 2025)
    client = as_user(qiu)
    assert send(client, LINE, lotus, received_cny="10000000").status_code == 422
    assert send(client, LINE, lotus, received_cny="9999999.99").status_code == 302


def test_four_other_villages_make_nothing_usual_however_much_they_write(
    as_user, qiu, north_town, lotus
):
    for place in neighbours(north_town, 4) * 5:
        line(place, 3217, 2025)
    line(lotus, 3217, 2025)
    assert send(as_user(qiu), LINE, lotus, received_cny="0.01").status_code == 302


def test_one_voucher_is_entered_once_a_year(as_user, qiu, lotus):
    line(lotus, 5, voucher_number="A-7")
    answer = send(as_user(qiu), LINE, lotus, received_cny="9", voucher_number=" a-7")
    assert answer.context["form"].errors["voucher_number"] == [
        "这个单位这一年度已经登记过这个凭证号，请核对。"
    ]


def test_two_equal_lines_without_a_voucher_are_two_lines(as_user, qiu, lotus):
    client = as_user(qiu)
    for _time in range(2):
        assert send(client, LINE, lotus, received_cny="9").status_code == 302
    assert len(set(LedgerLine.objects.values_list("identity", flat=True))) == 2


def test_a_line_is_corrected_and_its_history_says_so(as_user, lan, lotus):
    made = line(lotus, 5000)
    client = as_user(lan)
    url = f"/funding/lines/{made.uid}/edit/"
    assert client.post(url, filled(client, url, received_cny="6000")).status_code == 302
    made.refresh_from_db()
    assert (made.received_cny, made.version, made.organisation) == (6000, 2, lotus)
    assert "6000.00" in client.get(f"/funding/lines/{made.uid}/history/").content.decode()


def test_a_year_is_entered_once_for_a_unit(as_user, tao, north_town):
    client = as_user(tao)
    entries = {
        "approved_cny": "12000", "is_in_fiscal_budget": "yes", "document_number": "财〔2026〕8号",
    }  # fmt: skip
    assert send(client, YEARLY, north_town, **entries).status_code == 302
    made = YearlyBudget.objects.get()
    assert (made.year, made.is_in_fiscal_budget, made.approved_cny) == (2026, True, 12000)
    again = send(client, YEARLY, north_town, **entries)
    assert again.context["form"].errors["year"] == [
        "这个单位这一年度已经登记过，请打开原来的记录修改。"
    ]


def test_a_year_that_says_nothing_is_refused(as_user, tao, north_town):
    answer = send(as_user(tao), YEARLY, north_town, remark="待补")
    assert answer.context["form"].non_field_errors() == [
        "请至少填写一项：是否纳入预算、文号或一项金额。"
    ]


def test_a_budget_a_thousand_times_last_years_is_asked_about(as_user, tao, north_town):
    budget(north_town, 2025, approved_cny=12_000)
    answer = send(as_user(tao), YEARLY, north_town, approved_cny="12000000")
    assert list(answer.context["form"].errors) == ["approved_cny"]


def test_an_amount_far_from_one_yuan_a_woman_is_asked_about(as_user, tao, north_town):
    women(north_town, 12_000)
    client = as_user(tao)
    answer = send(client, YEARLY, north_town, approved_cny="12000000")
    assert answer.context["form"].errors["approved_cny"] == [
        "按女性人口 12,000 人算，人均 1,000.00 元，与标准 1.00 元相差 1,000 倍以上，"
        "请核对金额的单位是元还是万元。"
    ]
    assert send(client, YEARLY, north_town, approved_cny="11999999").status_code == 302


def test_nobody_said_stays_nobody_said(as_user, tao, north_town):
    send(as_user(tao), YEARLY, north_town, approved_cny="12000")
    assert YearlyBudget.objects.get().is_in_fiscal_budget is None


def test_women_are_counted_once_a_day_and_kind(as_user, qiu, lotus):
    women(lotus, 700, date(2026, 1, 1))
    client = as_user(qiu)
    entries = {"kind": "resident", "as_of": "2026-01-01", "women": "710"}
    assert "as_of" in send(client, WOMEN, lotus, **entries).context["form"].errors
    assert send(client, WOMEN, lotus, **{**entries, "kind": "registered"}).status_code == 302
    assert Population.objects.count() == 2


def test_another_village_cannot_be_written(as_user, qiu, lotus, willow):
    client = as_user(qiu)
    sent = filled(client, LINE, received_cny="9", organisation=willow.code)
    answer = client.post(LINE, sent)
    assert "organisation" in answer.context["form"].errors
    foreign = line(willow, 5)
    assert client.get(f"/funding/lines/{foreign.uid}/edit/").status_code == 404


def test_a_leader_reads_money_and_writes_none(as_user, wen, lotus):
    made = line(lotus, 5000)
    client = as_user(wen)
    assert client.get(f"/funding/of/{lotus.code}/").status_code == 200
    assert client.get(f"/funding/lines/{made.uid}/edit/").status_code == 403
    assert client.get(LINE).status_code == 403


def test_short_fields_share_a_line_and_long_ones_have_their_own(as_user, qiu, lotus):
    form = as_user(qiu).get(f"{LINE}?organisation={lotus.code}").context["form"]
    halves = [name for name, field in form.fields.items() if field.is_half]
    assert halves == ["year", "source", "received_cny", "spent_cny", "balance_cny", "received_on"]


def test_the_form_of_women_advises_about_women_and_not_about_money(as_user, qiu, lotus):
    pages = {
        name: as_user(qiu).get(f"/funding/{name}/new/").content.decode()
        for name in ("lines", "yearly", "women")
    }
    assert ["金额以元为单位" in page for page in pages.values()] == [True, True, False]
