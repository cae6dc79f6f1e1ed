"""Signs of life that people give: somebody takes up a post or leaves it."""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cadres.indicators.office import appointments
from federation.coverage.days import NEVER
from federation.coverage.units import Units
from orgs.indicators.signs import Sign, signs


class PostChanged(Sign):
    """An appointment begins or ends."""

    key = "appointment"
    label = _("任职变动")
    counts = ("cadres.Appointment",)

    def days(self, units: Units) -> np.ndarray:
        held = units.load(appointments)
        ended = held.ends < NEVER
        return np.stack(
            [
                np.concatenate([held.places, held.places[ended]]),
                np.concatenate([held.begins, held.ends[ended]]),
            ]
        )


signs.register(PostChanged())
