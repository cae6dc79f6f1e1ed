"""A register at the correction desk: in scope, written through its own form, exported as xlsx."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin, display
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm

from federation.access.scope import Grant
from federation.audit.services import Actor, record_event
from federation.desk.site import DESK, OF_A_REGISTER, opened
from federation.registers.forms import ScopedForm
from federation.registers.services import Gone, Stale
from federation.registers.views.listing import NO_NUMBERS
from federation.sealing.masking import holds_number


class Lines(ChangeList):
    """Lists lead to records by uid: keys of the database stand in no address."""

    def url_for_result(self, result: Any) -> str:
        route = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(route, args=[result.uid])


class DeskRegister(ExportMixin, ModelAdmin):
    """Base of every register at the desk.

    ``form`` is the form of the register, so that the same rules hold; ``fields`` are those of its
    fields that can be corrected here and those in ``readonly_fields``. Nothing is added or
    deleted: records come by the registers and by imports, and end by a date.
    """

    is_for_the_desk = True
    form: Any
    import_export_change_list_template = "desk/change_list.html"
    change_form_template = "desk/change_form.html"
    export_template_name = "desk/export.html"
    export_form_class = ExportForm
    actions = None
    list_per_page = 50
    show_full_result_count = False
    save_on_top = False

    @display(description=gettext_lazy("组织"))
    def whose(self, record: Any) -> str:
        """Whose record it is; Django's own link would lead by a key of the database."""
        return str(record.organisation)

    def get_urls(self) -> list[Any]:
        named = (
            (pattern, (pattern.name or "").rpartition("_")[2]) for pattern in super().get_urls()
        )
        return [
            opened(found, OF_A_REGISTER[verb]) for found, verb in named if verb in OF_A_REGISTER
        ]

    def get_queryset(self, request: Any) -> Any:
        found: Any = super().get_queryset(request)
        return found.in_scope(request.user.scope(Grant.VIEW, flag=DESK.flag))

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """Only the filters of the list: Django would let every column be guessed at."""
        is_a_filter = lookup.split("__")[0] in self.list_filter
        return is_a_filter and super().lookup_allowed(lookup, value, request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Lines

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        try:
            uid = UUID(object_id)
        except ValueError:
            return None
        return self.get_queryset(request).filter(uid=uid).first()

    def _get_obj_does_not_exist_redirect(self, *_args: Any) -> HttpResponse:
        raise Http404

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return DESK.admits(request.user)

    has_change_permission = has_export_permission = has_view_permission

    def has_module_permission(self, request: HttpRequest) -> bool:
        return DESK.admits(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        names: Any = self.fields
        return bound(self.form, request.user, names)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names: Any = self.fields
        offered = self.get_form(request, obj)(instance=obj).fields
        return [name for name in names if name in self.readonly_fields or name in offered]

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return form.instance

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        form.save()

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Nothing hangs on these records that the form would not save itself."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The change log of the portal has it already."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if holds_number(request.GET.get("q", "")):
            # Addresses are kept by browsers and proxies: a number must not stay in one.
            messages.warning(request, NO_NUMBERS)
            return HttpResponseRedirect(request.path)
        may_import = request.user.may("exchange:upload")  # type: ignore[union-attr]
        return super().changelist_view(
            request, {**(extra_context or {}), "title": "", "may_import": may_import}
        )

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (Gone, Stale, IntegrityError):
            messages.error(request, _("刚才有人保存了这条记录，这次没有保存。请核对后再改。"))
            return HttpResponseRedirect(request.path)

    def export_action(self, request: HttpRequest) -> HttpResponse:
        try:
            return super().export_action(request)
        except IncorrectLookupParameters:
            # As the list does with an address that names no filter of it.
            return HttpResponseRedirect(request.path)

    def get_export_context_data(self, **kwargs: Any) -> dict[str, Any]:
        [resource] = self.resource_classes
        return {"column_names": resource().get_export_headers()}

    def get_export_formats(self) -> list[Any]:
        return [XLSX, CSV]

    def get_valid_export_item_pks(self, request: HttpRequest) -> list[Any]:
        """Exports take what the list shows, never keys that a browser sends."""
        return []

    def get_export_data(self, file_format: Any, request: Any, queryset: Any, **kwargs: Any) -> Any:
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        record_event(
            "export",
            actor=Actor.of(request.user),
            request=request,
            register=f"desk:{self.opts.label}",
            rows=queryset.count(),
        )
        return data


def bound(form: type[ScopedForm], user: Any, names: tuple[str, ...]) -> type[ScopedForm]:
    """``form`` with the fields ``names`` only, where ``user`` keeps the rules."""

    class DeskForm(form):  # type: ignore[misc, valid-type]
        grant, flag = Grant.VIEW, DESK.flag
        version = forms.IntegerField(widget=forms.HiddenInput, required=False)

        data: Any

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, user=user, **kwargs)
            for name in set(self.fields) - {*names, "version"}:
                del self.fields[name]

        def clean(self) -> dict[str, Any]:
            found = super().clean()
            stored = type(self.instance).objects.values_list("version", flat=True)
            version = stored.get(pk=self.instance.pk)
            if found.get("version") != version:
                self.data = self.data.copy()
                self.data["version"] = str(version)
                words = _("刚才有人改过这条记录。您填的还在：请核对后再按一次保存。")
                self.add_error(None, words)
            return found

    return DeskForm
