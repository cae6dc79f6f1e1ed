"""Records of money: the ledger, the yearly budgets, and the women they are counted on."""

from funding.models.base import FundingRecord
from funding.models.ledger import LedgerLine, content_key, content_of, voucher_key
from funding.models.yearly import Population, YearlyBudget, is_budget_asked

__all__ = [
    "FundingRecord",
    "LedgerLine",
    "Population",
    "YearlyBudget",
    "content_key",
    "content_of",
    "is_budget_asked",
    "voucher_key",
]
