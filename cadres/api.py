"""People, the posts they hold, what they tell, and volunteers: read-only and masked."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cadres.filters import AppointmentFilter, PersonFilter, ProfileFilter, VolunteerFilter
from cadres.models import Appointment, Person, Profile, Volunteer
from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.registers.api import ScopedViewSet
from federation.registers.api.fields import WrittenDate
from federation.registers.declare import api_rooms
from federation.tokens.models import Part

SEE_PEOPLE = Gate(Grant.VIEW, people=True)


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = [
            "uid", "name", "sex", "ethnic", "political", "education", "id_number_masked",
            "phone_masked",
        ]  # fmt: skip


@api_rooms.register
class PersonViewSet(ScopedViewSet):
    """People with a current or recent post in scope; roles without sight of people get 403."""

    gate = SEE_PEOPLE
    part = Part.PEOPLE
    route, noun = "people", "person"
    title, about = _("人员"), _("在任或离任不久的人员，证件和电话只给掩码。")
    queryset = Person.objects.all()
    serializer_class = PersonSerializer
    filterset_class = PersonFilter

    def own_records(self, queryset: Any, organisation: Any) -> Any:
        here = organisation.appointments.in_office_on(timezone.localdate())
        return queryset.filter(Exists(here.filter(person=OuterRef("pk"))))

    def filter_arguments(self) -> dict[str, Any]:
        return {"scope": self.scope}


class AppointmentSerializer(serializers.ModelSerializer):
    organisation_code = serializers.CharField(source="organisation.code", help_text=_("组织编号"))
    person_uid = serializers.UUIDField(source="person.uid", help_text=_("人员"))
    person_name = serializers.CharField(source="person.name", help_text=_("姓名"))
    post = serializers.CharField(source="post.name", help_text=_("职务"))
    is_head = serializers.BooleanField(help_text=_("主持工作"))
    engagement = serializers.CharField(source="get_engagement_display", help_text=_("专/挂/兼职"))
    rank = serializers.CharField(source="get_rank_display", help_text=_("职级"))
    from_on = WrittenDate(day="from_on", precision="from_precision", help_text=_("任职日期"))

    class Meta:
        model = Appointment
        fields = [
            "uid", "organisation_code", "person_uid", "person_name", "post", "is_head",
            "engagement", "rank", "sector", "is_on_two_committees", "from_on", "until_on",
            "from_report",
        ]  # fmt: skip


@api_rooms.register
class AppointmentViewSet(ScopedViewSet):
    """Posts held in scope, now and before."""

    gate = SEE_PEOPLE
    part = Part.PEOPLE
    route, noun = "appointments", "appointment"
    title, about = _("任职"), _("谁在哪个组织任什么职务，含已离任的。")
    queryset = Appointment.objects.select_related("organisation", "person", "post")
    serializer_class = AppointmentSerializer
    filterset_class = AppointmentFilter


class VolunteerSerializer(serializers.ModelSerializer):
    organisation_code = serializers.CharField(source="organisation.code", help_text=_("组织编号"))
    since_on = WrittenDate(day="since_on", precision="since_precision", help_text=_("加入日期"))

    class Meta:
        model = Volunteer
        fields = [
            "uid", "organisation_code", "name", "id_number_masked", "phone_masked", "team",
            "since_on", "hours", "skills", "until_on",
        ]  # fmt: skip


@api_rooms.register
class VolunteerViewSet(ScopedViewSet):
    """Volunteers in scope, those who have left included; roles without sight of people get 403."""

    gate = SEE_PEOPLE
    part = Part.PEOPLE
    route, noun = "volunteers", "volunteer"
    title, about = _("志愿者"), _("实名登记的志愿者，含已退出的；证件和电话只给掩码。")
    queryset = Volunteer.objects.select_related("organisation").defer("id_number", "phone")
    serializer_class = VolunteerSerializer
    filterset_class = VolunteerFilter


class ProfileSerializer(serializers.ModelSerializer):
    person_uid = serializers.UUIDField(source="person.uid", help_text=_("人员"))
    person_name = serializers.CharField(source="person.name", help_text=_("姓名"))
    party_on = WrittenDate(day="party_on", precision="party_precision", help_text=_("入党时间"))
    work_on = WrittenDate(day="work_on", precision="work_precision", help_text=_("参加工作时间"))

    class Meta:
        model = Profile
        fields = [
            "uid", "person_uid", "person_name", "native_place", "party_on", "work_on", "school",
            "degree", "title", "employer", "deputy", "skills", "wishes", "address_masked",
        ]  # fmt: skip


@api_rooms.register
class ProfileViewSet(ScopedViewSet):
    """What people in scope told of themselves."""

    gate = SEE_PEOPLE
    part = Part.PEOPLE
    route, noun = "profiles", "profile"
    title, about = _("信息采集表"), _("执委的籍贯、学历、工作与特长，住址只给掩码，不含简历。")
    queryset = Profile.objects.select_related("person")
    serializer_class = ProfileSerializer
    filterset_class = ProfileFilter

    def own_records(self, queryset: Any, organisation: Any) -> Any:
        here = organisation.appointments.in_office_on(timezone.localdate())
        return queryset.filter(Exists(here.filter(person=OuterRef("person"))))
