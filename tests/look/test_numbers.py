"""How numbers are written, worked out by hand."""

from decimal import Decimal

import pytest

from federation.registers.templatetags.look import change, dash, meter, percent
from federation.writing import cny, percent_of, thousands


@pytest.mark.parametrize(
    ("numerator", "denominator", "written"),
    [
        (11037, 11449, "96.4"),
        (1, 3, "33.3"),
        (1, 16, "6.3"),
        (0, 7, "0.0"),
        (7, 7, "100.0"),
        (5, 0, "—"),
        (None, 4, "—"),
        (5, None, "—"),
    ],
)
def test_a_percentage_has_one_decimal_or_is_a_dash(numerator, denominator, written):
    assert percent(numerator, denominator) == written


def test_one_missing_village_among_eleven_thousand_stays_visible():
    assert percent_of(11269, 11270) == Decimal("99.9")


def test_one_village_among_eleven_thousand_is_not_nothing():
    assert percent_of(1, 11270) == Decimal("0.1")


def test_counts_have_separators_and_an_unknown_count_is_a_dash():
    assert (thousands(11449), thousands(0), thousands(None)) == ("11,449", "0", "—")


def test_fen_are_written_in_yuan():
    assert [cny(v) for v in (6000000, 123450, 5, -123450, None)] == [
        "60,000", "1,234.50", "0.05", "−1,234.50", "—",
    ]  # fmt: skip


def test_an_empty_cell_shows_a_dash_but_a_zero_stays():
    assert (dash(""), dash(None), dash(0), dash("红豆村")) == ("—", "—", 0, "红豆村")


def test_a_bar_below_its_target_is_marked_low_and_shows_the_tick():
    drawn = meter(Decimal("85.3"), 90)
    assert 'class="bul low"' in drawn
    assert 'width="85.3%"' in drawn
    assert 'x="90.0%"' in drawn


def test_a_bar_that_starts_at_seventy_measures_from_there():
    assert 'width="50.0%"' in meter(85, 95, 70)


def test_a_bar_without_a_figure_is_an_empty_track():
    drawn = meter(None, 90)
    assert "low" not in drawn
    assert 'class="value" y="25%" width="0%"' in drawn


def test_a_fall_is_said_in_words_as_well_as_in_colour():
    drawn = change(Decimal("-0.4"))
    assert "▼" in drawn
    assert "下降" in drawn
    assert "0.4" in drawn
    assert "-0.4" not in drawn
