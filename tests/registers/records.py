"""Records of the cast's villages, made by hand for the tests of pages."""

from datetime import date
from itertools import count

from django.core.cache import caches

from cadres.models import Appointment, Person, Post
from homes.models import Home, HomeKind
from orgs.models import Organisation, Term

ID_LAN = "110101199003070062"
ID_OTHER = "110101198511220047"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
numbers = count(1)


def forget_lists() -> None:
    """Let nothing be kept of lists and their numbers, as after half a minute."""
    for cache in caches.all():
        cache.clear()


def id_number(seed: int) -> str:
    """A well-formed ID number of a woman, in a region that does not exist."""
    head = f"9901011985{seed % 12 + 1:02}{seed % 28 + 1:02}{seed // 12 % 50 * 2 + 100:03}"
    tail = sum(int(a) * b for a, b in zip(head, WEIGHTS, strict=True)) % 11
    return head + "10X98765432"[tail]


def person(name: str, **fields) -> Person:
    """Somebody with an ID number and a phone of her own."""
    seed = next(numbers)
    made = Person(name=name, sex=Person.Sex.FEMALE, **fields)
    made.write_sealed("id_number", id_number(seed))
    made.write_sealed("phone", f"139{seed:08}")
    made.save()
    return made


def appoint(who: Person, organisation: Organisation, post: str = "执委", **fields) -> Appointment:
    """``who`` in a post since spring 2024."""
    made = Appointment(
        person=who,
        organisation=organisation,
        post=Post.objects.get(name=post),
        **{"from_on": date(2024, 3, 8), **fields},
    )
    made.save()
    return made


def member(name: str, organisation: Organisation, post: str = "执委", **fields) -> Person:
    """A new person with one post."""
    who = person(name)
    appoint(who, organisation, post, **fields)
    return who


def home(name: str, organisation: Organisation, **fields) -> Home:
    """An open 妇女之家, or a place of another ``kind``."""
    kind = fields.pop("kind", None) or HomeKind.objects.get(code="women_home")
    made = Home(kind=kind, name=name, organisation=organisation, **fields)
    made.save()
    return made


def term(organisation: Organisation, starts_on: date, due_on: date, **fields) -> Term:
    """One term of a committee."""
    return Term.objects.create(
        organisation=organisation,
        branch=organisation.branch,
        starts_on=starts_on,
        due_on=due_on,
        **fields,
    )


def filled(client, url: str, **entries) -> dict:
    """What a browser would send from the form at ``url``, with some entries changed."""
    form = client.get(url).context["form"]
    forms = [form, *([form.post_form] if hasattr(form, "post_form") else [])]
    sent = {}
    for one in forms:
        for bound in one:
            value = bound.field.prepare_value(bound.value())
            sent[bound.html_name] = "" if value is None else str(value)
    sent["form_token"] = str(client.get(url).context["form_token"])
    return {**sent, **entries}
