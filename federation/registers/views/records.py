"""Pages of one record: what it says, and its form to make or change it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant, Scope
from federation.audit.log import changes_about
from federation.identity import uuid7
from federation.registers.history import field_label, shown_value
from federation.registers.scopebar import scope_steps
from federation.registers.services import (
    Gone,
    Stale,
    Superseded,
    submission_close,
    submission_done,
)


class RecordPage(View):
    """Base of pages about one record, found by ``lookup`` within the scope of ``grant``."""

    gate = Gate(Grant.VIEW)
    grant = Grant.VIEW
    queryset: Any
    lookup = "uid"

    @property
    def viewer(self) -> Any:
        """Whoever looks at the record."""
        return self.request.user

    @cached_property
    def scope(self) -> Scope:
        """Where the viewer holds the grant, by the roles that open this page."""
        return self.viewer.scope(self.grant, flag=self.gate.flag)

    @cached_property
    def record(self) -> Any:
        """The record. Raises Http404 for an unknown one and for a foreign one alike."""
        wanted = {self.lookup: self.kwargs[self.lookup]}
        found = self.queryset.all().in_scope(self.scope).filter(**wanted).first()
        if found is None:
            raise Http404
        return found

    def may(self, route: str) -> bool:
        """Whether the viewer's role may open ``route``."""
        return self.viewer.may(route)

    def can_capture(self, path: str) -> bool:
        """Whether the viewer may write records of the organisation at ``path``."""
        return self.viewer.scope(Grant.CAPTURE).covers(path)

    def steps(self, organisation: Any, route: Any) -> list[Any]:
        """The scope bar with ``organisation`` chosen; ``route`` gives the address of a code."""
        return scope_steps(self.viewer, Grant.VIEW, organisation, route)


class DetailView(RecordPage):
    """One record; subclasses add to ``context``."""

    template_name = ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return render(request, self.template_name, self.context())

    def context(self) -> dict[str, Any]:
        """What the template shows."""
        return {"record": self.record, "title": str(self.record)}


class FormPage(RecordPage):
    """A form that makes or changes one record; a form sent twice is carried out once."""

    gate = Gate(Grant.CAPTURE)
    grant = Grant.CAPTURE
    form_class: Any
    template_name = "registers/form.html"
    title: Any = ""
    #: whose form it is, below the title: names never stand in the title's own face
    subject: Any = ""
    button: Any = ""

    def instance(self) -> Any:
        """The record to fill; None makes a new one."""
        return None

    def initial(self) -> dict[str, Any]:
        """What stands in a new form."""
        return {}

    def form(self, data: Any = None) -> Any:
        """The form of this page, bound when ``data`` is given."""
        return self.form_class(
            data, instance=self.instance(), initial=self.initial(), user=self.viewer
        )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(self.form(), uuid7())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        token = as_uuid(request.POST.get("form_token", ""))
        done = submission_done(user=request.user, token=token)
        if done:
            return HttpResponseRedirect(done)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, token, status=422)
        try:
            with transaction.atomic():
                record = form.save()
                address = self.address_after(record)
                submission_close(user=request.user, token=token, address=address)
        except Stale as stale:
            return self.conflict(form, stale.stored)
        except Gone:
            words = _("这条记录刚才已随一次导入撤销，不能再保存。请记下内容，返回名册重新登记。")
            return self._refused(form, token, words)
        except Superseded as told:
            return self._anew(token, told.words)
        except IntegrityError:
            return self._twin(form, token)
        for words in getattr(form, "warnings", []):
            messages.warning(request, words)
        messages.success(request, self.words_after(record))
        return HttpResponseRedirect(address)

    def _twin(self, form: Any, token: UUID) -> HttpResponse:
        """The same form was sent twice at once, or somebody made the same record just now."""
        done = submission_done(user=self.viewer, token=token)
        if done:
            return HttpResponseRedirect(done)
        words = _("刚才有人保存了相同的记录，这次没有保存。请核对后再提交。")
        return self._refused(form, token, words)

    def _anew(self, token: UUID, words: Any) -> HttpResponse:
        """409 with the form as it would be opened now, filled with what was sent."""
        form = self.form(self.request.POST)
        said = {str(one) for errors in form.errors.values() for one in errors}
        if str(words) not in said:
            form.add_error(None, words)
        return self.page(form, token, status=409)

    def _refused(self, form: Any, token: UUID, words: str) -> HttpResponse:
        """409 with the entries as they were typed."""
        form.add_error(None, ValidationError(words))
        return self.page(form, token, status=409)

    def page(self, form: Any, token: UUID, status: int = 200, **extra: Any) -> HttpResponse:
        """The form as a page."""
        context = {
            "form": form,
            "form_token": token,
            "title": self.title,
            "subject": self.subject,
            "button": self.button,
            "back_url": self.back_url(),
            **self.context(),
            **extra,
        }
        return render(self.request, self.template_name, context, status=status)

    def conflict(self, form: Any, stored: Any) -> HttpResponse:
        """409: who changed the record meanwhile and where it differs; the entries are kept."""
        last = next(reversed(changes_about([stored.uid])), None)
        differing = [
            {
                "label": field_label(type(stored), name),
                "theirs": shown_value(stored, name),
                "yours": shown_value(form.instance, name),
            }
            for name in form.Meta.fields
            if name in form.fields and shown_value(stored, name) != shown_value(form.instance, name)
        ]
        form.data = form.data.copy()
        form.data["version"] = str(stored.version)
        return self.page(form, uuid7(), 409, conflict={"last": last, "fields": differing})

    def context(self) -> dict[str, Any]:
        """What the page shows beside the form."""
        return {}

    def back_url(self) -> str:
        """Where 取消 leads."""
        return "/"

    def address_after(self, record: Any) -> str:
        """Where the saved record is shown."""
        raise NotImplementedError

    def words_after(self, record: Any) -> str:
        """The sentence on the page after saving."""
        return _("已保存“%(record)s”。") % {"record": record}


class CreateView(FormPage):
    """A form for a new record."""


class EditView(FormPage):
    """The form of the record in the address."""

    def instance(self) -> Any:
        return self.record


def as_uuid(text: str) -> UUID:
    """``text`` as a UUID; a form that lost its token gets a new one."""
    try:
        return UUID(text)
    except ValueError:
        return uuid7()
