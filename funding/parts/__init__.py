"""What the records of money make of imported rows; importing declares it."""

from funding.parts import giving as giving
from funding.parts import ledger as ledger
from funding.parts import yearly as yearly
