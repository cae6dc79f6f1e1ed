"""Forms of people, of their posts and of what they tell of themselves."""

from cadres.forms.people import (
    AppointmentForm,
    NewPersonForm,
    PersonForm,
    may_edit_identity,
    term_of,
)
from cadres.forms.profiles import ProfileForm

__all__ = [
    "AppointmentForm",
    "NewPersonForm",
    "PersonForm",
    "ProfileForm",
    "may_edit_identity",
    "term_of",
]
