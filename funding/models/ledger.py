"""The ledger of working funds, line by line."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Self

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from federation.access.scope import ScopedQuerySet
from federation.exchange.cleaners.text import squash
from funding.models.base import NOT_NEGATIVE, FundingRecord
from orgs.models import Precision

#: as much of a voucher as ``identity`` takes after "v:"
LONGEST_VOUCHER = 48


def voucher_key(voucher: str) -> str:
    """By what lines with a voucher are told apart: without spaces, in capitals.

    Both can make it longer (㍿ is four characters, ß two): what no longer fits is digested.
    """
    text = squash(voucher).upper()
    if len(text) <= LONGEST_VOUCHER:
        return f"v:{text}"
    return f"v:{blake2b(text.encode(), digest_size=16).hexdigest()}"


def content_key(content: Iterable[Any], occurrence: int) -> str:
    """By what lines without a voucher are told apart: what they say, and the how-manieth it is."""
    told = "\x1f".join("" if value is None else str(value) for value in content)
    return f"c:{blake2b(told.encode(), digest_size=16).hexdigest()}:{occurrence}"


class LedgerQuerySet(ScopedQuerySet):
    """Questions about ledger lines."""

    def in_year_by(self, day: date) -> Self:
        """Lines of the year of ``day`` that had arrived by then; undated ones count all year."""
        arrived = Q(received_on=None) | Q(received_on__lte=day)
        return self.filter(arrived, year=day.year)

    def totals(self) -> dict[str, Decimal | None]:
        """Sums in yuan: ``received`` and ``spent``; None without lines."""
        return self.aggregate(received=Sum("received_cny"), spent=Sum("spent_cny"))


class LedgerLine(FundingRecord):
    """One line of the ledger (经费台账): what came in, what went out, by which voucher.

    A line is known by organisation, year and voucher number; without a voucher by what it says
    and how many lines before it say the same.
    """

    year = models.PositiveSmallIntegerField(_("年度"))
    source = models.CharField(_("经费来源"), max_length=40, blank=True)
    received_cny = models.DecimalField(
        _("收入金额（元）"), max_digits=14, decimal_places=2, validators=NOT_NEGATIVE
    )
    spent_cny = models.DecimalField(
        _("支出金额（元）"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=NOT_NEGATIVE,
    )  # fmt: skip
    # As it was written: it may differ from received less spent, and then the page says so.
    balance_cny = models.DecimalField(
        _("结余（元）"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    received_on = models.DateField(_("到账日期"), null=True, blank=True)
    received_precision = models.CharField(
        max_length=8, choices=Precision.choices, default=Precision.DAY, blank=True
    )
    voucher_number = models.CharField(_("凭证号"), max_length=40, blank=True)
    purpose = models.CharField(_("用途"), max_length=200, blank=True)
    identity = models.CharField(max_length=50, editable=False)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("经费台账")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "identity"], name="one_ledger_line_per_voucher"
            ),
            models.CheckConstraint(
                condition=Q(received_cny__gte=0) & (Q(spent_cny=None) | Q(spent_cny__gte=0)),
                name="ledger_amounts_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["year", "organisation"], name="ledger_by_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.voucher_number or self.purpose or self.source}".strip()

    def content(self) -> tuple[Any, ...]:
        """What tells a line without a voucher from another one."""
        return content_of(
            self.source, self.received_cny, self.spent_cny, self.received_on, self.purpose
        )

    def clean(self) -> None:
        self.identity = self._identity()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.identity = self._identity()
        super().save(*args, **kwargs)

    def _identity(self) -> str:
        if self.voucher_number:
            return voucher_key(self.voucher_number)
        if self.organisation_id is None or self.year is None:
            return ""
        others = LedgerLine.objects.filter(organisation=self.organisation_id, year=self.year)
        taken = set(others.exclude(pk=self.pk).values_list("identity", flat=True))
        content, occurrence = self.content(), 1
        while content_key(content, occurrence) in taken:
            occurrence += 1
        return content_key(content, occurrence)


def content_of(
    source: str,
    received: Decimal | None,
    spent: Decimal | None,
    received_on: date | None,
    purpose: str,
) -> tuple[Any, ...]:
    """The content of a ledger line, amounts with two decimals: 5 and 5.00 are the same money."""
    amounts = ["" if amount is None else f"{amount:.2f}" for amount in (received, spent)]
    return (source, *amounts, received_on.isoformat() if received_on else "", purpose)
