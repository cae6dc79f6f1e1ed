"""What the register of people and posts makes of imported rows; importing declares it."""

from cadres.parts import chair as chair
from cadres.parts import giving as giving
from cadres.parts import holding as holding
from cadres.parts import profiles as profiles
from cadres.parts import roster as roster
from cadres.parts import volunteers as volunteers
from federation.exchange.declare import Bearing, bearings

bearings.register(Bearing("cadres.Appointment", rests=True))
