"""The unified social credit code: right by its own check character, never repaired."""

import pytest

from federation.exchange.cleaners.base import CellContext, CleaningError, Likely
from federation.exchange.cleaners.codes import check_character, uscc
from federation.exchange.problems import SENTENCES
from tests.exchange.test_cleaners import TODAY

#: the example of GB 32100-2015
RIGHT = "91350100M000100Y43"


def problem_of(cell, context: CellContext = TODAY) -> CleaningError:
    with pytest.raises(CleaningError) as caught:
        uscc.one(cell, context)
    assert caught.value.code in SENTENCES
    return caught.value


@pytest.mark.parametrize(
    "written",
    [
        RIGHT,
        " 91350100m000100y43 ",
        "'91350100M000100Y43",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "91350100-M000100Y4-3",
        "9135 0100 M000 100Y 43",
    ],
)
def test_a_code_is_read_however_it_is_typed(written):
    assert uscc.one(written, TODAY) == RIGHT


def test_the_last_character_follows_from_the_others():
    # 5·1 + 4·3 + 5·9 + 0·27 + 0·19 + 1·26 + 0·16 + 1·17 = 105 = 3·31 + 12; 31 - 12 = 19 = K
    assert check_character("54500101000000000") == "K"
    assert uscc.one("54500101000000000K", TODAY) == "54500101000000000K"


@pytest.mark.parametrize("written", ["无", "暂无", "—", ""])
def test_who_has_no_code_leaves_it_blank(written):
    assert uscc.one(written, TODAY) is None


@pytest.mark.parametrize(
    "written, code",
    [
        ("91350100M000100Y4", "uscc_length"),
        ("91350100M000100Y44", "uscc_checksum"),
        ("91350100M000010Y43", "uscc_checksum"),
        (9.13501e17, "uscc_lost_digits"),
        ("9.13501E+17", "uscc_lost_digits"),
        ("91350100M00010代Y43", "uscc_chars"),
    ],
)
def test_a_wrong_code_is_refused_with_its_reason(written, code):
    problem = problem_of(written)
    assert problem.code == code
    assert problem.likely is None


def test_letters_that_no_code_has_are_named_with_what_was_likely_meant():
    problem = problem_of("9I35OI00MOOO1OOY43")
    assert problem.code == "uscc_chars"
    assert problem.likely == Likely(RIGHT, "near")


def test_what_still_does_not_check_is_not_offered():
    assert problem_of("9I35OI00MOOO1OOY44").likely is None
