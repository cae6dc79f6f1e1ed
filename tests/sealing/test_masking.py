"""Numbers of people: what is recognised as one, and what stays of it."""

import pytest

from federation.sealing.masking import hide_numbers, holds_number


@pytest.mark.parametrize(
    "text",
    [
        "110101199003070062",
        "11010119900307006X",
        "110101900307006",
        "何莲13900001234",
        "139 0000 1234",
        "139-0000-1234",
        "１３９００００１２３４",
    ],
)
def test_a_number_is_found_however_it_is_written(text):
    assert holds_number(text)


@pytest.mark.parametrize(
    "text", ["", "荷花村", "910101101201", "2026-11-22", "12345678901", "1390000"]
)
def test_names_codes_and_dates_are_no_numbers_of_people(text):
    assert not holds_number(text)


def test_the_rest_of_a_text_stays():
    written = "何莲_110101199003070062_13900001234.xlsx"
    assert hide_numbers(written) == "何莲_110101********0062_139****1234.xlsx"
    assert hide_numbers("500101_2026-11-22.xlsx") == "500101_2026-11-22.xlsx"
