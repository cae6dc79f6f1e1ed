"""How often, and how many at once: looks for numbers, and deeds that are costly."""

import pytest

from cadres.models import Person
from federation.access.throttles import turn
from federation.audit.models import Event
from tests.exchange.tables import id_number

pytestmark = pytest.mark.django_db
NEW = "/cadres/people/new/"


def ask(client, number):
    """Send a form that lacks a name, so that nothing is saved."""
    return client.post(NEW, {"name": "", "id_number": id_number(number)}).content.decode()


def test_beyond_the_limit_no_number_is_looked_up_and_the_log_knows_it_once(as_user, lan, settings):
    settings.LOOKUPS_PER_HOUR = 3
    client = as_user(lan)
    stranger = Person(name="何莲")
    stranger.write_sealed("id_number", id_number(1))
    stranger.save()
    assert "已在其他单位登记" in ask(client, 1)
    for number in (2, 3):
        assert "太多" not in ask(client, number)
    for number in (1, 4):
        page = ask(client, number)
        assert "查证的身份证号太多" in page and "已在其他单位登记" not in page
    event = Event.objects.get(deed="lookups_exceeded")
    assert event.actor == lan and event.detail == {"count": 4}


def test_a_colleague_is_not_held_up(as_user, lan, mei, settings):
    settings.LOOKUPS_PER_HOUR = 1
    ask(as_user(lan), 1)
    assert "太多" in ask(as_user(lan), 2)
    assert "太多" not in ask(as_user(mei), 2)


def test_a_form_without_a_number_costs_nothing(as_user, lan, settings):
    settings.LOOKUPS_PER_HOUR = 1
    client = as_user(lan)
    for _time in range(3):
        client.post(NEW, {"name": ""})
    assert "太多" not in ask(client, 1)


def test_a_costly_deed_is_done_once_at_a_time_by_one_and_by_few_at_all(lan, mei, qiu):
    def ask(user):
        return turn("baking", user, at_once=2, seconds=99)

    with ask(lan) as first, ask(lan) as again, ask(mei) as second, ask(qiu) as third:
        assert (first, again, second, third) == (True, False, True, False)
    with ask(qiu) as later:
        assert later


def test_a_turn_ends_with_whatever_ends_the_deed(lan):
    with pytest.raises(ZeroDivisionError), turn("baking", lan, at_once=1, seconds=99):
        1 / 0  # noqa: B018
    with turn("baking", lan, at_once=1, seconds=99) as is_hers:
        assert is_hers
