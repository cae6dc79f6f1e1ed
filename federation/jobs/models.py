"""Background work: the row is the truth, the broker's message only a hint."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.access.tree import PathField
from federation.identity import uuid7


class Job(models.Model):
    """One piece of work: claimed with a lease, guarded by a fencing token, swept when overdue.

    ``payload`` holds plain values (ids, ISO dates), never personal data.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有完成")
        CANCELLED = "cancelled", _("已取消")

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    # The uid of the record that the work is about, so that its pages find it without reading JSON.
    subject = models.UUIDField(null=True, db_index=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    token = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    # The worker slot that works on it: a restarted worker frees what its predecessor held.
    holder = models.CharField(max_length=80, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # Set in the transaction that writes the result: from then on the work cannot be stopped.
    committed_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    problem = models.CharField(_("没有完成的原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("后台任务")
        indexes = [models.Index(fields=["state", "lease_until"], name="job_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class JobLane(models.Model):
    """A place that a job writes to: of the jobs in one lane the oldest goes first."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="lanes", db_index=False)
    key = PathField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("后台任务的先后")
        constraints = [models.UniqueConstraint(fields=["job", "key"], name="one_lane_per_key")]
        indexes = [models.Index(fields=["key", "job"], name="lane_by_key")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.key}"
