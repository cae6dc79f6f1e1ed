"""Forms of people, of their posts, of what they tell of themselves, and of volunteers."""

from cadres.forms.people import AppointmentForm as AppointmentForm
from cadres.forms.people import NewPersonForm as NewPersonForm
from cadres.forms.people import PersonForm as PersonForm
from cadres.forms.people import may_edit_identity as may_edit_identity
from cadres.forms.people import term_of as term_of
from cadres.forms.profiles import ProfileForm as ProfileForm
from cadres.forms.volunteers import VolunteerForm as VolunteerForm
