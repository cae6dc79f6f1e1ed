"""Places full of marked records: who meets a mark of a place that is not hers has found a leak.

Every organisation carries a random mark in its names, and another in every text of its records.
``Spot`` is one organisation with one record of each sort.
"""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from cadres.models import Appointment, Person, Post, Profile, Volunteer
from federation.access.models import Posting, User
from federation.access.scope import Scope, ScopedModel
from federation.access.tree import step
from federation.audit.services import Actor, ChangeRow, plain, record_changes, snapshot
from federation.exchange.models import Batch, Collection, Decision, Option, Overruled
from federation.tokens.models import Token
from funding.models import LedgerLine, Population, YearlyBudget
from homes.models import Home, HomeCheck, HomeKind, Standard
from orgs.models import Alias, HostUnit, Organisation, Renewal, ReportedFact, Term
from tests.cast import official, plant

BELOW_VIEWER = ("own", "child", "moved_in")
OUTSIDE = ("parent", "sibling", "foreign", "moved_away")
DAY = date(2024, 5, 1)


@dataclass
class Spot:
    """An organisation, its two marks, and one record of each sort."""

    organisation: Organisation
    name_mark: str
    mark: str
    records: dict[str, Any]


def mark_text() -> str:
    """A text that stands nowhere else."""
    return f"Z{secrets.token_hex(5)}"


def settle(organisation: Organisation) -> Spot:
    """Fill ``organisation`` with marked records."""
    name_mark, mark = mark_text(), mark_text()
    organisation.name = organisation.short_name = f"{organisation.short_name}{name_mark}"
    organisation.save()
    here = {"organisation": organisation}
    Alias.objects.create(**here, sort="former_name", text=f"旧名{mark}")
    person = Person(name=f"何{mark}")
    person.write_sealed("phone", "1390000" + f"{secrets.randbelow(10000):04d}")
    person.save()
    volunteer = Volunteer(**here, name=f"何{mark}", team=mark, skills=mark)
    volunteer.write_sealed("phone", "1380000" + f"{secrets.randbelow(10000):04d}")
    volunteer.save()
    post = Post.objects.filter(is_head=False, is_committee=True).first()
    records = {
        "person": person,
        "volunteer": volunteer,
        "appointment": Appointment.objects.create(
            **here, person=person, post=post, from_on=DAY, remark=mark
        ),
        "term": Term.objects.create(**here, starts_on=DAY, due_on=date(2029, 5, 1)),
        "renewal": Renewal.objects.create(
            **here, due_on=DAY, held_on=DAY, filing_number=mark, chair_name=f"何{mark}"
        ),
        "unit": HostUnit.objects.create(**here, name=f"厂{mark}", employees=9, women=5),
        "home": Home.objects.create(
            **here, kind=HomeKind.objects.first(), name=f"家{mark}", address=mark
        ),
        "line": LedgerLine.objects.create(
            **here, year=2024, received_cny=100, voucher_number=mark, purpose=mark
        ),
        "budget": YearlyBudget.objects.create(
            **here, year=2024, approved_cny=100, document_number=mark
        ),
        "population": Population.objects.create(**here, as_of=DAY, women=100, remark=mark),
        "account": official(f"u{mark}", f"柳{mark}", "village_clerk", organisation),
        "batch": _batch(organisation, mark),
        "list": _batch(organisation, mark, "accounts"),
        "collection": Collection.objects.create(**here, as_of=DAY, actor_label=f"谁{mark}"),
        "decision": Decision.objects.create(
            **here,
            kind="option",
            list_key="sector",
            written=mark,
            written_key=mark,
            meant_code="01",
            meant=f"农{mark}",
            made_label=f"谁{mark}",
        ),
    }
    records["posting"] = records["account"].postings.get()
    records["overruled"] = Overruled.objects.create(
        **here,
        batch=records["batch"],
        model="homes.Home",
        object_uid=records["home"].uid,
        shown="address",
        entered_label=f"谁{mark}",
        entered_at=timezone.now(),
        changed_label=f"谁{mark}",
        changed_from=organisation,
        changed_at=timezone.now(),
    )
    records["check"] = HomeCheck.objects.create(
        home=records["home"],
        standard=Standard.objects.get(),
        checked_on=DAY,
        evidence=mark,
    )
    collected = _batch(organisation, mark)
    collected.collection, collected.ordinal = records["collection"], 1
    collected.save()
    records["token"] = Token.objects.create(
        **here,
        owner=records["account"],
        purpose=mark,
        parts=["records"],
        code_digest=secrets.token_bytes(32),
        ending="abcd",
        expires_on=date(2099, 1, 1),
    )
    records["profile"] = Profile(person=person, employer=mark)
    records["profile"].write_sealed("address", f"住址{mark}")
    records["profile"].save()
    ReportedFact.objects.create(**here, key="host_unit", as_of=DAY, text=mark)
    record_changes(
        [_change(record, organisation) for record in records.values() if record != person],
        actor=Actor(None, f"谁{mark}"),
    )
    return Spot(organisation, name_mark, mark, records)


def _batch(organisation: Organisation, mark: str, sheet: str = "committee") -> Batch:
    return Batch.objects.create(
        sheet=sheet,
        organisation=organisation,
        as_of=DAY,
        actor_label=f"谁{mark}",
        state=Batch.State.APPLIED,
        file_name=f"{mark}.xlsx",
        applied_at=timezone.now(),
    )


def _change(record: Any, organisation: Organisation) -> ChangeRow:
    return ChangeRow(
        model=record._meta.label,
        object_uid=record.uid,
        organisation_id=organisation.pk,
        branch_id=organisation.branch_id,
        operation="create",
        before=None,
        after=snapshot(record),
    )


def move(organisation: Organisation, parent: Organisation) -> None:
    """Hang ``organisation`` under ``parent``, as a structure operation leaves the tree."""
    organisation.parent = parent
    organisation.path = parent.path + step(900 + Organisation.objects.count())
    organisation.depth = parent.depth + 1
    organisation.branch = parent.branch
    organisation.save()
    organisation.parent_links.update(parent=parent)


class World:
    """The small tree with records everywhere and one viewer at one of its places."""

    def __init__(self, tree: dict[str, Organisation], role_code: str, place: str) -> None:
        self.role_code = role_code
        self.place = tree[place]
        if role_code == "town_officer":
            tree = tree | {"next_town": plant("910101102", "白沙镇", "town", tree["north"])}
        self.spots = {name: settle(found) for name, found in tree.items()}
        self.viewer = official("viewer", "观察员", role_code, self.place)
        self.positions = {"own": self.spots[place]}
        for name, parent in {"child": self.place, "moved_away": self.place}.items():
            self.positions[name] = self._new(name, parent)
        elsewhere = tree["pine"] if place != "pine" else tree["lotus"]
        self.positions["moved_in"] = self._new("moved_in", elsewhere)
        self.positions["parent"] = self._spot_of(self.place.parent)
        sibling = Organisation.objects.filter(parent=self.place.parent).exclude(pk=self.place.pk)
        self.positions["sibling"] = self._spot_of(sibling.get())
        self.positions["foreign"] = self._spot_of(elsewhere)
        self.elsewhere = elsewhere
        # Slips are only for whoever brought the list in, and only in her own part.
        Batch.objects.filter(sheet="accounts").update(actor=self.viewer)

    def _new(self, name: str, parent: Organisation) -> Spot:
        code = f"{parent.code}{name}".upper().replace("_", "")
        self.spots[name] = settle(plant(code, "小组", "group", parent))
        return self.spots[name]

    def _spot_of(self, organisation: Organisation) -> Spot:
        return next(s for s in self.spots.values() if s.organisation.pk == organisation.pk)

    def move_two(self) -> None:
        """One organisation leaves the viewer's part, another comes into it."""
        move(self.positions["moved_away"].organisation, self.elsewhere)
        move(self.positions["moved_in"].organisation, self.place)

    def scope(self) -> Scope:
        """Everything below the viewer, whatever her role may see of it."""
        return Scope(paths=(self.place.path,), people_paths=(self.place.path,))

    def foreign_marks(self) -> dict[str, str]:
        """Marks the viewer must never meet, with what they stand for.

        The names of the organisations above her are no secret: they stand over every page.
        """
        found = {}
        for name, spot in self.spots.items():
            path = spot.organisation.path
            if path.startswith(self.place.path):
                continue
            found[spot.mark] = f"records of {name}"
            if not self.place.path.startswith(path):
                found[spot.name_mark] = f"name of {name}"
        return found

    def full_numbers(self) -> dict[str, str]:
        """Telephone numbers in full: nobody meets them without giving a reason."""
        return {
            spot.records[sort].reveal("phone"): f"telephone of a {sort} of {name}"
            for name, spot in self.spots.items()
            for sort in ("person", "volunteer")
        }

    def people_marks(self) -> dict[str, str]:
        """Names of people in the viewer's own part: nothing for a role that sees no people."""
        return {
            spot.records["person"].name: f"person of {name}" for name, spot in self.spots.items()
        }

    def rows_outside(self) -> dict[str, dict[int, str]]:
        """Every row that does not belong to the viewer's part, by table and key."""
        return {
            model._meta.db_table: _rows(model, self._inside(model)) for model in guarded_models()
        }

    def _inside(self, model: Any) -> Any:
        if model is User:
            held = Posting.objects.in_scope(self.scope())
            return User.objects.filter(postings__in=held)
        return model.objects.in_scope(self.scope())


def guarded_models() -> list[type[models.Model]]:
    """The models whose foreign rows nobody may touch."""
    scoped = [model for model in apps.get_models() if issubclass(model, ScopedModel)]
    return [*scoped, User]


def _rows(model: Any, inside: Any) -> dict[int, str]:
    outside = model._default_manager.exclude(pk__in=inside.values("pk"))
    return {
        row["id"]: repr([plain(value) for name, value in row.items() if name != "last_login"])
        for row in outside.values()
    }


def key_of(route: str, parameter: str, spot: Spot) -> Any:
    """What stands in the address of ``route`` for a record of ``spot``; None: not known."""
    for prefix, name, value in KEYS:
        if route.startswith(prefix) and parameter == name:
            return value(spot)
    return None


def _uid(sort: str) -> Any:
    return lambda spot: str(spot.records[sort].uid)


KEYS = [
    ("admin:app_list", "app_label", lambda spot: "orgs"),
    ("admin:orgs_organisation_", "object_id", lambda spot: str(spot.organisation.uid)),
    ("admin:orgs_term_", "object_id", _uid("term")),
    ("admin:orgs_renewal_", "object_id", _uid("renewal")),
    ("admin:orgs_hostunit_", "object_id", _uid("unit")),
    ("admin:homes_home_", "object_id", _uid("home")),
    ("admin:funding_ledgerline_", "object_id", _uid("line")),
    ("admin:funding_yearlybudget_", "object_id", _uid("budget")),
    ("admin:funding_population_", "object_id", _uid("population")),
    ("orgs:term_", "uid", _uid("term")),
    ("orgs:renewal_", "uid", _uid("renewal")),
    ("orgs:unit_", "uid", _uid("unit")),
    ("orgs:", "code", lambda spot: spot.organisation.code),
    ("cadres:person_", "uid", _uid("person")),
    ("cadres:appointment_", "uid", _uid("appointment")),
    ("cadres:volunteer_", "uid", _uid("volunteer")),
    ("homes:home_", "uid", _uid("home")),
    ("homes:check_", "uid", _uid("check")),
    ("homes:kind_", "uid", lambda spot: str(spot.records["home"].kind.uid)),
    ("homes:standard_", "uid", lambda spot: str(spot.records["check"].standard.uid)),
    ("homes:standard_", "code", lambda spot: spot.records["check"].standard.code),
    ("funding:ledger", "code", lambda spot: spot.organisation.code),
    ("funding:line_", "uid", _uid("line")),
    ("funding:yearly_", "uid", _uid("budget")),
    ("funding:population_", "uid", _uid("population")),
    ("exchange:decision_", "uid", _uid("decision")),
    ("exchange:collection", "uid", _uid("collection")),
    ("exchange:collection_slip", "code", lambda spot: spot.organisation.code),
    ("exchange:collection_file", "ordinal", lambda spot: 1),
    ("exchange:", "uid", _uid("batch")),
    ("exchange:row", "sheet_no", lambda spot: 0),
    ("exchange:row", "row_no", lambda spot: 2),
    ("registers:overruled_", "uid", _uid("overruled")),
    ("registers:objection_", "uid", _uid("overruled")),
    ("tokens:", "uid", _uid("token")),
    ("orgs:kind_", "uid", lambda spot: str(spot.organisation.kind.uid)),
    ("registers:option_", "uid", lambda spot: str(Option.objects.first().uid)),
    ("registers:option_new", "key", lambda spot: "sector"),
    ("accounts:batch_slips", "uid", _uid("list")),
    ("accounts:handover", "uid", _uid("posting")),
    ("access:posting_end", "uid", _uid("posting")),
    ("access:reveal", "model", lambda spot: "cadres.Person"),
    ("access:reveal", "uid", _uid("person")),
    ("access:reveal", "column", lambda spot: "phone"),
    ("access:", "uid", _uid("account")),
    ("api:organisation-", "code", lambda spot: spot.organisation.code),
    ("api:figure-", "code", lambda spot: spot.organisation.code),
    ("api:person-", "uid", _uid("person")),
    ("api:volunteer-", "uid", _uid("volunteer")),
    ("api:profile-", "uid", _uid("profile")),
    ("api:appointment-", "uid", _uid("appointment")),
    ("api:term-", "uid", _uid("term")),
    ("api:renewal-", "uid", _uid("renewal")),
    ("api:host_unit-", "uid", _uid("unit")),
    ("api:home-", "uid", _uid("home")),
    ("api:home_check-", "uid", _uid("check")),
    ("api:ledger_line-", "uid", _uid("line")),
    ("api:yearly_budget-", "uid", _uid("budget")),
    ("api:population-", "uid", _uid("population")),
    ("dashboards:", "code", lambda spot: spot.organisation.code),
    ("dashboards:", "indicator", lambda spot: "ORG-02"),
]
