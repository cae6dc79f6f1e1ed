"""Looking records up by many keys: one statement, whatever the keys are."""

import pytest

from cadres.models import Person
from federation.bulk.keyed import keyed
from federation.exchange.models import Option
from federation.sealing.boxes import digest

pytestmark = pytest.mark.django_db


def person(name, number):
    """Somebody with a number that is only a digest here."""
    return Person.objects.create(name=name, id_number_digest=digest("id_number", number))


def test_records_are_found_by_their_primary_keys(django_assert_num_queries):
    lan, mei, _other = (person(name, name) for name in ("周兰", "吴梅", "郑桃"))
    wanted = [lan.pk, mei.pk, *range(10_000_000, 10_005_000)]
    with django_assert_num_queries(1):
        found = set(keyed(Person.objects.all(), "id", wanted))
    assert found == {lan, mei}


def test_records_are_found_by_identifiers_and_by_digests():
    lan, mei, _other = (person(name, name) for name in ("周兰", "吴梅", "郑桃"))
    assert set(keyed(Person.objects.all(), "uid", [lan.uid, mei.uid])) == {lan, mei}
    known = [digest("id_number", name) for name in ("周兰", "没有", "吴梅")]
    assert set(keyed(Person.objects.all(), "id_number_digest", known)) == {lan, mei}


def test_records_are_found_by_references(lotus, willow, bamboo):
    found = keyed(type(lotus).objects.all(), "parent", [lotus.parent_id])
    assert set(found) == {lotus, willow}


@pytest.mark.parametrize("label", ['引"号', "反\\斜", "逗,号", "{括}", "百分%s", "'单'", "NULL"])
def test_any_text_is_a_key(label):
    mine = Option.objects.create(list_key="sorts", code="1", label=label)
    Option.objects.create(list_key="sorts", code="2", label="别的")
    assert list(keyed(Option.objects.all(), "label", [label, "没有"])) == [mine]


def test_other_conditions_hold_beside_the_keys():
    lan, mei = person("周兰", "1"), person("吴梅", "2")
    both = Person.objects.exclude(name="吴梅").order_by("-pk")
    assert list(keyed(both, "id", [lan.pk, mei.pk])) == [lan]
    keyed(Person.objects.all(), "id", [lan.pk]).delete()
    assert list(Person.objects.all()) == [mei]


def test_no_keys_find_nothing_and_ask_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert list(keyed(Person.objects.all(), "id", [])) == []


def test_bytes_of_several_lengths_are_no_keys():
    with pytest.raises(ValueError, match="lengths"):
        keyed(Person.objects.all(), "id_number_digest", [b"1", b"22"])
