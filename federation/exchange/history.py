"""Imports as a history: whose they were, of which unit, of which table, and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.access.scope import Grant
from federation.access.tree import after, organisation_model
from federation.exchange.declare import sheets
from federation.exchange.models import Batch
from federation.exchange.plans import data_rows

TONES = {Batch.State.APPLIED: "ok", Batch.State.REFUSED: "bad", Batch.State.PLANNED: "warn"}


@dataclass(frozen=True)
class Line:
    """An import in a list: what its table is called, how many rows were read (None: not yet)."""

    batch: Batch
    title: str | Promise
    rows: int | None
    tone: str


def batches_of(user: Any) -> QuerySet[Batch]:
    """The imports ``user`` may see, the newest first."""
    # Of a collected file nobody may know yet which table it is.
    closed = ["", *(one.key for one in sheets if not one.is_for(user))]
    found = Batch.objects.in_scope(user.scope(Grant.IMPORT)).exclude(sheet__in=closed)
    return found.select_related("organisation").order_by("-pk")


def opened_by(user: Any, uids: Iterable[UUID | None]) -> set[UUID]:
    """Those of some imports whose pages ``user`` may open; one question, however many they are."""
    wanted = {uid for uid in uids if uid is not None}
    if not wanted or not user.may("exchange:batch"):
        return set()
    return set(batches_of(user).filter(uid__in=wanted).values_list("uid", flat=True))


def of_unit(batches: QuerySet[Batch], organisation: Any) -> QuerySet[Batch]:
    """Those of ``batches`` that were made for ``organisation`` or below it."""
    path = organisation.path
    return batches.filter(organisation__path__gte=path, organisation__path__lt=after(path))


def sent_before(batch: Batch, user: Any) -> Batch | None:
    """The last import of the same file before ``batch`` that is written or waits to be."""
    standing = (
        Batch.State.UPLOADED, Batch.State.PLANNED, Batch.State.APPLYING, Batch.State.APPLIED
    )  # fmt: skip
    same = batches_of(user).filter(sheet=batch.sheet, file_sha256=batch.file_sha256)
    return same.filter(pk__lt=batch.pk, state__in=standing).first()


def lines_of(batches: Any) -> list[Line]:
    """Imports as lines."""
    titles = {one.key: one.title for one in sheets}
    return [
        Line(
            batch,
            titles.get(batch.sheet, batch.sheet),
            data_rows(batch.counts),
            TONES.get(batch.state, ""),
        )
        for batch in batches
    ]


class HistoryForm(forms.Form):
    """What the list of imports is narrowed to; everything may be left open."""

    mine = forms.BooleanField(label=gettext_lazy("只看我导入的"), required=False)
    organisation = forms.CharField(label=gettext_lazy("单位（含下级）"), required=False)
    sheet = forms.ChoiceField(label=gettext_lazy("表"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[("", gettext_lazy("全部")), *Batch.State.choices],
        widget=forms.Select(attrs={"class": "in"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        scope = user.scope(Grant.IMPORT).of_people()
        self.tree = organisation_model().objects.in_scope(scope)
        named = [(one.key, str(one.title)) for one in sheets if one.is_for(user)]
        self.fields["sheet"] = forms.ChoiceField(
            label=_("表"),
            required=False,
            choices=[("", _("全部")), *named],
            widget=forms.Select(attrs={"class": "in"}),
        )
        self.fields["mine"].widget.attrs["class"] = "ck"
        self.fields["organisation"].widget = forms.Select(
            choices=self._chosen(), attrs={**_picker(), "class": "in"}
        )

    def _chosen(self) -> list[tuple[str, str]]:
        """The unit that is chosen; others are found by typing."""
        found = self.tree.filter(code=self.data.get("organisation") or "")
        return [("", _("全部")), *((node.code, str(node)) for node in found)]

    def clean_organisation(self) -> Any:
        code = self.cleaned_data["organisation"]
        found = self.tree.find_by_code(code) if code else None
        if code and found is None:
            raise forms.ValidationError(_("没有找到这个单位。请从列表里选择。"))
        return found

    def narrowed(self, batches: QuerySet[Batch]) -> QuerySet[Batch]:
        """Those of ``batches`` that were asked for; none where the question has no sense."""
        if not self.is_valid():
            return batches.none()
        asked = self.cleaned_data
        if asked["mine"]:
            batches = batches.filter(actor=self.user)
        if asked["organisation"]:
            batches = of_unit(batches, asked["organisation"])
        plain = {name: asked[name] for name in ("sheet", "state") if asked[name]}
        return batches.filter(**plain)


def _picker() -> dict[str, str]:
    return {"data-picker": "", "data-url": reverse("orgs:pick"), "data-none": _("没有找到")}
