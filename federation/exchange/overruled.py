"""Values that organisations had entered themselves and an import from above changed.

What stood and what stands now is in the change log, sealed; here is whose it was, who changed it,
and what both sides said to it.
"""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.access.models import Posting
from federation.access.scope import Grant, ScopedModel, ScopedQuerySet
from federation.exchange.places import VILLAGE
from federation.identity import uuid7


def importers() -> Any:
    """Postings of today by which somebody imports and sees people."""
    held = Posting.objects.hold_on(timezone.localdate()).filter(user__is_active=True)
    return held.filter(role__can_import=True, role__sees_people=True)


class OverruledQuerySet(ScopedQuerySet):
    """Whose they are to answer."""

    def kept_by(self, user: Any) -> Self:
        """Those of organisations that ``user`` keeps herself, and below the villages she keeps."""
        scope, own = user.scope(Grant.CAPTURE), Q(pk__in=[])
        for posting in user.current_postings():
            place = posting.organisation
            if place.path in scope.people_paths:
                own |= Q(organisation=place)
                if place.kind_group == VILLAGE:
                    own |= scope_below(place.path)
        return self.filter(own).in_scope(scope)

    def settled_by(self, user: Any) -> Self:
        """Those on which ``user`` decides: her own imports; those of a colleague of her place who
        imports there no more; and of a place where nobody does, those below her."""
        scope = user.scope(Grant.IMPORT)
        here = importers().filter(organisation=OuterRef("changed_from"))
        able, staffed = Exists(here.filter(user=OuterRef("changed_by"))), Exists(here)
        own = [
            posting.organisation.pk
            for posting in user.current_postings()
            if posting.organisation.path in scope.people_paths
        ]
        above = scope.condition("changed_from__path", personal=True)
        mine = Q(able, changed_by=user) | (~Q(able) & Q(changed_from__in=own))
        return self.filter(mine | (~Q(staffed) & above)).in_scope(scope)


def scope_below(path: str) -> Q:
    """Below one organisation, itself among them."""
    return Q(organisation__path__gte=path, organisation__path__lt=path + "~")


class Overruled(ScopedModel):
    """One value that its organisation entered last and ``batch`` changed.

    ``shown`` is the column pages show of it (see ``values``). ``changed_from`` is where whoever
    wrote the import was posted: there somebody else decides when she does not import any more.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待核对")
        FINE = "fine", _("没问题")
        WRONG = "wrong", _("有误")
        RESTORED = "restored", _("已恢复原值")
        KEPT = "kept", _("保持导入的值")

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("单位")
    )
    batch = models.ForeignKey("exchange.Batch", models.CASCADE, related_name="overruled")
    model = models.CharField(max_length=60)
    object_uid = models.UUIDField()
    shown = models.CharField(max_length=60)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    entered_label = models.CharField(_("填报人"), max_length=60)
    entered_at = models.DateTimeField(_("填报时间"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    changed_label = models.CharField(_("导入人"), max_length=60)
    changed_from = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("导入单位")
    )
    changed_at = models.DateTimeField(_("导入时间"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    answered_label = models.CharField(_("答复人"), max_length=60, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    settled_label = models.CharField(_("处理人"), max_length=60, blank=True)
    settled_at = models.DateTimeField(_("处理时间"), null=True)

    # Most of what is imported is about people; whoever may not see them sees none of it.
    personal = True
    objects: ClassVar[Any] = OverruledQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("上级导入改动的值")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "object_uid", "shown"], name="one_overruled_per_value"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "fine", "wrong", "restored", "kept"]),
                name="overruled_in_known_state",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="overruled_to_answer")]

    def __str__(self) -> str:
        return f"{self.model} {self.shown}"
