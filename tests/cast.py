"""The people and places every test speaks of.

A city with two districts, each with a town, each town with two villages. Lan works for the north,
Mei for the south; Qiu keeps one village, Tao one town; Wen leads the city and sees figures only;
Ying audits, Hua administers, Su works for the whole city.
"""

from datetime import date
from typing import Any

from federation.access.models import Posting, Role, User
from federation.access.tree import step
from orgs.models import Kind, Organisation, ParentLink

PASSWORD = "lotus-pond-at-dawn"
BACKEND = "federation.access.backends.NameOrPhoneBackend"
SINCE = date(2020, 1, 1)
KINDS = {
    "city": ("20", "市", False),
    "district": ("40", "区", True),
    "town": ("50", "镇", False),
    "village": ("60", "村", False),
}


def kind(group: str) -> Kind:
    """The kind of a group, as seeded or made here."""
    found = Kind.objects.filter(group=group).order_by("order", "code").first()
    if found is not None:
        return found
    code, name, is_branch = KINDS[group]
    return Kind.objects.create(code=code, name=name, group=group, is_branch=is_branch)


def plant(
    code: str, name: str, group: str, parent: Organisation | None = None, **fields: Any
) -> Organisation:
    """An organisation in its place in the tree, as the loader would leave it."""
    siblings = Organisation.objects.filter(parent=parent).count()
    made = Organisation(
        code=code,
        name=f"{parent.name if parent else ''}{name}",
        short_name=name,
        kind=kind(group),
        kind_group=group,
        parent=parent,
        path=(parent.path if parent else "") + step(siblings),
        depth=parent.depth + 1 if parent else 0,
        branch=parent.branch if parent else None,
        **fields,
    )
    made.save()
    if made.kind.is_branch:
        made.branch = made
        made.save()
    if parent is not None:
        ParentLink.objects.create(organisation=made, parent=parent)
    return made


def role(code: str) -> Role:
    """A role as seeded."""
    return Role.objects.get(code=code)


def official(username: str, name: str, role_code: str, organisation: Organisation) -> User:
    """An account with one open posting; her password is PASSWORD."""
    user = User.objects.create_user(username, PASSWORD, name=name)
    Posting.objects.create(
        user=user, role=role(role_code), organisation=organisation, from_on=SINCE
    )
    return user


def post(user: User, role_code: str, organisation: Organisation) -> User:
    """The account with one more open posting."""
    Posting.objects.create(
        user=user, role=role(role_code), organisation=organisation, from_on=SINCE
    )
    return user
