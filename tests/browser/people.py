"""The accounts of the browser tests, made by the product's own service. Run inside a portal."""

from federation.access.models import Role
from federation.access.services import account_create
from federation.audit.services import Actor
from orgs.models import Organisation

PASSWORD = "lotus-pond-at-dawn"
# Account, her name, her role, where she is posted.
PEOPLE = (
    ("wen", "文静", "leader", "50"),
    ("su", "苏青", "city_officer", "50"),
    ("lan", "兰晓梅", "district_officer", "500101"),
    ("qiu", "邱月", "village_clerk", "500101017001"),
)


def make() -> None:
    """One account for each of the people."""
    for username, name, role, place in PEOPLE:
        account_create(
            username=username,
            name=name,
            role=Role.objects.get(code=role),
            organisation=Organisation.objects.get(code=place),
            actor=Actor.command(),
            password=PASSWORD,
        )
