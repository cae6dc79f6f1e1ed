"""Changes of many records of homes at once."""

from homes.services.standards import standard_items_set as standard_items_set
