"""A person's columns made from cells: sealed numbers with digest and mask, spelling, birth, sex."""

from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from cadres.models import Person
from federation.exchange.cleaners.dates import PartialDate
from federation.sealing.boxes import digest
from federation.sealing.fields import place_of, seal_text
from federation.sealing.masking import mask_id_number, mask_phone
from orgs.services.naming import pinyin, pinyin_each


@lru_cache(maxsize=20_000)
def spelling(name: str) -> dict[str, str]:
    """Pinyin, initials and the name from its end, by which people are searched."""
    spoken, initials = pinyin(name)
    return {"pinyin": spoken[:120], "initials": initials[:20], "name_backwards": name[::-1]}


def spellings(names: list[str]) -> dict[str, list[str]]:
    """The same of many people, column by column."""
    spoken = list(pinyin_each(names))
    return {
        "pinyin": [one[:120] for one, _first in spoken],
        "initials": [first[:20] for _one, first in spoken],
        "name_backwards": [name[::-1] for name in names],
    }


def phone_values(uid: UUID, phone: str | None) -> dict[str, Any]:
    """The three columns of a telephone; nothing when there is none."""
    if phone is None:
        return {}
    return {
        "phone": seal_text(place_of(Person, "phone", uid.hex), phone),
        "phone_digest": digest("phone", phone),
        "phone_masked": mask_phone(phone),
    }


def id_values(uid: UUID, number: str, known: bytes) -> dict[str, Any]:
    """The three columns of an ID number whose digest is ``known``."""
    return {
        "id_number": seal_text(place_of(Person, "id_number", uid.hex), number),
        "id_number_digest": known,
        "id_number_masked": mask_id_number(number),
    }


def birth_values(number: str, birth: PartialDate | None) -> dict[str, Any]:
    """Birth as told, else as the ID number says."""
    told = birth or PartialDate(date(int(number[6:10]), int(number[10:12]), int(number[12:14])))
    return {"birth_on": told.first_day.isoformat(), "birth_precision": told.precision}


def sex_of(number: str) -> str:
    """The seventeenth digit: odd for men."""
    return (Person.Sex.MALE if int(number[16]) % 2 else Person.Sex.FEMALE).value
