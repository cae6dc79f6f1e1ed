"""Accounts, roles as data, dated postings, and the slips that open an account once."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.access.routes import gate_named
from federation.access.scope import Grant, Scope, ScopedModel, ScopedQuerySet
from federation.bulk.ready import Slot
from federation.identity import uuid7
from federation.sealing.fields import SealedField, SealedModel
from federation.sealing.masking import mask_phone

# Who has not come in for so long may have left her office.
QUIET = timedelta(days=90)


class Role(models.Model):
    """A kind of posting and what it allows; data, so that a city can shape its own."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    can_view = models.BooleanField(_("查看"), default=True)
    can_capture = models.BooleanField(_("填报"), default=False)
    can_import = models.BooleanField(_("导入"), default=False)
    can_export = models.BooleanField(_("导出"), default=False)
    can_sensitive = models.BooleanField(_("查看完整证件和电话"), default=False)
    sees_people = models.BooleanField(_("查看人员"), default=False)
    sees_audit = models.BooleanField(_("查看变更记录"), default=False)
    manages_accounts = models.BooleanField(_("管理下级账号"), default=False)
    # Gives away rights she does not hold herself; never to herself, and always logged.
    grants_any_role = models.BooleanField(_("可授予任何角色"), default=False)
    keeps_rules = models.BooleanField(_("维护组织类型和选项"), default=False)
    is_leader = models.BooleanField(_("首页为总览"), default=False)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = verbose_name_plural = _("角色")

    def __str__(self) -> str:
        return self.name

    def grants(self) -> set[Grant]:
        """The grants this role holds."""
        return {grant for grant in Grant if getattr(self, f"can_{grant.value}")}


class UserQuerySet(models.QuerySet[Any]):
    """Questions about accounts."""

    def with_postings(self, on: date) -> "list[User]":
        """The accounts with the postings they hold on a day: one query for all of them."""
        held = Posting.objects.hold_on(on).select_related("role", "organisation")
        held = held.order_by("organisation__path", "role__order")
        return list(self.prefetch_related(Prefetch("postings", held, to_attr="_postings")))

    def called(self, text: str) -> Self:
        """Accounts whose user name or name holds ``text``."""
        return self.filter(Q(username__icontains=text) | Q(name__icontains=text))

    def last_in(self, when: str, now: datetime) -> Self:
        """By their last login: ``never``, ``recent`` (within QUIET of ``now``) or ``long`` ago."""
        since = now - QUIET
        conditions = {
            "never": Q(last_login=None),
            "recent": Q(last_login__gte=since),
            "long": Q(last_login__lt=since),
        }
        return self.filter(conditions[when])


class UserManager(BaseUserManager["User"]):
    """Makes accounts; nobody is a superuser."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A saved account; without a password it opens only with a slip."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(SealedModel, AbstractBaseUser):
    """One account of one human. Rights come from postings alone."""

    class TextSize(models.TextChoices):
        NORMAL = "normal", _("标准")
        LARGE = "large", _("大")
        HUGE = "huge", _("特大")

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    phone = SealedField(verbose_name=_("手机号"))
    phone_digest = models.BinaryField(max_length=32, null=True, unique=True, editable=False)
    phone_masked = models.CharField(_("手机号"), max_length=20, blank=True, editable=False)
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("须改密码"), default=False)
    text_size = models.CharField(
        _("字号"), max_length=10, choices=TextSize.choices, default=TextSize.NORMAL
    )
    created_at = models.DateTimeField(_("创建时间"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("新建人"),
    )

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    sealed_columns = {"phone": ("phone", mask_phone)}

    class Meta:
        verbose_name = verbose_name_plural = _("账号")

    def __str__(self) -> str:
        return self.name or self.username

    def current_postings(self, on: date | None = None) -> "list[Posting]":
        """Postings that hold on a day (today), with role and organisation; read once a request."""
        if on is not None:
            return list(self.postings.hold_on(on).select_related("role", "organisation"))
        if not hasattr(self, "_postings"):
            today = timezone.localdate()
            found = self.postings.hold_on(today).select_related("role", "organisation")
            self._postings = list(found.order_by("organisation__path", "role__order"))
        return self._postings

    def remember(self, postings: "list[Posting]") -> None:
        """Postings of today that have been read already."""
        self._postings = postings

    def scope(self, grant: Grant, on: date | None = None, flag: str = "") -> Scope:
        """Where this account holds ``grant`` on a day (today); by roles with ``flag`` only."""
        if not self.is_active:
            return Scope(grant)
        holding = [
            p
            for p in self.current_postings(on)
            if grant in p.role.grants() and (not flag or getattr(p.role, flag))
        ]
        return Scope(
            grant,
            tuple(p.organisation.path for p in holding),
            tuple(p.organisation.path for p in holding if p.role.sees_people),
        )

    def may(self, url_name: str) -> bool:
        """Whether a current role opens the route ``url_name``; False when there is none."""
        gate = gate_named(url_name)
        return gate is not None and gate.admits(self)

    def holds(self, flag: str) -> bool:
        """Whether any current role carries a flag of Role (``sees_audit`` …)."""
        return any(getattr(posting.role, flag) for posting in self.current_postings())


class PostingQuerySet(ScopedQuerySet):
    """Postings by day."""

    def hold_on(self, day: date | Slot) -> Self:
        """Postings in force on ``day``: the first day counts, the last does not."""
        return self.filter(from_on__lte=day).filter(Q(until_on=None) | Q(until_on__gt=day))


class Posting(ScopedModel):
    """An account's role at an organisation and everything below, half-open [from_on, until_on)."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="postings", verbose_name=_("账号"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="postings", verbose_name=_("角色"))
    organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.PROTECT, related_name="postings", verbose_name=_("组织")
    )
    from_on = models.DateField(_("开始日期"))
    until_on = models.DateField(_("结束日期"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("授予人")
    )

    objects: ClassVar[Any] = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任用")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=models.F("from_on")),
                name="posting_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=Q(until_on=None),
                name="one_open_posting_per_role_and_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"


class Slip(ScopedModel):
    """A printed slip that opens one account once within 72 hours; only its digest is kept."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="slips")
    organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("组织")
    )
    code_digest = models.BinaryField(max_length=32, unique=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("一次性登录条")

    def __str__(self) -> str:
        return str(self.uid)
