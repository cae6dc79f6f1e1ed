"""Founding organisations and moving them: dated operations on the tree."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from federation.access.tree import STEP, ancestors, step, step_number
from federation.audit.services import Actor, ChangeRow, record_changes, snapshot
from federation.signals import records_changed
from orgs.models import Kind, Organisation, ParentLink
from orgs.services.naming import pinyin

LONGEST_PATH = Organisation._meta.get_field("path").max_length


class StructureRefused(Exception):
    """An operation on the tree that cannot be done; the message is a sentence for the page."""


@dataclass(frozen=True)
class Effects:
    """What a move takes along: organisations, and of them those by group; records below them."""

    organisations: int
    by_group: dict[str, int]
    records: dict[str, int]


@transaction.atomic
def organisation_found(
    *,
    kind: str,
    name: str,
    parent: Organisation,
    actor: Actor,
    code: str = "",
    short_name: str = "",
    is_place: bool = True,
) -> Organisation:
    """A new organisation below ``parent``, not yet built; without ``code`` it gets an internal one.

    A functional area is of kind 40 and without an outline of its own. Raises StructureRefused.
    """
    # Imports below that are just being written refer to it: they need not be over.
    parent = Organisation.objects.select_for_update(no_key=True).get(pk=parent.pk)
    sort = Kind.objects.get(code=kind)
    _check_level(sort, parent)
    short = short_name or name
    whole, initials = pinyin(short)
    made = Organisation(
        code=code or _internal_code(parent),
        name=name,
        short_name=short,
        pinyin=whole,
        initials=initials,
        kind=sort,
        kind_group=sort.group,
        parent=parent,
        path=_free_path(parent),
        depth=parent.depth + 1,
        branch_id=parent.branch_id,
        is_expected=is_place,
    )
    if Organisation.objects.filter(code=made.code).exists():
        raise StructureRefused(_("编号 {code} 已有单位使用。").format(code=made.code))
    made.save()
    if sort.is_branch:
        made.branch = made
        made.save(update_fields=["branch"])
    link = ParentLink.objects.create(organisation=made, parent=parent)
    record_changes([_created(made, made), _created(link, made)], actor=actor)
    _announce({made.pk, *_above(made.path)})
    return made


def move_effects(*, organisation: Organisation) -> Effects:
    """What moving ``organisation`` would take along; shown before anything is written."""
    below = Organisation.objects.below(organisation)
    by_group = dict(
        below.order_by("kind_group").values_list("kind_group").annotate(count=models.Count("pk"))
    )
    records = {
        str(model._meta.verbose_name): model._default_manager.filter(
            organisation__in=below.values("pk")
        ).count()
        for model in _models_with_branch()
    }
    return Effects(sum(by_group.values()), by_group, records)


@transaction.atomic
def organisation_move(
    *, organisation: Organisation, parent: Organisation, on: date, actor: Actor
) -> Effects:
    """Put ``organisation`` and its subtree under ``parent`` from ``on``, a past day or today.

    The dated links keep who led it before; today's path, depth and branch are rewritten for the
    subtree and its records. Raises StructureRefused. Returns what moved.
    """
    found = Organisation.objects.select_for_update().in_bulk([organisation.pk, parent.pk])
    organisation, parent = found[organisation.pk], found[parent.pk]
    _check_move(organisation, parent, on)
    effects = move_effects(organisation=organisation)
    touched = {organisation.pk, *_above(organisation.path)}
    before = snapshot(organisation)
    changes = [*_relink(organisation, parent, on)]
    _rewrite(organisation, parent)
    organisation.refresh_from_db()
    changes.append(_updated(organisation, before, organisation))
    record_changes(changes, actor=actor)
    touched.update(_above(organisation.path))
    touched.update(Organisation.objects.below(organisation).values_list("pk", flat=True))
    _announce(touched)
    return effects


def _check_level(kind: Kind, parent: Organisation) -> None:
    if parent.kind_group not in kind.parent_groups:
        raise StructureRefused(
            _("{kind}不能隶属于“{parent}”这一级。").format(kind=kind.name, parent=parent)
        )


def _check_move(organisation: Organisation, parent: Organisation, on: date) -> None:
    today = timezone.localdate()
    if on > today:
        raise StructureRefused(
            _("调整日期不能晚于今天（{today}）。").format(today=date_format(today, "Y年n月j日"))
        )
    if parent.path.startswith(organisation.path):
        raise StructureRefused(_("不能隶属于自己或自己的下级。"))
    if organisation.parent_id == parent.pk:
        raise StructureRefused(
            _("“{name}”已经隶属于“{parent}”。").format(name=organisation, parent=parent)
        )
    _check_level(organisation.kind, parent)
    since = organisation.parent_links.aggregate(last=Max("valid_from"))["last"]
    if since is not None and on < since:
        raise StructureRefused(
            _("调整日期不能早于上一次调整（{since}）。").format(
                since=date_format(since, "Y年n月j日")
            )
        )
    deepest = Organisation.objects.below(organisation).aggregate(last=Max("depth"))["last"]
    if (parent.depth + 2 + deepest - organisation.depth) * STEP > LONGEST_PATH:
        raise StructureRefused(_("层级太多，最多 {most} 层。").format(most=LONGEST_PATH // STEP))


def _relink(organisation: Organisation, parent: Organisation, on: date) -> Iterator[ChangeRow]:
    """End the open link on ``on`` and open the next one; both go to the change log."""
    link = organisation.parent_links.select_for_update().filter(valid_until=None).first()
    if link is not None:
        before = snapshot(link)
        if link.valid_from == on:
            # Moved twice on one day: the first of the two never held for a whole day.
            link.parent = parent
        else:
            link.valid_until = on
        link.save()
        yield _updated(link, before, organisation)
        if link.valid_until is None:
            return
    opened = ParentLink.objects.create(organisation=organisation, parent=parent, valid_from=on)
    yield _created(opened, organisation)


def _rewrite(organisation: Organisation, parent: Organisation) -> None:
    """Today's cache: path, depth and branch of the subtree, branch of the records below it."""
    old_path, new_path = organisation.path, _free_path(parent)
    below = Organisation.objects.below(organisation)
    if organisation.branch_id not in (organisation.pk, parent.branch_id):
        _rebranch(below, organisation.branch_id, parent.branch_id)
    below.update(
        path=Concat(Value(new_path), Substr("path", len(old_path) + 1)),
        depth=F("depth") + parent.depth + 1 - organisation.depth,
    )
    Organisation.objects.filter(pk=organisation.pk).update(parent=parent, version=F("version") + 1)


def _rebranch(below: models.QuerySet, old: int | None, new: int | None) -> None:
    moved = list(below.filter(branch=old).values_list("pk", flat=True))
    for model in _models_with_branch():
        for start in range(0, len(moved), 500):
            some = moved[start : start + 500]
            model._default_manager.filter(organisation__in=some).update(branch=new)
    below.filter(branch=old).update(branch=new)


def _models_with_branch() -> list[type[models.Model]]:
    """Records that carry the branch of their organisation; the change log keeps the old one."""
    found = []
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if {"organisation", "branch"} <= names and model._meta.app_label != "audit":
            found.append(model)
    return found


def _free_path(parent: Organisation) -> str:
    last = Organisation.objects.filter(parent=parent).aggregate(last=Max("path"))["last"]
    return parent.path + step(step_number(last) + 1 if last else 0)


def _internal_code(parent: Organisation) -> str:
    """The next code of the installation's own below ``parent``: 50N001, 50N002 …"""
    head = f"{parent.code}N"
    used = Organisation.objects.filter(code__startswith=head).count()
    return f"{head}{used + 1:03d}"


def _above(path: str) -> list[int]:
    return list(Organisation.objects.filter(path__in=ancestors(path)).values_list("pk", flat=True))


def _created(instance: models.Model, organisation: Organisation) -> ChangeRow:
    return ChangeRow(
        instance._meta.label, instance.uid, organisation.pk, organisation.branch_id,
        "create", None, snapshot(instance),
    )  # fmt: skip


def _updated(instance: models.Model, before: dict, organisation: Organisation) -> ChangeRow:
    after = snapshot(instance)
    names = [name for name in after if after[name] != before[name]]
    return ChangeRow(
        instance._meta.label, instance.uid, organisation.pk, organisation.branch_id, "update",
        {name: before[name] for name in names}, {name: after[name] for name in names},
    )  # fmt: skip


def _announce(touched: set[int]) -> None:
    records_changed.send(sender=Organisation, organisation_ids=touched, inline=False)
