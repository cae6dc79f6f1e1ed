"""Pages of money: the board, the ledger of an organisation, and the registers."""

from funding.views import boards as boards
from funding.views import registers as registers
