"""Forms of organisations and terms."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from federation.exchange.cleaners.choices import FreeText
from federation.exchange.cleaners.codes import uscc
from federation.exchange.cleaners.dates import partial_date
from federation.exchange.cleaners.people import person_name
from federation.registers.fields import CleanedField, DateEntry, OptionEntry, YesNoEntry
from federation.registers.forms import ScopedForm
from federation.registers.options import RuleForm
from orgs.models import HostUnit, Kind, Organisation, Renewal, Term
from orgs.parts.matching import agree
from orgs.services.kinds import kind_recount
from orgs.sheets import due_day

S = Organisation.Status
OVERLAP = _("与另一届（%(from)s 至 %(until)s）重叠。请核对，或先填写那一届的“实际结束”。")
STANDING = (S.ESTABLISHED, S.RECTIFYING)


class OrganisationForm(ScopedForm):
    """What may be said about an organisation on its page; its place in the tree has operations."""

    status_since_on = DateEntry(
        label=_("状态起始日期"), required=False, help_text=_("写成 2021-03-08 或 2021-03。")
    )
    precisions = {"status_since_on": "status_since_precision"}

    class Meta:
        model = Organisation
        fields = ["status", "status_since_on", "mode", "covered_by", "is_expected"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Denominators are no matter of the village itself.
        if not self.user.holds("manages_accounts"):
            del self.fields["is_expected"]

    def narrowed(self, name: str, queryset: Any) -> Any:
        # Who covers the unit may stand outside the scope: what is there stays a choice.
        standing = Organisation.objects.filter(pk=self.instance.covered_by_id)
        return (queryset | standing).exclude(pk=self.instance.pk)

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if found.get("status") in STANDING and not found.get("status_since_on"):
            self.add_error("status_since_on", _("选“已成立”或“整顿”时，请填写成立时间。"))
        return found


class TermForm(ScopedForm):
    """One term of a committee: begins with the election, is due after the term's years."""

    starts_on = DateEntry(label=_("换届日期"), help_text=_("写成 2021-03-08 或 2021-03。"))
    due_on = DateEntry(
        label=_("届满日期"), to_the_day=True, allow_future=True, required=False,
        help_text=_("不填时按任期推算。"),
    )  # fmt: skip
    delayed_until_on = DateEntry(
        label=_("经批准延期至"), to_the_day=True, allow_future=True, required=False,
        help_text=_("上级批准延期换届时填写；到这一天仍未换届才算超期。"),
    )  # fmt: skip
    ended_on = DateEntry(
        label=_("实际结束"), to_the_day=True, required=False,
        help_text=_("提前换届、撤销或合并时填写。"),
    )  # fmt: skip
    number = forms.IntegerField(label=_("届次"), required=False, min_value=1, max_value=99)
    precisions = {"starts_on": "starts_precision"}
    sentences = {
        "one_term_per_start": ("starts_on", _("这个单位已有同一天开始的一届，请核对日期。")),
        "term_is_due_after_it_starts": ("due_on", _("届满日期要晚于换届日期。")),
        "term_is_delayed_beyond_its_due_day": (
            "delayed_until_on",
            _("延期后的日期要晚于届满日期。"),
        ),
        "term_ends_after_it_starts": ("ended_on", _("实际结束要晚于换届日期。")),
    }

    class Meta:
        model = Term
        fields = ["organisation", "number", "starts_on", "due_on", "delayed_until_on", "ended_on"]

    def clean_number(self) -> Any:
        return self.cleaned_data["number"] or None

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        organisation, starts = self.organisation(), found.get("starts_on")
        if not organisation or not starts:
            return found
        if not found.get("due_on"):
            found["due_on"] = due_after(starts.first_day, organisation.kind.term_years)
        else:
            found["due_on"] = found["due_on"].first_day
        self.instance.branch_id = organisation.branch_id
        self._check_overlap(found, organisation, starts.first_day)
        return found

    def _check_overlap(self, found: dict[str, Any], organisation: Any, starts: date) -> None:
        end = found["due_on"]
        if found.get("ended_on"):
            end = min(end, found["ended_on"].first_day)
        for other in organisation.terms.exclude(pk=self.instance.pk):
            other_end = min(other.due_on, other.ended_on or other.due_on)
            if other.starts_on < end and starts < other_end:
                span = {"from": other.starts_on, "until": other_end}
                self.add_error("starts_on", OVERLAP % span)
                return


def due_after(starts: date, years: int) -> date:
    """The day a term of ``years`` is due; 29 February falls on 1 March."""
    try:
        return starts.replace(year=starts.year + years)
    except ValueError:
        return date(starts.year + years, 3, 1)


class RenewalForm(ScopedForm):
    """How far one renewal has come; the new term has a form of its own."""

    due_on = DateEntry(
        label=_("届满日期"), cleaner=due_day, help_text=_("写成 2026-11-20 或 2026-11。")
    )
    requested_on = DateEntry(
        label=_("请示日期"), cleaner=partial_date, to_the_day=True, required=False
    )
    approved_on = DateEntry(
        label=_("批复日期"), cleaner=partial_date, to_the_day=True, required=False
    )
    held_on = DateEntry(
        label=_("大会日期"), cleaner=partial_date, to_the_day=True, required=False,
        help_text=_("开过大会后填写，并再登记新一届的换届日期。"),
    )  # fmt: skip
    members = forms.IntegerField(label=_("执委数"), required=False, min_value=1, max_value=1000)
    chair_name = CleanedField(
        cleaner=person_name, label=_("主席"), max_length=40, required=False,
        help_text=_("新一届主席的姓名。"),
    )  # fmt: skip
    filing_number = CleanedField(cleaner=FreeText(80), label=_("备案号"), required=False)
    halves = ("due_on", "requested_on", "approved_on", "held_on", "members", "chair_name")
    precisions = {"due_on": "due_precision"}
    sentences = {
        "one_renewal_per_due": (
            "due_on", _("这个单位的这次换届已经登记过，请打开原来的记录修改。"),
        ),
        "renewal_is_approved_after_its_request": (
            "approved_on", _("批复日期不能早于请示日期。"),
        ),
        "renewal_is_held_after_its_approval": ("held_on", _("大会日期不能早于批复日期。")),
        "renewal_is_held_after_its_request": ("held_on", _("大会日期不能早于请示日期。")),
    }  # fmt: skip

    class Meta:
        model = Renewal
        fields = [
            "organisation", "due_on", "requested_on", "approved_on", "held_on", "members",
            "chair_name", "filing_number",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        organisation, due = self.organisation(), found.get("due_on")
        if organisation and due:
            others = organisation.renewals.exclude(pk=self.instance.pk)
            if any(agree(other.due, due) for other in others):
                self.add_error("due_on", self.sentences["one_renewal_per_due"][1])
        return found


class HostUnitForm(ScopedForm):
    """A unit of the new fields in the part of an organisation."""

    name = CleanedField(cleaner=FreeText(80), label=_("单位名称"))
    uscc = CleanedField(
        cleaner=uscc, label=_("统一社会信用代码"), max_length=40, required=False,
        help_text=_("18 位；还没有办理的不填。"),
    )  # fmt: skip
    sort = OptionEntry("host_sort", label=_("类别"), required=False)
    employees = forms.IntegerField(
        label=_("从业人员"), required=False, min_value=0, max_value=200_000
    )
    women = forms.IntegerField(label=_("女性人数"), required=False, min_value=0, max_value=200_000)
    has_party = YesNoEntry(label=_("是否建党组织"), required=False)
    has_union = YesNoEntry(label=_("是否建工会"), required=False)
    has_league = YesNoEntry(label=_("是否建团组织"), required=False)
    has_women_org = YesNoEntry(label=_("是否建妇女组织"), required=False)
    surveyed_on = DateEntry(
        label=_("排查日期"), cleaner=partial_date, required=False,
        help_text=_("写成 2026-03-08 或 2026-03。"),
    )  # fmt: skip
    halves = (
        "uscc", "sort", "employees", "women", "has_party", "has_union", "has_league",
        "has_women_org",
    )  # fmt: skip
    precisions = {"surveyed_on": "surveyed_precision"}
    sentences = {
        "one_host_unit_per_code": ("uscc", _("这个统一社会信用代码已在本组织登记，请核对。")),
        "one_host_unit_per_name_without_code": (
            "name", _("这个名称已在本组织登记，没有代码的同名单位只登记一次。"),
        ),
        "host_unit_women_are_employees": ("women", _("女性人数不能多于从业人员。")),
    }  # fmt: skip

    class Meta:
        model = HostUnit
        fields = [
            "organisation", "name", "uscc", "sort", "employees", "women", "has_party",
            "has_union", "has_league", "has_women_org", "surveyed_on", "covered_by",
        ]  # fmt: skip

    def narrowed(self, name: str, queryset: Any) -> Any:
        # Who covers the unit may stand outside the scope: what is there stays a choice.
        if name != "covered_by":
            return queryset
        return queryset | Organisation.objects.filter(pk=self.instance.covered_by_id)

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        organisation, code = self.organisation(), found.get("uscc")
        is_new = organisation and code and code != self.initial.get("uscc")
        if is_new and HostUnit.objects.coded_elsewhere(code, organisation):
            self.add_error("uscc", _("这个单位已在其他单位登记。请核对，或联系上级妇联。"))
        return found


class KindForm(RuleForm):
    """The rules of a kind: size of the committee, years of a term, rank of the head."""

    MOST_MEMBERS, MOST_YEARS = 500, 10

    class Meta:
        model = Kind
        fields = ["name", "suffix", "committee_min", "committee_max", "term_years", "head_rank",
                  "order"]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        least, most = found.get("committee_min"), found.get("committee_max")
        if least and most and least > most:
            self.add_error("committee_max", _("执委至多不能少于执委至少。"))
        for name, highest in (
            ("committee_min", self.MOST_MEMBERS),
            ("committee_max", self.MOST_MEMBERS),
            ("term_years", self.MOST_YEARS),
        ):
            if found.get(name) is not None and not 1 <= found[name] <= highest:
                self.add_error(name, _("请填 1—%(most)s 的整数。") % {"most": highest})
        return found

    def save(self, commit: bool = True) -> Kind:
        kind = super().save(commit)
        if {"committee_min", "committee_max", "term_years", "head_rank"} & set(self.changed_data):
            kind_recount(kind=kind)
        return kind
