"""The one signal of the house: records changed, so figures that count them must be looked at again.

Sent inside the transaction of the change with ``organisation_ids`` (set of primary keys) and
``inline`` (True for a single edit whose figures are wanted at once, False for a batch).
"""

from django.dispatch import Signal

records_changed = Signal()
