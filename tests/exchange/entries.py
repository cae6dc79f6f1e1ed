"""Values that an organisation enters on a page, and rosters from above that speak of them."""

from datetime import date

import time_machine

from cadres.models import Person
from federation.audit.services import Actor
from federation.registers.services import record_save
from tests.exchange.tables import member_row, planned

AS_OF = date(2026, 6, 30)
BEFORE, DAY, AFTER = "2026-06-29T09:00+08:00", "2026-06-30T09:05+08:00", "2026-07-02T10:30+08:00"
LATER = "2026-07-03T08:00+08:00"


def row(place, number=1, name="何兰花", **cells):
    return member_row(place, number, name, **{"education": "高中", "phone": "13800000001", **cells})


def entered(person, user, place, moment, **fields):
    """Somebody puts fields right on the page of a person."""
    with time_machine.travel(moment, tick=False):
        person = Person.objects.get(pk=person.pk)
        for name, value in fields.items():
            if name == "phone":
                person.write_sealed("phone", value)
            else:
                setattr(person, name, value)
        record_save(instance=person, actor=Actor.of(user), home_id=place.pk)


def planned_at(rows, place, moment=LATER, *, user=None, as_of=AS_OF):
    with time_machine.travel(moment, tick=False):
        return planned("committee", rows, place, user=user, as_of=as_of)
