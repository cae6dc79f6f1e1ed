"""Pages of homes: the register, checks and tiles, and what holds for all of them."""

from homes.views import registers as registers
