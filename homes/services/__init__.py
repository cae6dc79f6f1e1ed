"""Changes of many records of homes at once."""

from homes.services.places import home_held as home_held
from homes.services.standards import standard_items_set as standard_items_set
from homes.services.standards import standard_withdraw as standard_withdraw
from homes.services.standards import versions_held as versions_held
from homes.services.standards import versions_used as versions_used
from homes.services.standards import why_kept as why_kept
