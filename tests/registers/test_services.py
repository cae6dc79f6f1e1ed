"""Saving one record: in one transaction, once, with its log and its figures."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from federation.audit.models import Change
from federation.audit.services import Actor
from federation.coverage.services import rebuild
from federation.identity import uuid7
from federation.registers.models import Submission
from federation.registers.services import Stale, record_save, submission_close, submission_done
from homes.models import Home
from tests.registers.records import home, member

pytestmark = pytest.mark.django_db


def test_saving_costs_five_queries_beside_the_twenty_of_its_figures(lan, lotus, willow):
    held = member("何小荷", lotus, "主席").appointments.get()
    actor = Actor.of(lan)
    # Figures stand: the edit adds to them, it does not count the tree for the first time.
    rebuild()
    held.is_on_two_committees = True
    with CaptureQueriesContext(connection) as asked:
        record_save(instance=held, actor=actor)
    assert len([q for q in asked.captured_queries if "SAVEPOINT" not in q["sql"]]) <= 5 + 20


def test_an_old_version_is_refused_and_changes_nothing(lan, mei, lotus):
    made = home("荷花村妇女之家", lotus)
    first, second = Home.objects.get(pk=made.pk), Home.objects.get(pk=made.pk)
    first.address = "先"
    record_save(instance=first, actor=Actor.of(lan))
    second.address = "后"
    with pytest.raises(Stale) as refused:
        record_save(instance=second, actor=Actor.of(mei))
    assert refused.value.stored.address == "先"
    assert Change.objects.count() == 1


def test_a_failed_figure_takes_the_record_back(lan, lotus, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError

    monkeypatch.setattr("federation.registers.services.records_changed.send", fail)
    made = home("荷花村妇女之家", lotus)
    made.address = "新址"
    with pytest.raises(RuntimeError), transaction.atomic():
        record_save(instance=made, actor=Actor.of(lan))
    made.refresh_from_db()
    assert made.address == ""
    assert not Change.objects.exists()


def test_a_form_that_was_sent_is_remembered_for_its_own_account_only(lan, mei):
    token = uuid7()
    submission_close(user=lan, token=token, address="/homes/")
    assert submission_done(user=lan, token=token) == "/homes/"
    assert submission_done(user=mei, token=token) is None
    assert Submission.objects.count() == 1


def test_a_record_taken_away_meanwhile_is_told_and_what_was_typed_stays(
    as_user, lan, lotus, monkeypatch
):
    made = home("荷花村妇女之家", lotus)
    client, url = as_user(lan), f"/homes/{made.uid}/edit/"
    form = client.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"address": "荷塘路 8 号", "form_token": str(uuid7())}
    clean = type(form).clean

    def taken_away(self):
        Home.objects.filter(pk=made.pk).delete()
        return clean(self)

    monkeypatch.setattr(type(form), "clean", taken_away)
    answer = client.post(url, sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "刚才已随一次导入撤销" in page
    assert "荷塘路 8 号" in page
    assert not Home.objects.exists()
