"""What the register of places makes of imported rows; importing declares it."""

from federation.exchange.declare import Bearing, bearings
from homes.parts import giving as giving
from homes.parts import holding as holding
from homes.parts import register as register
from homes.parts import village as village

bearings.register(Bearing("homes.Home", rests=True))
bearings.register(Bearing("homes.HomeCheck", rests=True))
