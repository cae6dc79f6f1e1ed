"""Tables of people and of appointments."""

from functools import cache
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cadres.models import Appointment, Person, PostShown, Volunteer
from federation.access.lookups import by_bytes
from federation.registers.addresses import address
from federation.registers.cells import link
from federation.registers.tables import (
    DateColumn,
    MissedColumn,
    MonthColumn,
    RegisterTable,
    YesNoColumn,
    partial,
)
from federation.registers.templatetags.look import tag
from orgs.tables import PLACE_SHOWN, PlaceColumn, placed

# What of a post its cells are made of.
POST_SHOWN = (
    "uid", "sector", "engagement", "is_on_two_committees", "from_on", "from_precision",
    "until_on", "remark", "person__uid", "person__name", "person__phone_masked",
    "person__political", "post", "organisation",
)  # fmt: skip
APPOINTMENT_SHOWN = (
    *POST_SHOWN[:-2], "post__name", "post__is_leading",
    *(f"organisation__{name}" for name in PLACE_SHOWN),
)  # fmt: skip
# An export has no links: nothing is read for them.
POST_EXPORTED = [name for name in POST_SHOWN if name not in ("uid", "person__uid")]


def person_url(person: Person) -> str:
    """The page of a person."""
    return address("cadres:person_detail", person.uid)


def post_tag(post: Any) -> SafeString:
    """A post as a tag: rose for those who lead."""
    return tag("rose" if post.is_leading else "line", "", str(post))


def held_place(held: PostShown) -> str:
    """Where a post is held, a village with its town."""
    return placed(held.place, held.kind_group, held.above)


def held_post(held: PostShown) -> str:
    """A post with its place, on a line of its own."""
    place = link(address("orgs:organisation_detail", held.code), held_place(held))
    return f'<span class="row-w">{post_tag(held)} {place}</span>'


class PersonTable(RegisterTable):
    """One row per human; ``posts_shown`` are her current posts in the viewer's scope."""

    name = tables.Column(linkify=lambda record: person_url(record))
    posts = tables.Column(
        accessor="posts_shown", verbose_name=_("现任职务"), orderable=False, empty_values=()
    )
    id_number_masked = MissedColumn(missing=_("未填身份证号"), orderable=False)
    phone_masked = MissedColumn(missing=_("未填联系电话"), orderable=False)
    birth_on = MonthColumn(precision="birth_precision")
    ethnic = tables.Column()
    political = tables.Column()
    education = tables.Column()
    is_grid = YesNoColumn()

    class Meta(RegisterTable.Meta):
        model = Person
        fields = (
            "name", "posts", "id_number_masked", "phone_masked", "birth_on", "ethnic",
            "political", "education", "is_grid",
        )  # fmt: skip

    def order_name(self, queryset: Any, is_descending: bool) -> tuple[Any, bool]:
        """By pinyin, along its index."""
        spoken = by_bytes("pinyin", descending=is_descending)
        return queryset.order_by(spoken, "-name" if is_descending else "name"), True

    def render_posts(self, record: Any) -> Any:
        if not record.posts_shown:
            return tag("", "", _("已离任"))
        return SafeString("".join(held_post(held) for held in record.posts_shown))

    def value_posts(self, record: Any) -> str:
        return "；".join(f"{held_place(held)} {held}" for held in record.posts_shown)


@cache
def until_today() -> str:
    """The end of a post that lasts, put into Chinese once and not by row."""
    return str(_("至今"))


@cache
def edit_word() -> str:
    """The word on the button of a row."""
    return str(_("编辑"))


class AppointmentTable(RegisterTable):
    person = tables.Column(linkify=lambda record: person_url(record.person))
    post = tables.Column(order_by="post__order")
    organisation = PlaceColumn()
    phone = MissedColumn(
        accessor="person__phone_masked", verbose_name=_("联系电话"), missing=_("未填联系电话"),
        orderable=False,
    )  # fmt: skip
    political = tables.Column(accessor="person__political", verbose_name=_("政治面貌"))
    sector = tables.Column()
    engagement = tables.Column()
    is_on_two_committees = YesNoColumn()
    from_on = DateColumn(precision="from_precision")
    until_on = tables.Column(empty_values=())
    remark = tables.Column(orderable=False)
    uid = tables.Column(
        verbose_name=_("操作"), orderable=False, exclude_from_export=True, empty_values=()
    )

    class Meta(RegisterTable.Meta):
        model = Appointment
        fields = (
            "person", "post", "organisation", "phone", "political", "sector", "engagement",
            "is_on_two_committees", "from_on", "until_on", "remark", "uid",
        )  # fmt: skip

    def order_person(self, queryset: Any, is_descending: bool) -> tuple[Any, bool]:
        """By pinyin, along its index."""
        return queryset.order_by(by_bytes("person__pinyin", descending=is_descending)), True

    def render_post(self, value: Any) -> Any:
        return post_tag(value)

    def value_post(self, value: Any) -> str:
        return str(value)

    def render_until_on(self, record: Any) -> str:
        return partial(record.until_on) if record.until_on else until_today()

    def value_until_on(self, record: Any) -> str:
        return self.render_until_on(record)

    def render_uid(self, record: Any) -> Any:
        return link(address("cadres:appointment_edit", record.uid), edit_word(), "btn g sm")


def volunteer_url(volunteer: Volunteer) -> str:
    """The page of a volunteer."""
    return address("cadres:volunteer_detail", volunteer.uid)


class VolunteerTable(RegisterTable):
    name = tables.Column(linkify=lambda record: volunteer_url(record))
    organisation = PlaceColumn()
    id_number_masked = MissedColumn(missing=_("未填身份证号"), orderable=False)
    phone_masked = MissedColumn(missing=_("未填联系电话"), orderable=False)
    team = tables.Column()
    hours = tables.Column(attrs={"td": {"class": "r"}, "th": {"class": "r"}})
    skills = tables.Column(orderable=False)
    since_on = DateColumn(precision="since_precision")
    until_on = DateColumn()

    class Meta(RegisterTable.Meta):
        model = Volunteer
        fields = (
            "name", "organisation", "id_number_masked", "phone_masked", "team", "hours", "skills",
            "since_on", "until_on",
        )  # fmt: skip
