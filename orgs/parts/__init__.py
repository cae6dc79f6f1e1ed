"""What the register of organisations makes of imported rows; importing declares it."""

from orgs.parts import village as village
