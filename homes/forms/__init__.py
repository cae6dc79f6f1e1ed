"""Forms of places, of looks at them, and of what holds for all of them."""

from homes.forms.checks import CheckForm as CheckForm
from homes.forms.places import CloseForm as CloseForm
from homes.forms.places import HomeForm as HomeForm
