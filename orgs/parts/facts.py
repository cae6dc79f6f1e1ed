"""Reported facts: every filled cell of a report, kept as it was said, dated as of the batch."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.declare import Follows
from federation.exchange.plans import CHANGED, NEW, UNCHANGED, Create, Rows, Update, Verdict
from federation.identity import uuid7_batch
from federation.sealing.boxes import unseal
from federation.sealing.fields import place_of, seal_text
from federation.sealing.masking import mask_phone
from orgs.models import Organisation, ReportedFact

FACT = "orgs.ReportedFact"
#: what a fact says comes from the column that it is called by
OF_KEY = {"text": Follows(told_by="key")}


class StandingFact(NamedTuple):
    """A fact reported before for the same day."""

    pk: int
    uid: UUID
    text: str
    number: int | None
    secret: bytes | None


class Told(NamedTuple):
    """How one cell is kept: text, number, and what is to be sealed."""

    text: str
    number: int | None = None
    secret: str | None = None


def told_number(value: Any) -> Told:
    """A count."""
    return Told(str(value), value)


def told_money(value: Any) -> Told:
    """Yuan with two decimals; the number in 分."""
    return Told(f"{value:.2f}", int(value * 100))


def told_yes(value: Any) -> Told:
    """Yes or no."""
    return Told("true" if value else "false", int(value))


def told_date(value: Any) -> Told:
    """A date with the precision that was written."""
    return Told(value.iso())


def told_text(value: Any) -> Told:
    """A name or a remark."""
    return Told(str(value))


def told_phone(value: Any) -> Told:
    """The mask; the telephone itself is sealed."""
    return Told(mask_phone(value), None, value)


class Facts:
    """The facts that stand for the organisations of an import on its day, for some keys."""

    def __init__(self, rows: Rows, telling: Mapping[str, Callable[[Any], Told]]) -> None:
        self.rows, self.telling = rows, telling
        self.standing: dict[tuple[int, str], StandingFact] = {}
        self.paths: dict[int, str] = {}
        self.branches: dict[int, int | None] = {}
        for block in in_blocks(sorted(set(rows.organisation_ids))):
            self._read(block)

    def _read(self, block: list[int]) -> None:
        places = keyed(Organisation.objects.all(), "id", block)
        for pk, path, branch in places.values_list("pk", "path", "branch_id"):
            self.paths[pk], self.branches[pk] = path, branch
        same_day = ReportedFact.objects.filter(as_of=self.rows.as_of, key__in=list(self.telling))
        same_day = keyed(same_day, "organisation", block)
        for owner, key, *values in same_day.values_list(
            "organisation_id", "key", *StandingFact._fields
        ):
            *plain, secret = values
            self.standing[owner, key] = StandingFact(*plain, bytes(secret) if secret else None)

    def tokens(self) -> list[Any]:
        """Per row where its organisation stands, and what was reported for the same day."""
        keys, standing = list(self.telling), self.standing
        return [
            (
                self.paths[owner],
                self.branches[owner],
                *(standing.get((owner, key), (None,) * 4)[:4] for key in keys),
            )
            for owner in self.rows.organisation_ids
        ]

    def plan(self) -> Iterator[Create | Update | Verdict]:
        """One fact for every filled cell; a cell reported otherwise the same day is corrected."""
        columns = {key: self.rows.column(key) for key in self.telling}
        filled = sum(value is not None for column in columns.values() for value in column)
        uids = iter(uuid7_batch(filled))
        for row, owner in enumerate(self.rows.organisation_ids):
            bits = 0
            for key, tell in self.telling.items():
                value = columns[key][row]
                if value is not None:
                    made = self._one(row, owner, key, tell(value), next(uids))
                    bits |= UNCHANGED if made is None else NEW if type(made) is Create else CHANGED
                    if made is not None:
                        yield made
            yield Verdict(row, bits)

    def _one(self, row: int, owner: int, key: str, told: Told, uid: UUID) -> Create | Update | None:
        standing = self.standing.get((owner, key))
        if standing is None:
            return self._create(row, owner, key, told, uid)
        if _same(standing, told):
            return None
        before = {"text": standing.text, "number": standing.number, "secret": standing.secret}
        after = {
            "text": told.text,
            "number": told.number,
            "secret": _sealed(standing.uid, told.secret),
        }
        return Update(
            FACT,
            (row,),
            owner,
            self.branches[owner],
            standing.pk,
            standing.uid,
            before,
            after,
            True,
        )

    def _create(self, row: int, owner: int, key: str, told: Told, uid: UUID) -> Create:
        values = {
            "uid": uid.hex,
            "organisation_id": owner,
            "branch_id": self.branches[owner],
            "key": key,
            "as_of": self.rows.as_of.isoformat(),
            "text": told.text,
            "number": told.number,
            "secret": _sealed(uid, told.secret),
            "batch": self.rows.batch.hex,
        }
        return Create(FACT, (row,), owner, self.branches[owner], values, True)


def _same(standing: StandingFact, told: Told) -> bool:
    if (standing.text, standing.number) != (told.text, told.number):
        return False
    # Two telephones can share a mask, so the sealed one is opened; only when all else agrees.
    return told.secret is None or _opened(standing) == told.secret


def _opened(standing: StandingFact) -> str:
    if not standing.secret:
        return ""
    return unseal(place_of(ReportedFact, "secret", standing.uid.hex), standing.secret).decode()


def _sealed(uid: UUID, secret: str | None) -> bytes | None:
    if secret is None:
        return None
    return seal_text(place_of(ReportedFact, "secret", uid.hex), secret)


def all_of(keys: Iterable[str], tell: Callable[[Any], Told]) -> dict[str, Callable[[Any], Told]]:
    """Several keys that are told alike."""
    return dict.fromkeys(keys, tell)
