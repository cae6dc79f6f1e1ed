"""Finds where those who sent what is there were posted that day: at its place or nearest above."""

from django.db import migrations
from django.utils import timezone


def find_senders(apps, schema_editor):
    postings = _postings(apps)
    for name in ("Batch", "Collection"):
        model = apps.get_model("exchange", name)
        sent = model.objects.filter(sent_from=None).exclude(actor=None)
        for one in sent.select_related("organisation").only("actor", "created_at", "organisation"):
            day = timezone.localdate(one.created_at)
            place = _place_of(postings.get(one.actor_id, ()), one.organisation.path, day)
            if place is not None:
                model.objects.filter(pk=one.pk).update(sent_from=place)
    _raise_collections(apps)


def _postings(apps):
    """Account → its postings; whether she may import people's tables by one stands first."""
    postings = {}
    for account, can_import, sees_people, *told in apps.get_model(
        "access", "Posting"
    ).objects.values_list(
        "user_id", "role__can_import", "role__sees_people",
        "organisation__path", "organisation_id", "from_on", "until_on",
    ):  # fmt: skip
        postings.setdefault(account, []).append((can_import and sees_people, *told))
    return postings


def _place_of(postings, path, day):
    """The nearest place by which she could import; by any posting only where there is none."""
    over = [
        (may_import, at, organisation)
        for may_import, at, organisation, first, last in postings
        if path.startswith(at) and first <= day and (last is None or day < last)
    ]
    return max(over)[2] if over else None


def _raise_collections(apps):
    """What somebody above put into a collection is read by nobody below her: it is hers."""
    highest = {}
    sent = apps.get_model("exchange", "Batch").objects.exclude(collection=None)
    for collection, at, place in sent.exclude(sent_from=None).values_list(
        "collection_id", "sent_from__path", "sent_from_id"
    ):
        highest[collection] = min(highest.get(collection, (at, place)), (at, place))
    model = apps.get_model("exchange", "Collection")
    for collection, home in model.objects.values_list("pk", "sent_from__path"):
        at, place = highest.get(collection, (None, None))
        if at is not None and (home is None or (home != at and home.startswith(at))):
            model.objects.filter(pk=collection).update(sent_from=place)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_let_administrators_grant"),
        ("exchange", "0011_note_senders"),
    ]

    operations = [migrations.RunPython(find_senders, migrations.RunPython.noop)]
