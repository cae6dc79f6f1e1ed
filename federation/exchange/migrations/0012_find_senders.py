"""Finds where those who sent what is there were posted that day: at its place or nearest above."""

from django.db import migrations
from django.utils import timezone


def find_senders(apps, schema_editor):
    postings = {}
    for told in apps.get_model("access", "Posting").objects.values_list(
        "user_id", "organisation_id", "organisation__path", "from_on", "until_on"
    ):
        postings.setdefault(told[0], []).append(told[1:])
    for name in ("Batch", "Collection"):
        model = apps.get_model("exchange", name)
        sent = model.objects.filter(sent_from=None).exclude(actor=None)
        for one in sent.select_related("organisation").only("actor", "created_at", "organisation"):
            day, path = timezone.localdate(one.created_at), one.organisation.path
            over = [
                (at, organisation)
                for organisation, at, first, last in postings.get(one.actor_id, ())
                if path.startswith(at) and first <= day and (last is None or day < last)
            ]
            if over:
                model.objects.filter(pk=one.pk).update(sent_from=max(over)[1])


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_let_administrators_grant"),
        ("exchange", "0011_note_senders"),
    ]

    operations = [migrations.RunPython(find_senders, migrations.RunPython.noop)]
