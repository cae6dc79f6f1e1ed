"""People and the posts they hold."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.access.lookups import beginning, by_bytes
from federation.access.scope import Scope, ScopedModel, ScopedQuerySet
from federation.identity import uuid7
from federation.sealing.fields import SealedField, SealedModel
from federation.sealing.masking import mask_id_number, mask_phone
from orgs.models import Organisation, Precision, Rank, Term

RECENT_DAYS = 400
# From the top of the tree down, those who lead first.
IN_ORDER = ("organisation__path", "post__order", "from_on", "pk")
# How people found by one beginning are in order: as the index on it gives them.
BY_AGE = {"id": "int8_ops"}
BY_PINYIN = {"pinyin": "varchar_pattern_ops", **BY_AGE}
FOUND_IN_ORDER: dict[str, tuple[Any, ...]] = {
    "name": (by_bytes("name"), "pk"),
    "name_backwards": (by_bytes("name_backwards"), "pk"),
    "initials": (by_bytes("initials"), by_bytes("pinyin"), "pk"),
    "pinyin": (by_bytes("pinyin"), "pk"),
}


class Post(models.Model):
    """A post on a committee (主席, 副主席, 执委 …) with its rules; data rows."""

    code = models.CharField(_("代码"), max_length=4, unique=True)
    name = models.CharField(_("职务"), max_length=20, unique=True)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    is_head = models.BooleanField(_("主持工作"), default=False)
    is_leading = models.BooleanField(_("班子成员"), default=False)
    is_committee = models.BooleanField(_("执委会成员"), default=True)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = verbose_name_plural = _("职务")

    def __str__(self) -> str:
        return self.name


def ways(text: str) -> dict[str, str]:
    """The columns in which ``text`` is searched, with the beginning it then is.

    A single letter begins a pinyin exactly when it begins the initials.
    """
    if not text.isascii():
        return {"name": text, "name_backwards": text[::-1]}
    letters = text.lower()
    return {"pinyin": letters} if len(text) == 1 else {"pinyin": letters, "initials": letters}


def begun(text: str, column: str) -> Q:
    """``text`` as the beginning of ``column``, one of its ways."""
    return Q(**{f"{column}__begins": ways(text)[column]})


class PersonQuerySet(ScopedQuerySet):
    """Questions about people."""

    def in_scope(self, scope: Scope) -> Self:
        """People with an appointment in scope that is current or ended recently."""
        since = timezone.localdate() - timedelta(days=RECENT_DAYS)
        held = Appointment.objects.in_scope(scope).filter(person=OuterRef("pk"))
        return self.filter(Exists(held.filter(Q(until_on=None) | Q(until_on__gt=since))))

    def in_order(self) -> Self:
        """People by pinyin, as lists show them."""
        return self.order_by(*FOUND_IN_ORDER["pinyin"])

    def called(self, text: str) -> Self:
        """People by the beginning or the end of the name, or by pinyin or initials."""
        found = Q()
        for column in ways(text):
            found |= begun(text, column)
        return self.filter(found)


class Person(SealedModel, ScopedModel):
    """One human: one row, whatever posts she holds. Visible through her appointments."""

    class Sex(models.TextChoices):
        UNKNOWN = "0", _("未知")
        MALE = "1", _("男")
        FEMALE = "2", _("女")

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    name = models.CharField(_("姓名"), max_length=40)
    pinyin = models.CharField(max_length=120, blank=True, editable=False)
    initials = models.CharField(max_length=20, blank=True, editable=False)
    # Read from its end, so that a given name without the family name is a beginning, too.
    name_backwards = models.CharField(max_length=40, blank=True, editable=False)
    id_number = SealedField(verbose_name=_("身份证号"))
    id_number_digest = models.BinaryField(max_length=32, null=True, unique=True, editable=False)
    id_number_masked = models.CharField(_("身份证号"), max_length=20, blank=True, editable=False)
    phone = SealedField(verbose_name=_("联系电话"))
    phone_digest = models.BinaryField(max_length=32, null=True, editable=False)
    phone_masked = models.CharField(_("联系电话"), max_length=24, blank=True, editable=False)
    birth_on = models.DateField(_("出生年月"), null=True, blank=True)
    birth_precision = models.CharField(
        max_length=8, choices=Precision.choices, default=Precision.DAY, blank=True
    )
    sex = models.CharField(_("性别"), max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    ethnic = models.CharField(_("民族"), max_length=20, blank=True)
    political = models.CharField(_("政治面貌"), max_length=20, blank=True)
    education = models.CharField(_("学历"), max_length=20, blank=True)
    is_grid = models.BooleanField(_("网格员"), null=True, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="person"
    )
    from_report = models.BooleanField(_("仅据上报"), default=False, editable=False)
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    personal = True
    # Its day is what the mask of the ID number beside it hides.
    told_by_month = ("birth_on",)
    sealed_columns = {
        "id_number": ("id_number", mask_id_number),
        "phone": ("phone", mask_phone),
    }
    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("人员")
        indexes = [
            beginning("name", name="person_by_name", then=BY_AGE),
            beginning("name_backwards", name="person_by_given_name", then=BY_AGE),
            beginning("initials", name="person_by_initials", then=BY_PINYIN),
            beginning("pinyin", name="person_by_pinyin", then=BY_AGE),
        ]

    def __str__(self) -> str:
        return self.name


class PostShown(NamedTuple):
    """A post as a list of people shows it: its name, its organisation and what is above that."""

    name: str
    is_leading: bool
    code: str
    place: str
    kind_group: str
    above: str

    def __str__(self) -> str:
        return self.name


class AppointmentQuerySet(ScopedQuerySet):
    """Questions about appointments."""

    def in_office_on(self, day: date) -> Self:
        """Appointments held on ``day``: half-open [from_on, until_on)."""
        return self.filter(from_on__lte=day).filter(Q(until_on=None) | Q(until_on__gt=day))

    def heads(self) -> Self:
        """主席 and 妇代会主任."""
        return self.filter(is_head=True)

    def as_shown(self) -> Any:
        """What a list of people shows of posts, by rank; see ``shown_by_person``."""
        return self.order_by(*IN_ORDER).values_list(
            "person", "post__name", "post__is_leading", "organisation__code",
            "organisation__short_name", "organisation__name", "organisation__kind_group",
            "organisation__parent__short_name", "organisation__parent__name",
        )  # fmt: skip


def shown_by_person(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[PostShown]]:
    """The posts of ``AppointmentQuerySet.as_shown`` by the key of the person.

    For an export these are all posts of a city: equal ones, and equal words in others, are kept
    only once.
    """
    found: dict[int, list[PostShown]] = {}
    posts: dict[PostShown, list[PostShown]] = {}
    words: dict[Any, Any] = {}
    for key, post, is_leading, code, short, name, group, *above in rows:
        shown = (post, is_leading, code, short or name, group, above[0] or above[1] or "")
        held = PostShown(*(words.setdefault(word, word) for word in shown))
        # Most women hold one post, and many hold the same: a list of it serves them all.
        alone = posts.setdefault(held, [held])
        found[key] = [*found[key], alone[0]] if key in found else alone
    return found


class Appointment(ScopedModel):
    """A person in a post of an organisation, half-open [from_on, until_on)."""

    class Engagement(models.TextChoices):
        FULL_TIME = "1", _("专职")
        SECONDED = "2", _("挂职")
        PART_TIME = "3", _("兼职")

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="appointments", verbose_name=_("人员")
    )
    # Every index costs an import as much as the row: those below serve these two as well.
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        db_index=False,
        related_name="appointments",
        verbose_name=_("组织"),
    )
    branch = models.ForeignKey(
        Organisation, models.PROTECT, null=True, db_index=False, related_name="+", editable=False
    )
    term: Any = models.ForeignKey(
        Term,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("届次"),
    )
    post = models.ForeignKey(
        Post, models.PROTECT, related_name="appointments", verbose_name=_("职务")
    )
    # A copy of the post's rule: a partial unique constraint cannot look through a foreign key.
    is_head = models.BooleanField(default=False, editable=False)
    engagement = models.CharField(
        _("专/挂/兼职"), max_length=1, choices=Engagement.choices, blank=True
    )
    rank = models.CharField(
        _("职级"), max_length=3, choices=Rank.choices, blank=True, db_default=""
    )
    sector = models.CharField(_("界别"), max_length=20, blank=True)
    is_on_two_committees = models.BooleanField(_("进“两委”"), null=True, blank=True)
    from_on = models.DateField(_("任职日期"))
    from_precision = models.CharField(
        max_length=8, choices=Precision.choices, default=Precision.DAY
    )
    until_on = models.DateField(_("离任日期"), null=True, blank=True)
    remark = models.CharField(_("备注"), max_length=500, blank=True)
    from_report = models.BooleanField(_("仅据上报"), default=False, editable=False)
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    personal = True
    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任职")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(is_head=True, until_on=None),
                name="one_head_in_office",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "post"],
                condition=Q(until_on=None),
                name="one_open_appointment_per_post",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")),
                name="appointment_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "until_on"], name="appointment_by_organisation"),
            models.Index(
                fields=["branch"], condition=Q(branch__isnull=False), name="appointment_by_branch"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.post}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.is_head = self.post.is_head
        self.branch_id = self.organisation.branch_id
        super().save(*args, **kwargs)
