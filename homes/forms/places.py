"""Forms of a place: what it is, and that it closed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from federation.exchange.cleaners.choices import FreeText, ImpersonalText
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.cleaners.people import person_name, phone
from federation.registers.fields import CleanedField, DateEntry, OptionEntry
from federation.registers.forms import ScopedForm, Section
from federation.registers.services import Superseded
from homes.models import Home, HomeKind
from homes.models.rules import is_open_for, opened_before, reason_without_day
from homes.services import home_held
from homes.sheets import activities, area
from orgs.models import Organisation

LATER_CHECK = _("停用当天或以后（%(day)s）还有核查记录，请核对。")
EARLIER_CHECK = _("建成时间晚于已有的核查记录（%(day)s），请核对。")
KIND_ENDED = _("“%(kind)s”自 %(day)s 起停用，请改选别的类型，或填写停用日期。")
OLDER = _("早于本单位的成立时间 %(since)s。确实如此，请勾选下面的“建成时间已核对”再保存。")


class Measured(CleanedField):
    """A number cleaned as in the table; blank is not known."""

    def finished(self, found: Any) -> Any:
        return found


def numeric() -> forms.TextInput:
    """A field for digits, with the keyboard for them."""
    return forms.TextInput(attrs={"inputmode": "decimal"})


def why_closed() -> CleanedField:
    """Why a place is no longer used: never a must."""
    return CleanedField(
        cleaner=ImpersonalText(200), label=_("停用原因"), required=False,
        help_text=_("例如：场所拆迁、并入某某阵地。"),
    )  # fmt: skip


class DatesOfHome(ScopedForm):
    """Opening and closing against each other and against the checks of the place."""

    precisions = {"opened_on": "opened_precision"}
    sentences = {
        "one_home_name_per_organisation": ("name", _("这个单位已有同名的阵地，请核对。")),
        "home_closes_after_it_opens": ("closed_on", _("停用日期要晚于建成时间。")),
    }

    def check_days(self, opened: PartialDate | None, closed: date | None) -> None:
        """No check may lie outside the time in which the place was open."""
        for field, words in self._outside(opened, closed):
            self.add_error(field, words)
            return

    def _outside(
        self, opened: PartialDate | None, closed: date | None
    ) -> Iterator[tuple[str, Any]]:
        """Field and sentence for every check before the opening or after the closing."""
        if self.instance.pk is None:
            return
        for day in self.instance.checks.values_list("checked_on", flat=True):
            told = {"day": day.isoformat()}
            if "opened_on" in self.fields and not is_open_for(day, opened, None):
                yield "opened_on", EARLIER_CHECK % told
            if not is_open_for(day, None, closed):
                yield "closed_on", LATER_CHECK % told

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Save, unless a check came in between. Raises Superseded, Stale, Gone."""
        home = self.instance
        if not home._state.adding:
            home_held(home)
            for _field, words in self._outside(home.opened, home.closed_on):
                raise Superseded(words)
        return super().save(commit)


class HomeForm(DatesOfHome):
    """A room, its name, where it is and since when. Closing it is a day, never a deletion."""

    name = CleanedField(cleaner=FreeText(80), label=_("名称"))
    level = OptionEntry("level", label=_("示范级别"), required=False)
    host = CleanedField(
        cleaner=FreeText(80), label=_("依托场所"), required=False,
        help_text=_("例如：党群服务中心、党员活动室、图书室、某某商圈。"),
    )  # fmt: skip
    address = CleanedField(
        cleaner=FreeText(200), label=_("详细地址"), required=False,
        help_text=_("写到门牌，例如：党群服务中心 2 楼。"),
    )  # fmt: skip
    area_m2 = Measured(cleaner=area, label=_("面积（平方米）"), required=False, widget=numeric())
    opened_on = DateEntry(
        label=_("建成时间"), required=False, help_text=_("写成 2021-03-08 或 2021-03。")
    )
    is_confirmed = forms.BooleanField(label=_("建成时间已核对"), required=False)
    closed_on = DateEntry(
        label=_("停用日期"), to_the_day=True, required=False, help_text=_("仍在使用就不填。")
    )
    closed_reason = why_closed()
    manager_name = CleanedField(cleaner=person_name, label=_("负责人"), required=False)
    manager_phone = CleanedField(
        cleaner=phone, label=_("联系电话"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip
    activities_a_year = Measured(
        cleaner=activities, label=_("年活动次数"), required=False, widget=numeric()
    )
    remark = CleanedField(cleaner=FreeText(500), label=_("备注"), required=False)
    is_asked = False
    halves = (
        "kind", "level", "sharing", "area_m2", "opened_on", "closed_on", "manager_name",
        "manager_phone", "activities_a_year",
    )  # fmt: skip

    class Meta:
        model = Home
        fields = [
            "organisation", "name", "kind", "level", "cluster", "host", "sharing", "address",
            "area_m2", "opened_on", "closed_on", "closed_reason", "manager_name",
            "activities_a_year", "remark",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = HomeKind.objects.filter(pk=self.instance.kind_id)
        kinds = HomeKind.objects.offered_on(timezone.localdate()) | standing
        self.fields["kind"].queryset = kinds
        mask = self.instance.manager_phone_masked
        if mask and "manager_phone" in self.fields:
            words = _now("现为 %(mask)s。不改就留空。")
            self.fields["manager_phone"].help_text = words % {"mask": mask}

    def narrowed(self, name: str, queryset: Any) -> Any:
        if name == "cluster":
            # The cluster it belongs to may stand outside the scope: it stays a choice.
            standing = Home.objects.filter(pk=self.instance.cluster_id)
            clusters = queryset.filter(kind__is_cluster=True, closed_on=None)
            return (clusters | standing).exclude(pk=self.instance.pk)
        return queryset

    @property
    def sections(self) -> list[Section]:
        shown = {field.name: field for field in self.visible_fields()}
        if not self.is_asked:
            shown.pop("is_confirmed")
        place = (
            "address", "host", "sharing", "area_m2", "opened_on", "is_confirmed", "closed_on",
            "closed_reason",
        )  # fmt: skip
        people = ("manager_name", "manager_phone", "activities_a_year", "remark")
        rest = [name for name in shown if name not in (*place, *people)]
        return [
            Section("", [shown[name] for name in rest]),
            Section(_now("场所"), [shown[name] for name in place if name in shown]),
            Section(_now("负责人和活动"), [shown[name] for name in people if name in shown]),
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if self.instance._state.adding:
            self._adopt(found)
        if "name" in self.changed_data:
            self.instance.is_placeholder = False
        opened, closed = found.get("opened_on"), found.get("closed_on")
        self.check_days(opened, closed.first_day if closed else None)
        if reason_without_day(closed and closed.first_day, found.get("closed_reason")):
            self.add_error(
                "closed_on", _("写了停用原因，请填写停用日期；已恢复使用的，请清空停用原因。")
            )
        self._ask(opened, self.organisation(), is_sure=bool(found.get("is_confirmed")))
        cluster, kind = found.get("cluster"), found.get("kind")
        if kind and not kind.is_offered_on(timezone.localdate()) and not closed:
            told = {"kind": kind, "day": kind.ended_on}
            self.add_error("kind", KIND_ENDED % told)
        if cluster and kind and kind.is_cluster:
            self.add_error("cluster", _("微家集群不能再归入另一个集群。"))
        return found

    def _adopt(self, found: dict[str, Any]) -> None:
        """The first named home takes the place of one that was only reported."""
        organisation, kind = found.get("organisation"), found.get("kind")
        if organisation is None or kind is None:
            return
        standing = organisation.homes.filter(kind=kind, is_placeholder=True, closed_on=None).first()
        if standing is None:
            return
        self.instance = standing
        found["version"] = standing.version
        if found.get("opened_on") is None and standing.opened_on:
            found["opened_on"] = PartialDate(standing.opened_on, standing.opened_precision)

    def _ask(
        self, opened: PartialDate | None, organisation: Organisation | None, *, is_sure: bool
    ) -> None:
        """A place older than its organisation is possible, but somebody has to say so."""
        if organisation is None or "opened_on" not in self.changed_data:
            return
        since = organisation.status_since_on
        if opened_before(opened, since, organisation.status_since_precision):
            self.is_asked = True
            if not is_sure:
                self.add_error("opened_on", OLDER % {"since": since})

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data.get("manager_phone"):
            self.instance.write_sealed("manager_phone", self.cleaned_data["manager_phone"])
        if "activities_a_year" in self.changed_data:
            self.instance.activities_as_of = timezone.localdate()
        return super().save(commit)


class CloseForm(DatesOfHome):
    """The day from which the place is no longer used."""

    closed_on = DateEntry(label=_("停用日期"), to_the_day=True)
    closed_reason = why_closed()

    class Meta:
        model = Home
        fields = ["closed_on", "closed_reason"]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        closed = found.get("closed_on")
        self.check_days(None, closed.first_day if closed else None)
        return found
