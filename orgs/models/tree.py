"""The organisation tree: places and units, who leads them, and under which names they are known."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from federation.access.lookups import beginning
from federation.access.scope import ScopedModel, ScopedQuerySet
from federation.access.tree import Node, after
from federation.identity import uuid7
from orgs.models.dates import Precision
from orgs.models.kinds import Kind

PADDED = 12
PLACE_LENGTHS = (2, 4, 6, 9)


def written_codes(text: str) -> list[str]:
    """The codes a written code may mean: itself, or what was padded with zeros to 12 digits."""
    text = text.strip()
    if len(text) != PADDED or not text.isdigit():
        return [text]
    stems = [text[:length] for length in PLACE_LENGTHS if not text[length:].strip("0")]
    return [text, *reversed(stems)]


class OrganisationQuerySet(ScopedQuerySet):
    """Questions about places and units."""

    def expected(self) -> Self:
        """Units that count in denominators."""
        return self.filter(is_expected=True)

    def of_group(self, group: str) -> Self:
        """Units whose kind is in a group (``village``, ``town`` …)."""
        return self.filter(kind_group=group)

    def municipalities(self) -> Self:
        """Province-level units that lead districts and no cities: 直辖市, their own 市级."""
        below = Organisation.objects.filter(parent=OuterRef("pk"))
        leads_cities, leads_districts = below.of_group("city"), below.of_group("district")
        return self.of_group("province").filter(Exists(leads_districts), ~Exists(leads_cities))

    def established_on(self, day: date) -> Self:
        """Units whose federation stands on ``day``; the day of establishment counts."""
        return self.filter(
            status__in=[Organisation.Status.ESTABLISHED, Organisation.Status.RECTIFYING]
        ).filter(Q(status_since_on=None) | Q(status_since_on__lte=day))

    def search(self, text: str) -> Self:
        """Organisations whose name, pinyin, code, former name or former code fits ``text``.

        Letters are pinyin from its beginning (whole or initials), digits the beginning of a code,
        everything else a part of a name.
        """
        text = text.strip()
        if text.isascii():
            begins = Q(code__istartswith=written_codes(text)[-1])
            begins |= Q(initials__startswith=text.lower()) | Q(pinyin__startswith=text.lower())
            known = Q(text__istartswith=text) | Q(initials__startswith=text.lower())
        else:
            begins = Q(name__contains=text) | Q(short_name__contains=text)
            known = Q(text__contains=text)
        former = Alias.objects.filter(known).values("organisation")
        return self.filter(begins | Q(pk__in=former))

    def begins(self, text: str) -> Self:
        """Organisations whose name, pinyin, initials or code begin with ``text``; by index."""
        text = text.strip()
        if not text.isascii():
            return self.filter(Q(name__begins=text) | Q(short_name__begins=text))
        lower = text.lower()
        known = Q(code__begins=text) | Q(initials__begins=lower) | Q(pinyin__begins=lower)
        return self.filter(known)

    def find_by_code(self, text: str) -> "Organisation | None":
        """The organisation with a code, written as it stands or padded with zeros to 12."""
        found = {one.code: one for one in self.filter(code__in=written_codes(text))}
        return next((found[code] for code in written_codes(text) if code in found), None)

    def below(self, organisation: "Organisation") -> Self:
        """The subtree of ``organisation``, itself included."""
        return self.filter(path__gte=organisation.path, path__lt=after(organisation.path))


class Organisation(Node, ScopedModel):
    """A place or unit that should have a women's federation, whether it has one or not."""

    class Status(models.TextChoices):
        NOT_BUILT = "00", _("未建")
        PREPARING = "10", _("筹建")
        APPROVED = "20", _("已批准")
        ESTABLISHED = "30", _("已成立")
        RECTIFYING = "40", _("整顿")
        MERGED = "50", _("合并")
        DISSOLVED = "60", _("撤销")

    class Mode(models.TextChoices):
        ALONE = "01", _("单独建立")
        TRADE = "02", _("行业统建")
        AREA = "03", _("区域联建")
        VILLAGE = "04", _("纳入村社妇联")
        ATTACHED = "05", _("挂靠")

    version = models.PositiveIntegerField(default=1, editable=False)
    short_name = models.CharField(_("简称"), max_length=80)
    kind = models.ForeignKey(
        Kind, models.PROTECT, related_name="organisations", verbose_name=_("类型")
    )
    status = models.CharField(
        _("状态"), max_length=2, choices=Status.choices, default=Status.NOT_BUILT
    )
    status_since_on = models.DateField(_("状态起始日期"), null=True, blank=True)
    status_since_precision = models.CharField(
        max_length=8, choices=Precision.choices, default=Precision.DAY, blank=True
    )
    mode = models.CharField(_("组建方式"), max_length=2, choices=Mode.choices, blank=True)
    covered_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="covers",
        verbose_name=_("由谁覆盖"),
    )
    located_in = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("所在地"),
    )
    is_expected = models.BooleanField(_("计入应建"), default=True)
    # Made by a villages report and not yet confirmed by a roster, sheet or form.
    from_report = models.BooleanField(_("仅据上报"), default=False, editable=False)
    pinyin = models.CharField(max_length=200, blank=True, editable=False)
    initials = models.CharField(max_length=60, blank=True, editable=False)
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    scope_path = ""
    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("组织")
        indexes = [
            models.Index(fields=["parent", "path"], name="organisation_by_parent"),
            models.Index(fields=["kind_group", "path"], name="organisation_by_group"),
            beginning("name", name="organisation_by_name"),
            beginning("short_name", name="organisation_by_short_name"),
            beginning("initials", name="organisation_by_initials"),
            beginning("pinyin", name="organisation_by_pinyin"),
            # Few organisations are covered by one or stand in one; the others need no entry.
            models.Index(
                fields=["covered_by"], condition=Q(covered_by__isnull=False), name="covered_units"
            ),
            models.Index(
                fields=["located_in"], condition=Q(located_in__isnull=False), name="located_units"
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @cached_property
    def facts_told(self) -> list[Any]:
        """What the unit has reported of itself, the oldest first; read once a page."""
        return list(self.reported_facts.order_by("as_of"))


class ParentLinkQuerySet(models.QuerySet):
    """Questions about who led whom."""

    def valid_on(self, day: date) -> Self:
        """Links in force on ``day``: the first day counts, the last does not."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day)).filter(
            Q(valid_until=None) | Q(valid_until__gt=day)
        )


class ParentLink(models.Model):
    """Who led and counted an organisation when: the truth behind ``parent`` and ``path``."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="parent_links", verbose_name=_("组织")
    )
    parent = models.ForeignKey(
        Organisation, models.PROTECT, related_name="child_links", verbose_name=_("上级")
    )
    valid_from = models.DateField(_("开始日期"), null=True, blank=True)
    valid_until = models.DateField(_("结束日期"), null=True, blank=True)

    objects = ParentLinkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("隶属关系")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(valid_until=None),
                name="one_open_parent_link",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None)
                | Q(valid_until=None)
                | Q(valid_until__gt=F("valid_from")),
                name="parent_link_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(organisation=F("parent")), name="no_organisation_is_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} < {self.parent_id}"


class Alias(ScopedModel):
    """A former or other name or code by which an organisation can be found."""

    class Sort(models.TextChoices):
        FORMER_NAME = "former_name", _("曾用名")
        FORMER_CODE = "former_code", _("曾用编号")
        OTHER_NAME = "other_name", _("别名")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="aliases")
    sort = models.CharField(_("类别"), max_length=12, choices=Sort.choices)
    text = models.CharField(_("名称或编号"), max_length=120, db_index=True)
    initials = models.CharField(max_length=60, blank=True, editable=False)
    since = models.DateField(_("起始日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("曾用名")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sort", "text"], name="one_alias_per_organisation"
            )
        ]

    def __str__(self) -> str:
        return self.text
