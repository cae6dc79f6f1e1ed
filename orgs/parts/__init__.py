"""What the register of organisations makes of imported rows; importing declares it."""

from federation.exchange.declare import Bearing, bearings
from orgs.parts import giving as giving
from orgs.parts import holding as holding
from orgs.parts import host_units as host_units
from orgs.parts import renewals as renewals
from orgs.parts import statistics as statistics
from orgs.parts import village as village

bearings.register(Bearing("orgs.Organisation", bears=True))
bearings.register(Bearing("orgs.Term", bears=True, rests=True))
