"""The log of deeds: who came in, looked, took out, was refused; as a page and as a file."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant, Scope
from federation.audit.models import Event
from federation.audit.services import Actor, record_event
from federation.bulk.services import in_blocks
from federation.exchange.giving.sending import CSV, Sending, csv_blocks, watermark
from federation.registers.events import PERIODS, USUAL_PERIOD, counts, events_in, of_group, told
from federation.registers.events import within as within_period
from federation.registers.narrowing import narrowed
from federation.registers.scopebar import chosen_organisation, scope_steps
from federation.sealing.masking import holds_number

PAGE_SIZE = 50
CHUNK = 2000


class EventPage(View):
    """The events the address asks for: organisation, period, group, words of the actor's name."""

    gate = Gate(Grant.VIEW, flag="sees_audit")

    @cached_property
    def chosen(self) -> Any:
        """The organisation looked at. Raises Http404."""
        code = self.request.GET.get("organisation", "")
        return chosen_organisation(self.request.user, Grant.VIEW, code, self.gate.flag)

    @cached_property
    def scope(self) -> Scope:
        """Where the events come from."""
        user: Any = self.request.user
        whole = user.scope(Grant.VIEW, flag=self.gate.flag)
        return whole if self.chosen is None else narrowed(whole, self.chosen)

    @property
    def words(self) -> str:
        """What is looked for among the names of actors."""
        return self.request.GET.get("q", "").strip()[:60]

    def found(self) -> QuerySet[Event]:
        """Events of the period by whom is looked for, of all groups."""
        events = within_period(events_in(self.scope), self.request.GET.get("days", USUAL_PERIOD))
        return events.filter(actor_label__contains=self.words) if self.words else events

    def address(self, **changes: str) -> str:
        """This address with some of its parts changed."""
        query = self.request.GET.copy()
        query.pop("before", None)
        for name, value in changes.items():
            query[name] = value
        return f"?{query.urlencode()}"


class EventList(EventPage):
    """The page, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if holds_number(request.GET.get("q", "")):
            messages.warning(request, _("查找框不能填身份证号和手机号，请改按姓名查找。"))
            return redirect("registers:event_list")
        group, days = request.GET.get("group", ""), request.GET.get("days", USUAL_PERIOD)
        events, before = of_group(self.found(), group), request.GET.get("before", "")
        if before.isascii() and before.isdigit() and len(before) < 19:
            events = events.filter(pk__lt=int(before))
        shown = list(events.select_related("organisation").order_by("-pk")[: PAGE_SIZE + 1])
        more = shown[PAGE_SIZE - 1].pk if len(shown) > PAGE_SIZE else None
        context = {
            "title": _("操作记录"),
            "lines": told(shown[:PAGE_SIZE], self.scope),
            "chips": [(k, label, n, self.address(group=k)) for k, label, n in counts(self.found())],
            "group": group,
            "periods": [(k, v[1], self.address(days=k), k == days) for k, v in PERIODS.items()],
            "older_url": self.address(before=str(more)) if more else "",
            "words": self.words,
            "kept": [(n, request.GET[n]) for n in ("organisation", "days", "group")
                     if n in request.GET],
            "chosen": self.chosen,
            "query": request.GET.urlencode(),
            "scope_steps": scope_steps(
                request.user, Grant.VIEW, self.chosen,
                lambda code: self.address(organisation=code), self.gate.flag,
            ),
        }  # fmt: skip
        return render(request, "registers/event_list.html", context)


class EventExport(EventPage):
    """The same events as a CSV file; taking the log out is itself a deed of the log."""

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        event = record_event(
            "export",
            actor=Actor.of(request.user),
            request=request,
            organisation_id=self.chosen.pk if self.chosen else None,
            register="event",
            whole=False,
        )
        sending = Sending(event)
        headings = [_("时间"), _("谁"), _("做了什么"), _("对象"), _("说明")]
        rows = sending.counted(self.lines(event))
        lines = chain([headings], rows, [[watermark(request.user)]])
        answer: StreamingHttpResponse = sending.answer(csv_blocks(lines), _("操作记录"), CSV)
        return answer

    def lines(self, export: Event) -> Iterator[list[str]]:
        """The rows as text, newest first, from before ``export`` itself."""
        events = of_group(self.found(), self.request.GET.get("group", "")).filter(pk__lt=export.pk)
        rows = events.select_related("organisation").order_by("-pk")
        for block in in_blocks(rows.iterator(chunk_size=CHUNK), CHUNK):
            for one in told(block, self.scope):
                moment = timezone.localtime(one.event.at).strftime("%Y-%m-%d %H:%M:%S")
                yield [moment, one.event.actor_label, one.words, one.about, one.more]
