"""The clerk of one village, on her telephone."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
HERS, ANOTHER = "500101017001", "500101017002"


def test_a_clerk_finds_her_village_and_no_other(reporting_city, visit):
    page = visit(reporting_city, "qiu", width=390)
    page.locator(f"a[href='/orgs/{HERS}/']").first.click()
    expect(page.locator("h1")).to_contain_text("青羊宫社区")
    answer = page.goto(f"{reporting_city.url}/orgs/{ANOTHER}/")
    assert answer is not None and answer.status == 404
    assert "找不到这个页面" in page.inner_text("main")


def test_a_mistake_is_named_and_what_she_typed_is_kept(reporting_city, visit):
    page = visit(reporting_city, "qiu", width=390)
    page.goto(f"{reporting_city.url}/orgs/terms/new/?organisation={HERS}")
    page.fill("#id_starts_on", "二〇三〇年春天")
    page.fill("#id_number", "3")
    page.locator("main form.fmx button.p").click()
    summary = page.locator(".esum")
    expect(summary).to_be_visible()
    expect(summary).to_contain_text("换届日期")
    assert page.input_value("#id_starts_on") == "二〇三〇年春天"
    assert page.input_value("#id_number") == "3"
    assert page.locator("#id_starts_on").get_attribute("aria-invalid") == "true"
