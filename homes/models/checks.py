"""Standards as versions of a checklist, and the days on which somebody looked."""

import json
from datetime import date
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from federation.access.scope import RuleQuerySet, ScopedModel, ScopedQuerySet
from federation.identity import uuid7
from orgs.models import Organisation

FIVE_HAVES = "five_haves"
MET, UNMET = "✓", "✗"


class StandardQuerySet(RuleQuerySet):
    """Questions about standards."""

    def in_force(self, code: str, day: date) -> "Standard":
        """The version of a standard on ``day``; before the first one, the first. One query."""
        return version_on(list(self.filter(code=code).order_by("starts_on")), day)


class Standard(models.Model):
    """One version of a checklist; its items are rows. Versions are added, never rewritten.

    ``number`` tells one version of the list from the next, ``version`` one saving from the next.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    code = models.SlugField(_("代码"), max_length=30)
    name = models.CharField(_("名称"), max_length=30)
    number = models.PositiveSmallIntegerField(_("版本"), default=1)
    starts_on = models.DateField(_("施行日期"))
    source = models.CharField(_("依据"), max_length=200, blank=True)

    objects = StandardQuerySet.as_manager()

    class Meta:
        ordering = ["code", "starts_on"]
        verbose_name = verbose_name_plural = _("建设标准")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="one_number_per_standard"),
            models.UniqueConstraint(fields=["code", "starts_on"], name="one_standard_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


def version_on(versions: list[Standard], day: date) -> Standard:
    """Of all versions of a standard, the earliest first, the one that holds on ``day``."""
    begun = [version for version in versions if version.starts_on <= day]
    return (begun[-1:] or versions)[0]


class StandardItem(models.Model):
    """One thing a standard asks for. ``code`` stays the same from version to version."""

    standard = models.ForeignKey(
        Standard, models.CASCADE, related_name="items", verbose_name=_("建设标准")
    )
    code = models.SlugField(_("代码"), max_length=30)
    name = models.CharField(_("名称"), max_length=30)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = verbose_name_plural = _("标准条目")
        constraints = [
            models.UniqueConstraint(fields=["standard", "code"], name="one_item_per_standard")
        ]

    def __str__(self) -> str:
        return self.name


class AnswersField(models.JSONField):
    """Answers by item code: ``{"place": True, "sign": False}``; an item nobody judged is absent."""

    def in_words(self, value: Any) -> str:
        """``固定场所 ✓、统一标识牌子 ✗``, as the change log shows it."""
        answers = json.loads(value) if isinstance(value, str) else value
        names = dict(StandardItem.objects.values_list("code", "name"))
        return "、".join(
            f"{names.get(code, code)} {MET if met else UNMET}" for code, met in answers.items()
        )


class HomeCheckQuerySet(ScopedQuerySet):
    """Questions about checks."""

    def valid_on(self, day: date) -> Self:
        """Checks that still prove something on ``day``: made on it or within the year before."""
        return self.filter(checked_on__lte=day, checked_on__gt=a_year_before(day))


class HomeCheck(ScopedModel):
    """One look at one place on one day by one version of a standard."""

    personal_columns = ("checker",)
    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", editable=False, verbose_name=_("组织")
    )
    branch = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", editable=False
    )
    home = models.ForeignKey(
        "homes.Home", models.PROTECT, related_name="checks", verbose_name=_("阵地")
    )
    standard = models.ForeignKey(
        Standard, models.PROTECT, related_name="checks", verbose_name=_("建设标准")
    )
    checked_on = models.DateField(_("核查日期"))
    checker = models.CharField(_("核查人"), max_length=40, blank=True)
    evidence = models.CharField(_("核查依据"), max_length=300, blank=True)
    answers = AnswersField(_("核查结果"), default=dict)
    is_passed = models.BooleanField(_("全部达标"), default=False, editable=False)
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    objects = HomeCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-checked_on", "-pk"]
        verbose_name = verbose_name_plural = _("核查记录")
        constraints = [
            models.UniqueConstraint(
                fields=["home", "standard", "checked_on"], name="one_check_of_a_home_per_day"
            )
        ]
        indexes = [models.Index(fields=["home", "-checked_on"], name="check_latest_of_home")]

    def __str__(self) -> str:
        return f"{self.home} {self.checked_on.isoformat()}"

    @property
    def is_imported(self) -> bool:
        """Whether a table brought it in."""
        return self.batch is not None

    def findings(self) -> list[tuple[str, bool | None]]:
        """The items of the standard in order, each met, not met or not judged."""
        return [(item.name, self.answers.get(item.code)) for item in self.standard.items.all()]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.organisation_id, self.branch_id = self.home.organisation_id, self.home.branch_id
        super().save(*args, **kwargs)


def a_year_before(day: date) -> date:
    """The same day one year back; 29 February becomes 28 February."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year - 1, day=last)


def passes(answers: dict[str, bool], item_codes: list[str]) -> bool:
    """Whether every item of a standard is met; an unjudged one is not."""
    return bool(item_codes) and all(answers.get(code) is True for code in item_codes)
