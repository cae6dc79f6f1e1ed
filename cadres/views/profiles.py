"""What a person tells of herself: the form that fills it in and corrects it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadres.forms import ProfileForm, may_edit_identity
from cadres.models import Person, Profile
from cadres.models.profiles import OPEN_COLUMNS
from cadres.tables import person_url
from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.registers.tables import partial
from federation.registers.views.records import FormPage


def facts_of(profile: Profile | None) -> list[tuple[str, str, str]]:
    """Column, label and words of what somebody told; nothing where nobody asked her yet."""
    facts = profile.facts() if profile else []
    return [
        (column, label, partial(value, precision) if precision else value)
        for column, (label, value, precision) in zip(OPEN_COLUMNS, facts, strict=False)
    ]


class ProfileEdit(FormPage):
    """The form of the person in the address; made when it is saved for the first time."""

    gate = Gate(Grant.CAPTURE, people=True)
    queryset = Person.objects.select_related("profile")
    form_class = ProfileForm
    template_name = "cadres/profile_form.html"
    title = gettext_lazy("编辑人员情况")
    button = gettext_lazy("保存资料")

    @property
    def subject(self) -> str:
        return str(self.record)

    def instance(self) -> Profile:
        return getattr(self.record, "profile", None) or Profile(person=self.record)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_edit_identity(request.user, self.record):
            return self.page(self.form(), self.record.uid, status=403, is_locked=True)
        return super().dispatch(request, *args, **kwargs)

    def back_url(self) -> str:
        return person_url(self.record)

    def address_after(self, record: Profile) -> str:
        return person_url(record.person)

    def words_after(self, record: Profile) -> str:
        return _("已保存“%(record)s”的信息采集表。") % {"record": record}
