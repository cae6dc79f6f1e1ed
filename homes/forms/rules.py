"""Forms of what holds for all places: their kinds, and the versions of the standard."""

from collections.abc import Iterator
from datetime import date
from secrets import token_hex
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from federation.audit.services import Actor
from federation.exchange.cleaners.choices import FreeText
from federation.exchange.cleaners.text import squash
from federation.registers.fields import CleanedField, DateEntry, LinesEntry
from federation.registers.forms import Section
from federation.registers.options import RuleForm
from federation.registers.services import Superseded
from homes.models import Home, HomeCheck, HomeKind, Standard, StandardItem
from homes.models.homes import WOMEN_HOME
from homes.services import standard_items_set, standard_withdraw, versions_held, why_kept
from homes.services.standards import IS_GONE

TAKEN = _("“%(word)s”已是“%(owner)s”的叫法，请先从那里去掉。")
IN_USE = _("这一天还有 %(count)s 处在用的阵地属于这一类，请先给它们改选类型或登记停用。")
USED = _("刚才已有人按这一版登记了核查，条目和施行日期不能再改，这次没有保存。请另增一版。")
MOST_ITEMS = 20


class KindForm(RuleForm):
    """What a kind is called, and the day from which no place is of it any more."""

    name = CleanedField(cleaner=FreeText(30), label=_("名称"))
    aliases = LinesEntry(
        label=_("其他叫法"), longest=30, required=False,
        help_text=_("一行写一个。导入时，阵地类型或名称里有这些词，就归入这一类。"),
    )  # fmt: skip
    order = forms.IntegerField(
        label=_("顺序"), min_value=0, max_value=999, help_text=_("数字小的排在前面。"),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("顺序要填 0—999 的整数。")
        ),
    )  # fmt: skip
    ended_on = DateEntry(
        label=_("停用日期"), to_the_day=True, allow_future=True, required=False,
        help_text=_("从这一天起不再登记这一类阵地，以往的记录不变。仍在使用就不填。"),
    )  # fmt: skip

    class Meta:
        model = HomeKind
        fields = ["name", "aliases", "is_cluster", "order", "ended_on"]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        renamed = found.get("name") and self.instance.name not in ("", found["name"])
        if renamed and "aliases" in found:
            # Tables go on calling it as before.
            found["aliases"] = list(dict.fromkeys([self.instance.name, *found["aliases"]]))
        self._check_words(found)
        if "is_cluster" in self.changed_data and self._has_homes():
            self.add_error("is_cluster", _("已有阵地属于这一类，不能再改。"))
        if found.get("ended_on"):
            self._check_end(found["ended_on"].first_day)
        return found

    def _has_homes(self) -> bool:
        return Home.objects.filter(kind=self.instance.pk).exists()

    def _check_words(self, found: dict[str, Any]) -> None:
        """No two kinds answer to the same word."""
        others = HomeKind.objects.exclude(pk=self.instance.pk)
        taken = {squash(word): kind.name for kind in others for word in kind.words()}
        for field, words in (
            ("name", [found.get("name") or ""]),
            ("aliases", found.get("aliases")),
        ):
            for word in words or ():
                if squash(word) in taken:
                    self.add_error(field, TAKEN % {"word": word, "owner": taken[squash(word)]})

    def _check_end(self, day: date) -> None:
        """A kind that open places belong to, or that figures count, does not end."""
        if self.instance.code == WOMEN_HOME:
            self.add_error("ended_on", _("指标按这一类统计，不能停用。"))
            return
        # Whenever it opened: whoever edits it later could not save it under an ended kind.
        standing = Home.objects.filter(kind=self.instance.pk)
        count = standing.filter(Q(closed_on=None) | Q(closed_on__gt=day)).count()
        if count:
            self.add_error("ended_on", IN_USE % {"count": count})


class NewKindForm(KindForm):
    """One more kind; its code is what other systems know it by, so it is fixed afterwards."""

    code = forms.RegexField(
        r"^[a-z][a-z0-9_]{1,29}$", label=_("代码"),
        help_text=_("供接口使用，例如 reading_room；保存后不再改。"),
        error_messages={"invalid": _("代码用小写字母开头，只含小写字母、数字和下划线。")},
    )  # fmt: skip
    ended_on = None
    field_order = ["name", "code", "aliases", "is_cluster", "order"]

    class Meta:
        model = HomeKind
        fields = ["name", "code", "aliases", "is_cluster", "order"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if HomeKind.objects.filter(code=code).exists():
            raise ValidationError(_now("已有这个代码，请换一个。"))
        return code


class SourceForm(RuleForm):
    """A version that checks rest on: where it comes from can still be put right, no more."""

    #: whether the items of the version can still be told
    has_items = False
    source = CleanedField(
        cleaner=FreeText(200), label=_("依据"), help_text=_("例如：文件名称和文号。")
    )

    class Meta:
        model = Standard
        fields = ["source"]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if any(name.startswith("item-") for name in self.data) and not self.has_items:
            # The form she filled was that of a version nobody had used yet.
            self.add_error(None, USED)
        return found

    def _held(self) -> list[Standard]:
        return versions_held(self.instance.code, home_id=self.home_id())

    def hold(self) -> None:
        """Hold all versions. Raises Superseded when this one has been withdrawn."""
        held = {version.pk for version in self._held()}
        if not self.instance._state.adding and self.instance.pk not in held:
            raise Superseded(IS_GONE)

    @transaction.atomic
    def save(self, commit: bool = True) -> Standard:
        self.hold()
        return super().save(commit)


class StandardForm(SourceForm):
    """One version of a checklist: from when on it holds, and what it asks for.

    Items keep their code from version to version, so that tables go on meaning the same.
    """

    has_items = True
    starts_on = DateEntry(
        label=_("施行日期"), to_the_day=True, allow_future=True,
        help_text=_("从这一天起的核查按这一版登记。"),
    )  # fmt: skip
    more = LinesEntry(
        label=_("新增条目"), most=MOST_ITEMS, longest=30, required=False,
        help_text=_("一行写一条。"),
    )  # fmt: skip

    class Meta:
        model = Standard
        fields = ["starts_on", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = list(self._others().prefetch_related("items"))
        is_new = self.instance._state.adding
        self.items = list((self.others[-1] if is_new else self.instance).items.all())
        for item in self.items:
            field = CleanedField(cleaner=FreeText(30), label=item.name, required=False)
            field.widget.attrs["class"], field.is_half = "in", True
            self.fields[f"item-{item.code}"] = field
            self.initial[f"item-{item.code}"] = item.name

    def _others(self) -> Any:
        versions = Standard.objects.filter(code=self.instance.code)
        return versions.exclude(pk=self.instance.pk).order_by("starts_on")

    @property
    def sections(self) -> list[Section]:
        shown = {field.name: field for field in self.visible_fields()}
        items = [shown[f"item-{item.code}"] for item in self.items]
        return [
            Section("", [shown["starts_on"], shown["source"]]),
            Section(_now("条目（不再要求的清空）"), [*items, shown["more"]]),
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        names = [found.get(f"item-{item.code}") for item in self.items]
        names = [name for name in [*names, *(found.get("more") or ())] if name]
        if not names:
            self.add_error(None, _("请至少写一个条目。"))
        if len(names) != len(set(names)) or len(names) > MOST_ITEMS:
            self.add_error("more", _("条目不能重复，最多 20 条。"))
        if found.get("starts_on"):
            for words in self._wrong_start(found["starts_on"].first_day, self.others):
                self.add_error("starts_on", words)
        return found

    def _wrong_start(self, day: date, others: list[Standard]) -> Iterator[Any]:
        """After the version before it, before the one after it, and after every check so far."""
        number = self.instance.number
        earlier = [one.starts_on for one in others if one.number < number]
        later = [one.starts_on for one in others if one.number > number]
        if earlier and day <= max(earlier):
            told = {"day": max(earlier).isoformat()}
            yield _("施行日期要晚于上一版（%(day)s）。") % told
        if later and day >= min(later):
            told = {"day": min(later).isoformat()}
            yield _("施行日期要早于下一版（%(day)s）。") % told
        checks = HomeCheck.objects.filter(standard__code=self.instance.code)
        last = checks.order_by("-checked_on").values_list("checked_on", flat=True).first()
        if last and day <= last:
            words = _("已有按原来版本登记的核查，最近一次是 %(day)s；施行日期要晚于这一天。")
            yield words % {"day": last.isoformat()}

    def hold(self) -> None:
        """As above. Raises Superseded also when a check or another version came in between."""
        super().hold()
        if not self.instance._state.adding and self.instance.checks.exists():
            raise Superseded(USED)
        for words in self._wrong_start(self.instance.starts_on, list(self._others())):
            raise Superseded(words)

    def wanted(self) -> list[tuple[str, str]]:
        """Code and name of every item in order; a name known from any version keeps its code."""
        kept = [(item.code, self.cleaned_data[f"item-{item.code}"]) for item in self.items]
        found = [(code, name) for code, name in kept if name]
        known = dict(
            StandardItem.objects.filter(standard__code=self.instance.code).values_list(
                "name", "code"
            )
        )
        for name in self.cleaned_data["more"]:
            code = known.get(name, "")
            if not code or code in dict(found):
                # Never that of an item which was withdrawn: files remember what they meant by it.
                code = f"v{self.instance.number}-{token_hex(4)}"
            found.append((code, name))
        return found

    @transaction.atomic
    def save(self, commit: bool = True) -> Standard:
        wanted = self.wanted()
        standard = super().save(commit)
        standard_items_set(
            standard=standard, wanted=wanted, actor=Actor.of(self.user), home_id=self.home_id()
        )
        return standard


class WithdrawForm(RuleForm):
    """Taking back a version that no check rests on."""

    class Meta:
        model = Standard
        fields: list[str] = []

    def clean(self) -> dict[str, Any]:
        reason = why_kept(self.instance)
        if reason:
            self.add_error(None, reason)
        return super().clean()

    def save(self, commit: bool = True) -> Standard:
        self.instance.version = self.cleaned_data.get("version") or 0
        standard_withdraw(standard=self.instance, actor=Actor.of(self.user), home_id=self.home_id())
        return self.instance
