"""Map, tiles and bars: colour never stands alone, every figure can be traced."""

import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.template import Context, Template

from federation.dashboards.areas import WIDE_EDGES, Area
from federation.dashboards.outlines import outlines_of
from federation.dashboards.templatetags.charts import composition, sparkline


class Tags(HTMLParser):
    """Every start tag of a fragment with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, tag):
        return [attrs for name, attrs in self.found if name == tag]


def area(code="500229", name="城口县", numerator=164, denominator=202, target=95, **more):
    return Area(code, name, f"/{code}/", "ORG-02", numerator, denominator, target, **more)


def drawn(source, **context):
    return Template("{% load charts %}" + source).render(Context(context))


def city_map(*areas):
    return drawn(
        '{% district_map outlines areas "组织覆盖率" %}', outlines=outlines_of("50"), areas=areas
    )


def test_chongqing_has_all_thirty_eight_districts_with_codes_of_today():
    codes = {shape["code"] for shape in outlines_of("50")["areas"]}
    assert len(codes) == 38
    assert {"500101", "500155", "500156"} <= codes
    assert not {"500228", "500232"} & codes


def test_a_province_without_a_file_has_no_outlines():
    assert outlines_of("21") is None
    assert outlines_of("../50") is None


@pytest.mark.parametrize(
    ("numerator", "band"), [(0, 1), (849, 1), (850, 2), (900, 3), (950, 4), (980, 5), (1000, 5)]
)
def test_bands_are_fixed_and_their_lower_edge_counts(numerator, band):
    assert area(numerator=numerator, denominator=1000).band == band


@pytest.mark.parametrize(("numerator", "band"), [(499, 1), (500, 2), (700, 3), (850, 4), (950, 5)])
def test_figures_far_from_whole_have_wider_bands_and_their_legend_says_so(numerator, band):
    wide = area(numerator=numerator, denominator=1000, edges=WIDE_EDGES)
    assert wide.band == band
    legend = drawn('{% band_legend areas "" %}', areas=[wide])
    for words in ("低于 50%", "50—70%", "70—85%", "85—95%", "95% 以上"):
        assert words in legend
    assert "98%" not in legend


def test_a_figure_without_denominator_is_unknown_not_zero():
    unknown = area(numerator=None, denominator=None)
    assert (unknown.band, unknown.text, unknown.is_low) == (0, "—", False)
    assert unknown.verdict == "没有数据"


def test_money_per_woman_is_written_in_yuan_and_coloured_by_its_target():
    funded = area(numerator=120000, denominator=1000, target=100, is_money=True)
    assert (funded.text, funded.band, funded.is_low) == ("1.20 元", 5, False)


def test_a_district_says_its_name_figure_and_verdict_and_links_to_itself():
    links = Tags(city_map(area())).all("a")
    spoken = [link for link in links if "aria-label" in link]
    assert spoken[0]["aria-label"] == "城口县：组织覆盖率 81.2%，164/202，未达标"
    assert spoken[0]["href"] == "/500229/"
    assert spoken[0]["data-numerator"] == "164"
    assert spoken[0]["data-denominator"] == "202"
    assert spoken[0]["data-organisation"] == "500229"


def test_a_district_below_its_target_is_hatched_and_one_above_is_not():
    assert 'fill="url(#hatch)"' in city_map(area())
    assert 'fill="url(#hatch)"' not in city_map(area(numerator=202))


def test_the_enlarged_centre_repeats_nothing_to_readers():
    page = city_map(area("500103", "渝中区", 78, 78))
    spoken = [link for link in Tags(page).all("a") if "aria-label" in link]
    assert len(spoken) == 1
    assert 'class="inset" aria-hidden="true"' in page


def test_a_functional_area_without_outline_is_named_below_the_map():
    page = city_map(area("W500110", "万盛经开区", 90, 100))
    assert "不在图上" in page
    assert "万盛经开区 90.0%" in page


def test_tiles_run_from_the_lowest_figure_up_and_unknown_comes_first():
    page = drawn(
        '{% tiles areas "组织覆盖率" %}',
        areas=[
            area("1", "分水镇", 26, 27),
            area("2", "梨树乡", 10, 13),
            area("3", "新乡镇", None, None),
        ],
    )
    order = [link["data-organisation"] for link in Tags(page).all("a")]
    assert order == ["3", "2", "1"]


def test_a_name_with_markup_is_written_not_run():
    for page in (
        city_map(area(name="<script>x</script>")),
        drawn('{% tiles areas "率" %}', areas=[area(name='"><script>x</script>')]),
        composition([("<script>", 3)]),
    ):
        assert "<script>" not in page


def test_parts_of_a_whole_fill_the_bar_and_are_read_out():
    bar = composition([("村社干部", 7), ("机关事业", 3)], "人")
    assert 'aria-label="村社干部 7 人，机关事业 3 人"' in bar
    assert 'x="0.00%" width="70.00%"' in bar
    assert 'x="70.00%" width="30.00%"' in bar


def test_a_part_of_a_whole_is_written_with_thousands_and_its_unit():
    bar = composition([("财政拨款", 39_100), ("社会捐赠", 900)], "元")
    assert 'aria-label="财政拨款 39,100 元，社会捐赠 900 元"' in bar
    assert ">财政拨款 39,100 元</text>" in bar
    assert ">39,100</text>" in composition([("财政拨款", 39_100)], "元", "tall")


def test_what_is_too_long_for_its_part_stands_below_the_bar():
    bar = composition([("财政拨款", 96_000), ("社会捐赠", 4_000)], "元")
    assert re.findall(r"<text[^>]*>([^<]*)<", bar) == ["财政拨款 96,000 元", ""]
    # Hidden at a desk where it stands in the bar, shown on a phone, whose bar has no words.
    assert re.findall(r'<li class="(\w*)"><i class="(\w+)"></i>([^<]*)<', bar) == [
        ("fits", "b5", "财政拨款 96,000 元"),
        ("", "b4", "社会捐赠 4,000 元"),
    ]


def test_a_band_too_narrow_for_its_number_is_named_below():
    bar = composition([("98% 以上", 120), ("95—98%", 1), ("低于 85%", 0)], "个", "tall")
    assert re.findall(r"<text[^>]*>([^<]*)<", bar) == ["120", ""]
    assert re.findall(r"</i>([^<]*)<", bar) == ["95—98% 1 个"]


def test_the_newest_bar_of_a_sparkline_is_the_dark_one():
    bars = Tags(sparkline([Decimal("89.1"), Decimal("90.4"), Decimal("96.4")])).all("rect")
    assert [bar["class"] for bar in bars] == ["", "", "l"]


def test_a_sparkline_of_equal_values_does_not_divide_by_nothing():
    assert "svg" in sparkline([90, 90])
    assert "—" in sparkline([])
