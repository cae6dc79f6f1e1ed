"""Forms of organisations and terms."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from federation.registers.fields import DateEntry
from federation.registers.forms import ScopedForm
from federation.registers.options import RuleForm
from orgs.models import Kind, Organisation, Term
from orgs.services.kinds import kind_recount

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
