"""The forms of the 收表台."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.exchange.collecting import unpacking
from federation.exchange.forms import MEGABYTE, UnitForm
from federation.sealing.arriving import TooLarge

#: bytes of one drop: what the server in front lets through, less what surrounds the files
MOST_BYTES = 60 * MEGABYTE


class ManyFiles(forms.FileInput):
    """A field for as many files as there are."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return list(files.getlist(name))


class FilesField(forms.FileField):
    """Several files; each is looked at when it is taken in, so an empty one is no error here."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [one for one in (data or []) if one]
        if not given:
            raise forms.ValidationError(_("请选择要收的表格，可以一次选很多份。"))
        if len(given) > unpacking.MOST_FILES:
            words = _("选了 {count} 个文件，一次最多 {most} 个。请分几次上传，或者打成压缩包。")
            raise forms.ValidationError(words.format(count=len(given), most=unpacking.MOST_FILES))
        whole = sum(one.size for one in given)
        if whole > MOST_BYTES:
            words = _("这些文件一共 {size} MB，一次最多 {most} MB。请分几次上传。")
            told = {"size": whole // MEGABYTE, "most": MOST_BYTES // MEGABYTE}
            raise forms.ValidationError(words.format(**told))
        return given


def _taken(files: list[Any]) -> list[tuple[str, bytes | None]]:
    """Name and bytes of each file; None of one that was too large for anything of it to be kept."""
    return [(one.name, _bytes_of(one)) for one in files]


def _bytes_of(file: Any) -> bytes | None:
    try:
        data: bytes = file.read()
    except TooLarge:
        return None
    return data


def _files() -> FilesField:
    return FilesField(label=gettext_lazy("文件"))


class CollectForm(UnitForm):
    """For whom, as of which day, and all files."""

    books = _files()

    def taken(self) -> list[tuple[str, bytes | None]]:
        """Name and bytes of each file."""
        return _taken(self.cleaned_data["books"])


class AddForm(forms.Form):
    """More files for an open collection."""

    books = _files()

    def taken(self) -> list[tuple[str, bytes | None]]:
        """Name and bytes of each file."""
        return _taken(self.cleaned_data["books"])
