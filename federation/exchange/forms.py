"""The forms of the import pages."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.access.scope import Grant
from federation.access.tree import organisation_model
from federation.exchange.cleaners.dates import FIRST_DAY
from federation.exchange.declare import Sheet, sheets
from federation.sealing.masking import hide_numbers

MEGABYTE = 1024 * 1024
LEAVE_OUT = "-"
#: what is pasted from a spreadsheet: lines beside the headings, and bytes
PASTED_ROWS, PASTED_BYTES = 5_000, 2 * MEGABYTE
TOO_EARLY = gettext_lazy("数据截至日期不能早于 1949年10月1日，请检查年份。")


class UnitForm(forms.Form):
    """For whom something is imported, and as of which day."""

    organisation = forms.CharField(
        label=gettext_lazy("导入范围"),
        help_text=gettext_lazy("只写入这个单位和它的下级，表里其他单位的行会被拦下。"),
        error_messages={"required": gettext_lazy("请选择导入到哪个单位。")},
    )
    as_of = forms.DateField(
        label=gettext_lazy("数据截至"),
        help_text=gettext_lazy("表中数据是哪一天的情况，不能晚于今天。"),
        widget=forms.DateInput(attrs={"type": "date", "class": "in"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("请填写数据截至日期。"),
            "invalid": gettext_lazy("日期应写成 2026-11-21 这样。"),
        },
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = user.scope(Grant.IMPORT).of_people()
        self.fields["organisation"].widget = forms.Select(
            choices=self._places(), attrs={**_picker(), "class": "in"}
        )
        self.fields["as_of"].widget.attrs["max"] = timezone.localdate().isoformat()

    def _places(self) -> list[tuple[str, str]]:
        """The roots of the scope, and what was chosen before; the rest is found by typing."""
        paths = list(self.scope.paths)
        tree = organisation_model().objects.in_scope(self.scope)
        found = list(tree.filter(path__in=paths).order_by("path"))
        chosen = self.data.get("organisation") if self.is_bound else None
        if chosen and all(node.code != chosen for node in found):
            found += list(tree.filter(code=chosen))
        self.initial.setdefault("organisation", found[0].code if found else "")
        return [(node.code, str(node)) for node in found]

    def clean_organisation(self) -> Any:
        tree = organisation_model().objects.in_scope(self.scope)
        found = tree.find_by_code(self.cleaned_data["organisation"])
        if found is None:
            raise forms.ValidationError(_("您不能导入到这个单位。请从列表里选择。"))
        return found

    def clean_as_of(self) -> Any:
        day, today = self.cleaned_data["as_of"], timezone.localdate()
        if day > today:
            raise forms.ValidationError(
                _("数据截至日期不能晚于今天（{today}）。").format(
                    today=date_format(today, "Y年n月j日")
                )
            )
        if day < FIRST_DAY:
            raise forms.ValidationError(TOO_EARLY)
        return day


class UploadForm(UnitForm):
    """What is imported, for whom, as of which day, and the file."""

    # An empty file goes to the engine too: it says what is wrong with it.
    file = forms.FileField(
        label=gettext_lazy("文件"),
        allow_empty_file=True,
        required=False,
        max_length=200,
        error_messages={"max_length": gettext_lazy("文件名太长，请改短后再上传。")},
    )
    pasted = forms.CharField(
        label=gettext_lazy("粘贴的内容"),
        help_text=gettext_lazy("在 Excel 里选中表头和各行，复制后粘贴到这里，最多 5,000 行。"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "in", "rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["sheet"] = forms.ChoiceField(
            label=_("表"),
            choices=[(one.key, str(one.title)) for one in sheets if one.is_for(user)],
            widget=forms.RadioSelect,
            error_messages={"required": _("请选择导入哪一种表。")},
        )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > settings.UPLOAD_LIMIT_BYTES:
            raise forms.ValidationError(
                _("文件有 {size} MB，最多 {most} MB。请拆成几份，或删掉图片后再上传。").format(
                    size=file.size // MEGABYTE, most=settings.UPLOAD_LIMIT_BYTES // MEGABYTE
                )
            )
        return file

    def clean_pasted(self) -> str:
        text: str = self.cleaned_data["pasted"]
        if len(text.encode()) > PASTED_BYTES:
            raise forms.ValidationError(
                _("粘贴的内容超过 {most} MB，请分几次粘贴，或者上传文件。").format(
                    most=PASTED_BYTES // MEGABYTE
                )
            )
        rows = sum(bool(line.strip()) for line in text.splitlines())
        # The line of headings is none of the rows.
        if rows > PASTED_ROWS + 1:
            raise forms.ValidationError(
                _("粘贴了 {rows} 行，最多 {most} 行。请分几次粘贴，或者上传文件。").format(
                    rows=f"{rows - 1:,}", most=f"{PASTED_ROWS:,}"
                )
            )
        return text if rows else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors.keys() & {"file", "pasted"}:
            if not cleaned.get("file") and not cleaned.get("pasted"):
                self.add_error("file", _("请选择要导入的文件。"))
            elif cleaned.get("file") and cleaned.get("pasted"):
                self.add_error("pasted", _("已选了文件，又粘贴了内容。请只留一样。"))
        return cleaned

    def taken(self) -> tuple[str, bytes]:
        """The name and the bytes of what a valid form brings: its file, or what was pasted."""
        file = self.cleaned_data["file"]
        if file:
            return hide_numbers(file.name), file.read()
        return _("粘贴的内容"), self.cleaned_data["pasted"].encode("utf-8-sig")


def _picker() -> dict[str, str]:
    return {"data-picker": "", "data-url": reverse("orgs:pick"), "data-none": _("没有找到")}


class ColumnsForm(forms.Form):
    """Which column of the workbook feeds which column of the sheet; one field per letter.

    ``tables``: by the number of each table that is imported, letter, label, key and reason of its
    labelled columns. Of several tables each has its own fields: "2!C" for column C of the third.
    ``named``: the tables whose title names the village of all rows, so that no column need do so.
    """

    def __init__(
        self,
        *args: Any,
        sheet: type[Sheet],
        tables: dict[int, list[list[Any]]],
        named: Collection[int] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sheet, self.tables, self.named = sheet, tables, named
        self.guesses = [
            (self.field_name(number, guess[0]), *guess[1:])
            for number, guesses in tables.items()
            for guess in guesses
        ]
        choices = [(LEAVE_OUT, _("不导入"))]
        choices += [(column.key, str(column.heading)) for column in sheet.columns]
        for letter, label, key, _reason in self.guesses:
            self.fields[letter] = forms.ChoiceField(
                label=label or letter,
                choices=choices,
                initial=key or LEAVE_OUT,
                widget=forms.Select(attrs={"class": "in"}),
                error_messages={"required": _("请选择，不需要的列选“不导入”。")},
            )

    def field_name(self, number: int, letter: str) -> str:
        """What the field of a column is called: its letter, with its table where there are more."""
        return letter if len(self.tables) == 1 else f"{number}!{letter}"

    def mapping(self) -> dict[str, str | None]:
        """Letter → key, None to leave out, of a valid form."""
        return {
            letter: None if key == LEAVE_OUT else key for letter, key in self.cleaned_data.items()
        }

    def is_as_guessed(self) -> bool:
        """Whether nothing was changed, so that the plan at hand holds."""
        return self.mapping() == {letter: key for letter, _label, key, _reason in self.guesses}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number, guesses in self.tables.items():
            seen: dict[str, str] = {}
            for letter, *_rest in guesses:
                self._check_once(self.field_name(number, letter), letter, cleaned, seen)
            self._check_needs({*seen, "name"} if number in self.named else set(seen))
        return cleaned

    def _check_once(
        self, name: str, letter: str, cleaned: dict[str, Any], seen: dict[str, str]
    ) -> None:
        key = cleaned.get(name, LEAVE_OUT)
        if key in seen:
            self.add_error(
                name,
                _("“{heading}”已对应到 {other} 列，请改其中一列。").format(
                    heading=self.sheet.column(key).heading, other=seen[key]
                ),
            )
        elif key != LEAVE_OUT:
            seen[key] = letter

    def _check_needs(self, chosen: set[str]) -> None:
        for either in self.sheet.needs:
            if chosen.isdisjoint(either):
                headings = _("”或“").join(str(self.sheet.column(key).heading) for key in either)
                self.add_error(
                    None, _("还没有一列对应到“{headings}”，请选择。").format(headings=headings)
                )
