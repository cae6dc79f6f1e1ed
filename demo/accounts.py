"""One account per role, with passwords made on this machine."""

import json
import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction

from demo.guard import PREFIX
from federation.access.models import Role, User
from federation.access.services import account_create
from federation.audit.services import Actor
from orgs.models import Organisation

# Letters and digits that are not mistaken for each other when copied from a screen.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PASSWORD_LENGTH = 14
# role, name of the person, where she is posted (see ``_places``)
CAST = (
    ("city_officer", "苏青", "city"),
    ("district_officer", "兰晓梅", "district"),
    ("town_officer", "陶然", "town"),
    ("village_clerk", "邱月", "village"),
    ("leader", "文静", "city"),
    ("auditor", "应红", "city"),
    ("administrator", "华敏", "city"),
)


def accounts_file() -> Path:
    """Where the user names and passwords of this demonstration stand, for its owner alone."""
    return Path(settings.VAR_DIR) / "demo-accounts.json"


@transaction.atomic
def accounts_make(*, city: Organisation, district: Organisation, town: str) -> list[dict[str, str]]:
    """Make the accounts that are missing and give all of them new passwords; writes the file.

    Shape: [{"username", "password", "role", "organisation_code"}].
    """
    places = _places(city, district, town)
    made = []
    for role, name, place in CAST:
        username, password = PREFIX + role.replace("_", "-"), _password()
        _open(username, password, name, role, places[place])
        made.append(
            {
                "username": username,
                "password": password,
                "role": role,
                "organisation_code": places[place].code,
            }
        )
    file = accounts_file()
    file.touch(mode=0o600)
    file.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return made


def _open(username: str, password: str, name: str, role: str, place: Organisation) -> None:
    user = User.objects.filter(username=username).first()
    if user is None:
        account_create(
            username=username,
            name=name,
            role=Role.objects.get(code=role),
            organisation=place,
            actor=Actor.command(),
            password=password,
        )
        return
    user.set_password(password)
    user.save(update_fields=["password"])


def _password() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(PASSWORD_LENGTH))


def _places(city: Organisation, district: Organisation, town: str) -> dict[str, Organisation]:
    towns = Organisation.objects.below(district).of_group("town").order_by("path")
    chosen = towns.filter(short_name=town).first() or towns[0]
    villages = Organisation.objects.below(chosen).of_group("village").order_by("path")
    return {"city": city, "district": district, "town": chosen, "village": villages[0]}
