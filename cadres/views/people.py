"""Registers of people and appointments; leaders see neither."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.db.models.lookups import In
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from cadres.filters import AppointmentFilter, PersonFilter
from cadres.forms import AppointmentForm, NewPersonForm, PersonForm, may_edit_identity
from cadres.models import IN_ORDER, Appointment, Person, Post, Profile, shown_by_person
from cadres.tables import (
    APPOINTMENT_SHOWN,
    POST_EXPORTED,
    AppointmentTable,
    PersonTable,
    person_url,
)
from cadres.views.profiles import facts_of
from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.bulk.lean import lean
from federation.bulk.ready import Slot
from federation.registers.declare import lists
from federation.registers.frames import Frame
from federation.registers.origins import Origins
from federation.registers.views.exporting import CHUNK, ExportView
from federation.registers.views.history import HistoryView
from federation.registers.views.listing import PAGE_SIZE, RegisterView
from federation.registers.views.records import CreateView, DetailView, EditView
from orgs.tables import places_shown
from orgs.views.registers import page_of_code

SEE_PEOPLE = Gate(Grant.VIEW, people=True)
WRITE_PEOPLE = Gate(Grant.CAPTURE, people=True)
EXPORT_PEOPLE = Gate(Grant.EXPORT, people=True)
# What belongs to a record and is at hand, without asking again whether it may.
SET_POST = Appointment._meta.get_field("post").set_cached_value
SET_PLACE = Appointment._meta.get_field("organisation").set_cached_value
# The people of a page, as slots of a question that is asked for every page.
PEOPLE = [Slot(f"person_{number}", Person._meta.pk) for number in range(PAGE_SIZE)]
OF_A_PAGE = In(F("person_id"), PEOPLE)


@lists.register
class PersonList(RegisterView):
    gate = SEE_PEOPLE
    queryset = Person.objects.in_order()
    filterset_class = PersonFilter
    table_class = PersonTable
    title = gettext_lazy("人员名册")
    unit = gettext_lazy("人")
    register_name = "person"
    list_route = "cadres:person_list"
    icon = "users"
    default_columns = (
        "name", "posts", "id_number_masked", "phone_masked", "political", "education",
    )  # fmt: skip
    create_route = "cadres:person_create"
    create_label = gettext_lazy("新增人员")
    export_route = "cadres:person_export"

    def own_records(self, queryset: Any, organisation: Any) -> Any:
        here = organisation.appointments.in_office_on(timezone.localdate())
        return queryset.filter(Exists(here.filter(person=OuterRef("pk"))))

    def filter_arguments(self) -> dict[str, Any]:
        return {"scope": self.scope}

    def related(self, queryset: Any) -> Any:
        return queryset.defer("id_number", "phone")

    def posts(self) -> Any:
        """The posts held today wherever the viewer may see them."""
        seen = Appointment.objects.in_scope(self.viewer.scope(self.grant))
        return seen.in_office_on(timezone.localdate())

    def complete(self, records: list[Any], frame: Frame) -> list[Any]:
        question = frame.question("posts", lambda: self.posts().filter(OF_A_PAGE).as_shown())
        keys = [person.pk for person in records] or [0]
        # A page that is not full asks for its last person again.
        given = {slot.name: key for slot, key in zip_longest(PEOPLE, keys, fillvalue=keys[-1])}
        held = shown_by_person(question.ask(**given))
        for person in records:
            person.posts_shown = held.get(person.pk, [])
        return records


class PersonExport(ExportView, PersonList):
    gate = EXPORT_PEOPLE

    def records_in_order(self) -> Iterator[Any]:
        """Posts are read at once, not again for every chunk of people."""
        held = shown_by_person(self.posts().as_shown().iterator(chunk_size=CHUNK))
        for person in lean(self.in_order(), CHUNK):
            person.posts_shown = held.get(person.pk, [])
            yield person


class PersonDetail(DetailView):
    gate = SEE_PEOPLE
    queryset = Person.objects.select_related("profile")
    template_name = "cadres/person.html"

    def context(self) -> dict[str, Any]:
        scope = self.viewer.scope(Grant.VIEW)
        held = self.record.appointments.in_scope(scope).order_by("-from_on", "pk")
        posts = list(held.select_related("post", "organisation__parent", "term"))
        today = timezone.localdate()
        current = [post for post in posts if post.until_on is None or post.until_on > today]
        is_writable = self.may("cadres:person_edit")
        capture, profile = self.viewer.scope(Grant.CAPTURE), getattr(self.record, "profile", None)
        for post in posts:
            post.is_writable = capture.covers_people(post.organisation.path)
        return {
            **super().context(),
            "posts": posts,
            "current": current,
            "scope_steps": self.steps((current or posts)[0].organisation, page_of_code),
            "can_edit": is_writable and may_edit_identity(self.viewer, self.record),
            "can_appoint": is_writable,
            "reveals": self.reveals(),
            "origins": Origins(self.viewer, [self.record, *posts, profile]),
            "profile": profile,
            "profile_facts": facts_of(profile),
        }

    def reveals(self) -> dict[str, str]:
        """Where the sealed values are asked for, empty where the viewer may not."""
        sensitive = self.viewer.scope(Grant.SENSITIVE)
        if not Person.objects.in_scope(sensitive).filter(pk=self.record.pk).exists():
            return {}
        return {
            column: reverse("access:reveal", args=[record._meta.label, record.uid, column])
            for record in filter(None, (self.record, getattr(self.record, "profile", None)))
            for column in record.sealed_columns
        }


class PersonCreate(CreateView):
    gate = WRITE_PEOPLE
    queryset = Person.objects.all()
    form_class = NewPersonForm
    template_name = "cadres/person_form.html"
    title = gettext_lazy("新增人员")
    button = gettext_lazy("保存人员")

    def initial(self) -> dict[str, Any]:
        return {"organisation": self.request.GET.get("organisation", "")}

    def back_url(self) -> str:
        return reverse("cadres:person_list")

    def address_after(self, record: Person) -> str:
        return person_url(record)


class PersonEdit(EditView):
    gate = WRITE_PEOPLE
    queryset = Person.objects.all()
    form_class = PersonForm
    template_name = "cadres/person_form.html"
    title = gettext_lazy("编辑人员")
    button = gettext_lazy("保存资料")

    @property
    def subject(self) -> str:
        return str(self.record)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_edit_identity(request.user, self.record):
            return self.locked()
        return super().dispatch(request, *args, **kwargs)

    def locked(self) -> HttpResponse:
        """Her other current posts lie outside: the level above both may change who she is."""
        return self.page(self.form(), self.record.uid, status=403, is_locked=True)

    def back_url(self) -> str:
        return person_url(self.record)

    def address_after(self, record: Person) -> str:
        return person_url(record)


class PersonHistory(HistoryView):
    gate = SEE_PEOPLE
    queryset = Person.objects.all()

    def uids(self) -> list[Any]:
        scope = self.viewer.scope(Grant.VIEW)
        held = self.record.appointments.in_scope(scope).values_list("uid", flat=True)
        told = Profile.objects.filter(person=self.record).values_list("uid", flat=True)
        return [self.record.uid, *held, *told]

    def context(self) -> dict[str, Any]:
        return {"back_url": person_url(self.record)}


@lists.register
class AppointmentList(RegisterView):
    gate = SEE_PEOPLE
    queryset = Appointment.objects.select_related(
        "person", "post", "organisation__parent"
    ).order_by(*IN_ORDER)
    filterset_class = AppointmentFilter
    table_class = AppointmentTable
    title = gettext_lazy("任职名册")
    unit = gettext_lazy("条任职")
    register_name = "appointment"
    list_route = "cadres:appointment_list"
    icon = "id-badge-2"
    edit_route = "cadres:appointment_edit"
    default_columns = (
        "person", "post", "organisation", "phone", "political", "from_on", "until_on", "uid",
    )  # fmt: skip
    create_route = "cadres:person_create"
    create_label = gettext_lazy("新增人员")
    export_route = "cadres:appointment_export"

    def related(self, queryset: Any) -> Any:
        # Four records a row: only what their cells show.
        return queryset.only(*APPOINTMENT_SHOWN)


class AppointmentExport(ExportView, AppointmentList):
    gate = EXPORT_PEOPLE

    def records_in_order(self) -> Iterator[Any]:
        """Posts and places are made once, however many rows name them."""
        posts, places = Post.objects.in_bulk(), places_shown(self.scope)
        rows = self.in_order().select_related(None).select_related("person").only(*POST_EXPORTED)
        for held in lean(rows, CHUNK):
            SET_POST(held, posts[held.post_id])
            SET_PLACE(held, places[held.organisation_id])
            yield held


class PersonAppoint(CreateView):
    """Another post for a person in scope."""

    gate = WRITE_PEOPLE
    grant = Grant.VIEW
    queryset = Person.objects.all()
    form_class = AppointmentForm
    title = gettext_lazy("新增任职")
    button = gettext_lazy("保存任职")

    @property
    def subject(self) -> str:
        return str(self.record)

    def instance(self) -> Appointment:
        return Appointment(person=self.record)

    def initial(self) -> dict[str, Any]:
        return {"organisation": self.request.GET.get("organisation", "")}

    def back_url(self) -> str:
        return person_url(self.record)

    def address_after(self, record: Appointment) -> str:
        return person_url(record.person)


class AppointmentEdit(EditView):
    gate = WRITE_PEOPLE
    queryset = Appointment.objects.select_related("person", "post", "organisation")
    form_class = AppointmentForm
    title = gettext_lazy("编辑任职")
    button = gettext_lazy("保存任职")

    @property
    def subject(self) -> str:
        return f"{self.record.person} · {self.record.organisation}"

    def back_url(self) -> str:
        return person_url(self.record.person)

    def address_after(self, record: Appointment) -> str:
        return person_url(record.person)


class AppointmentHistory(HistoryView):
    gate = SEE_PEOPLE
    queryset = Appointment.objects.select_related("person", "organisation")

    @cached_property
    def steps_here(self) -> list[Any]:
        return self.steps(self.record.organisation, page_of_code)

    def context(self) -> dict[str, Any]:
        return {"back_url": person_url(self.record.person), "scope_steps": self.steps_here}
