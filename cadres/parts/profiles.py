"""Information forms: what a member tells of herself is kept beside her own record.

She is known by her ID number alone, never by her name: nobody's record is merged silently.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from cadres.models import RECENT_DAYS, Profile
from cadres.parts.differences import is_told_anew
from cadres.parts.matching import (
    PostHeld,
    StandingPerson,
    may_rewrite,
    people_by_digest,
    posts_held,
)
from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.declare import Follows, Part, part
from federation.exchange.plans import (
    CHANGED,
    CONFLICT,
    NEW,
    UNCHANGED,
    Create,
    Note,
    Rows,
    Update,
    Verdict,
)
from federation.identity import uuid7_batch
from federation.sealing.boxes import digest
from federation.sealing.fields import place_of, seal_text
from orgs.models import Organisation
from orgs.parts.matching import hexed

PROFILE = "cadres.Profile"
TEXTS = ("native_place", "school", "degree", "title", "employer", "deputy", "skills", "wishes")
DATES = {"party_on": "party_precision", "work_on": "work_precision"}
#: sealed column of the record -> column of the sheet
SEALED = {"address": "home_address", "resume": "resume"}


class StandingProfile(NamedTuple):
    """A form that stands. Sealed columns are ciphertext."""

    pk: int
    uid: UUID
    version: int
    person_id: int
    native_place: str
    party_on: date | None
    party_precision: str
    work_on: date | None
    work_precision: str
    school: str
    degree: str
    title: str
    employer: str
    deputy: str
    skills: str
    wishes: str
    address: bytes | None
    address_digest: bytes | None
    address_masked: str
    resume: bytes | None
    resume_digest: bytes | None
    resume_masked: str
    batch: UUID | None


class Found(NamedTuple):
    """What stands for the rows: people by digest, their posts and forms, districts of places."""

    digests: list[bytes]
    people: dict[bytes, StandingPerson]
    posts: dict[int, list[PostHeld]]
    profiles: dict[int, StandingProfile]
    branches: dict[int, int | None]


def profiles_of(people: list[int]) -> dict[int, StandingProfile]:
    """The forms of people, by their primary keys."""
    found: dict[int, StandingProfile] = {}
    for block in in_blocks(people):
        rows = keyed(Profile.objects.order_by("pk"), "person", block)
        for values in rows.values_list(*StandingProfile._fields):
            plain = [bytes(one) if isinstance(one, memoryview) else one for one in values]
            found[values[3]] = StandingProfile(*plain)
    return found


@part("profiles")
class Profiles(Part):
    """A row is what one person in scope tells; of anybody else nothing is written."""

    reads = ("person_name", "id_number", *DATES, *TEXTS, *SEALED.values())
    derives: ClassVar = {
        PROFILE: {
            **{name: Follows((name,)) for name in (*DATES, *TEXTS)},
            **{name: Follows((key,)) for name, key in SEALED.items()},
        }
    }

    def match(self, rows: Rows) -> Found:
        """Everybody of these ID numbers, with posts and forms."""
        digests = [digest("id_number", number) for number in rows.column("id_number")]
        people = people_by_digest(digests)
        keys = sorted(person.pk for person in people.values())
        posts = posts_held(keys)
        places = {post.organisation_id for held in posts.values() for post in held}
        branches: dict[int, int | None] = {}
        for block in in_blocks(sorted(places)):
            known = keyed(Organisation.objects.all(), "id", block)
            branches.update(known.values_list("pk", "branch"))
        return Found(digests, people, posts, profiles_of(keys), branches)

    def tokens(self, rows: Rows, found: Found) -> list[Any]:
        """The person, where she holds posts, and her form."""
        return [self._token(found, known) for known in found.digests]

    @staticmethod
    def _token(found: Found, known: bytes) -> Any:
        person = found.people.get(known)
        if person is None:
            return None
        profile = found.profiles.get(person.pk)
        held = [
            (post.path, found.branches.get(post.organisation_id), post.until_on)
            for post in found.posts.get(person.pk, ())
        ]
        told = profile and (profile.uid.hex, profile.version)
        return (person.uid.hex, person.version, person.name, told, held)

    def plan(self, rows: Rows, found: Found) -> Iterator[Any]:
        """A new form, a changed one, the same again, or why there can be none."""
        uids = uuid7_batch(rows.count)
        for row, known in enumerate(found.digests):
            person = found.people.get(known)
            refusal = self._refusal(rows, row, found, person)
            if refusal is not None or person is None:
                yield Note(row, "profile_refused", refusal or "")
                yield Verdict(row, CONFLICT)
                continue
            yield from self._write(rows, row, found, person, uids[row])

    @staticmethod
    def _refusal(rows: Rows, row: int, found: Found, person: StandingPerson | None) -> str | None:
        held = found.posts.get(person.pk, []) if person else []
        if person is None or not is_seen(rows, held):
            return _(
                "在册人员中没有这个身份证号，这一份没有写入。请核对号码，或先在执委花名册登记。"
            )
        if not may_rewrite(held, rows.ceiling, rows.today):
            return _("她还在其他单位任职，这一份没有写入。请交由管得到全部单位的上级妇联填报。")
        name = rows.column("person_name")[row]
        if person.name != name:
            words = _("这个身份证号在册的姓名是“{ours}”，表上是“{theirs}”，没有写入。请核对。")
            return words.format(ours=person.name, theirs=name)
        return None

    def _write(
        self, rows: Rows, row: int, found: Found, person: StandingPerson, uid: UUID
    ) -> Iterator[Any]:
        standing = found.profiles.get(person.pk)
        told = told_by(rows, row, standing, standing.uid if standing else uid)
        if not told:
            yield Verdict(row, UNCHANGED)
            return
        owner = self._owner(rows, found.posts[person.pk])
        after = {**told, "batch": rows.batch.hex}
        branch = found.branches.get(owner)
        if standing is None:
            values = {"uid": uid.hex, "person_id": person.pk, **after}
            yield Create(PROFILE, (row,), owner, branch, values)
            yield Verdict(row, NEW)
            return
        before = {name: _plain(getattr(standing, name)) for name in told}
        before["batch"] = hexed(standing.batch)
        yield Update(
            PROFILE, (row,), owner, branch, standing.pk, standing.uid, before, after
        )  # fmt: skip
        yield Verdict(row, CHANGED)

    @staticmethod
    def _owner(rows: Rows, held: list[PostHeld]) -> int:
        """In whose change log it stands: where she is in post today, else where she last was."""
        here = [post for post in held if rows.ceiling.covers(post.path)]
        current = [post for post in here if post.until_on is None or post.until_on > rows.today]
        return (current or here)[-1].organisation_id


def is_seen(rows: Rows, held: list[PostHeld]) -> bool:
    """Whether she holds or lately held a post where the import may write."""
    since = rows.today - timedelta(days=RECENT_DAYS)
    recent = (post for post in held if post.until_on is None or post.until_on > since)
    return any(rows.ceiling.covers(post.path) for post in recent)


def told_by(rows: Rows, row: int, standing: StandingProfile | None, uid: UUID) -> dict[str, Any]:
    """The columns in which a row differs from what stands; a blank cell never empties one."""
    told: dict[str, Any] = {}
    for name in TEXTS:
        text = rows.column(name)[row]
        if text and (standing is None or getattr(standing, name) != text):
            told[name] = text
    for name, precision in DATES.items():
        day = rows.column(name)[row]
        known = (getattr(standing, name), getattr(standing, precision)) if standing else (None, "")
        if day is not None and is_told_anew(*known, day):
            told |= {name: day.first_day.isoformat(), precision: day.precision}
    for name, key in SEALED.items():
        text = rows.column(key)[row]
        if text and (standing is None or getattr(standing, f"{name}_digest") != digest(name, text)):
            told |= sealed_values(name, text, uid)
    return told


def sealed_values(name: str, text: str, uid: UUID) -> dict[str, Any]:
    """The three columns of a sealed text."""
    kind, mask = Profile.sealed_columns[name]
    return {
        name: seal_text(place_of(Profile, name, uid.hex), text),
        f"{name}_digest": digest(kind, text),
        f"{name}_masked": mask(text),
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
