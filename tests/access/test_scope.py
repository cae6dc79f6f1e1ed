"""Who may see what."""

from federation.access.scope import Grant, Scope
from orgs.models import Organisation


def test_an_empty_scope_shows_nothing(tree):
    assert not Organisation.objects.in_scope(Scope()).exists()


def test_lan_sees_the_north_and_everything_below_it(tree, lan):
    seen = Organisation.objects.in_scope(lan.scope(Grant.VIEW))
    names = set(seen.values_list("short_name", flat=True))
    assert names == {"北岸区", "青石镇", "荷花村", "柳溪村"}


def test_a_leader_holds_no_scope_for_people(tree, wen):
    scope = wen.scope(Grant.VIEW)
    assert scope.covers(tree["lotus"].path)
    assert not scope.covers_people(tree["lotus"].path)
