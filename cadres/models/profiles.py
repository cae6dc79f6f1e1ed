"""What a member tells of herself beside her posts: where she is from, her schooling, her work."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from cadres.models.people import Person
from federation.access.scope import Scope, ScopedModel, ScopedQuerySet
from federation.identity import uuid7
from federation.sealing.fields import SealedField, SealedModel
from orgs.models import Precision

SHOWN_OF_ADDRESS = 6


def mask_address(text: str) -> str:
    """The beginning of an address, as far as a district: 重庆市万州区****."""
    return f"{text[:SHOWN_OF_ADDRESS]}****" if len(text) > SHOWN_OF_ADDRESS else "****"


def mask_resume(text: str) -> str:
    """That there is a résumé, and how long: nothing of what it says."""
    return str(_("已填，%(count)s 字")) % {"count": len(text)}


class ProfileQuerySet(ScopedQuerySet):
    """Questions about what people tell of themselves."""

    def in_scope(self, scope: Scope) -> Self:
        """Those of the people in scope."""
        return self.filter(person__in=Person.objects.in_scope(scope))


class Profile(SealedModel, ScopedModel):
    """One person's information form (信息采集表); seen and changed wherever she is herself."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    person = models.OneToOneField(
        Person, models.PROTECT, related_name="profile", verbose_name=_("人员")
    )
    native_place = models.CharField(_("籍贯"), max_length=60, blank=True)
    party_on = models.DateField(_("入党时间"), null=True, blank=True)
    party_precision = models.CharField(
        max_length=8, choices=Precision.choices, default=Precision.DAY, blank=True
    )
    work_on = models.DateField(_("参加工作时间"), null=True, blank=True)
    work_precision = models.CharField(
        max_length=8, choices=Precision.choices, default=Precision.DAY, blank=True
    )
    school = models.CharField(_("毕业院校及专业"), max_length=120, blank=True)
    degree = models.CharField(_("学位"), max_length=40, blank=True)
    title = models.CharField(_("职称"), max_length=60, blank=True)
    employer = models.CharField(_("工作单位及职务"), max_length=120, blank=True)
    deputy = models.CharField(_("人大代表、政协委员"), max_length=120, blank=True)
    skills = models.CharField(_("特长"), max_length=300, blank=True)
    wishes = models.CharField(_("服务意愿"), max_length=500, blank=True)
    address = SealedField(verbose_name=_("家庭住址"))
    address_digest = models.BinaryField(max_length=32, null=True, editable=False)
    address_masked = models.CharField(_("家庭住址"), max_length=20, blank=True, editable=False)
    resume = SealedField(verbose_name=_("个人简历"))
    resume_digest = models.BinaryField(max_length=32, null=True, editable=False)
    resume_masked = models.CharField(_("个人简历"), max_length=20, blank=True, editable=False)
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    personal = True
    sealed_columns = {
        "address": ("address", mask_address),
        "resume": ("resume", mask_resume),
    }
    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("信息采集表")

    def __str__(self) -> str:
        return str(self.person)

    def facts(self) -> list[tuple[str, Any, str]]:
        """Label, value and precision ("" for texts) of every open column, in the form's order."""
        precisions = {"party_on": self.party_precision, "work_on": self.work_precision}
        return [
            (str(self._meta.get_field(name).verbose_name), getattr(self, name),
             precisions.get(name, ""))
            for name in OPEN_COLUMNS
        ]  # fmt: skip


#: what pages and the API show as it is
OPEN_COLUMNS = (
    "native_place", "party_on", "work_on", "school", "degree", "title", "employer", "deputy",
    "skills", "wishes",
)  # fmt: skip
