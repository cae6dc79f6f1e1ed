"""Days in forms and sheets: a form takes none that the sheet of the same records refuses."""

import pytest
from django.core.exceptions import ValidationError

from cadres.forms.profiles import ProfileForm
from cadres.forms.volunteers import VolunteerForm
from orgs.forms import HostUnitForm, RenewalForm

FIELDS = [
    (RenewalForm, "due_on", "1989-12-31", "1990-01-01"),
    *((RenewalForm, f"{step}_on", "1949-09-30", "1949-10-01") for step in ("requested", "held")),
    (RenewalForm, "approved_on", "1949-09-30", "1949-10-01"),
    (HostUnitForm, "surveyed_on", "1949-09", "1949-10"),
    (VolunteerForm, "since_on", "1949-09", "1949-10"),
    (VolunteerForm, "until_on", "1949-09-30", "1949-10-01"),
    (ProfileForm, "party_on", "1921-06", "1921-07"),
    (ProfileForm, "work_on", "1921-06", "1921-07"),
]


@pytest.mark.parametrize(("form", "name", "before", "first"), FIELDS)
def test_a_form_refuses_the_days_that_the_sheet_refuses(form, name, before, first):
    field = form.base_fields[name]
    assert field.clean(first).iso() == first
    with pytest.raises(ValidationError) as refused:
        field.clean(before)
    assert refused.value.code == "date_range"


def test_a_renewal_is_due_on_a_day_to_come():
    assert RenewalForm.base_fields["due_on"].clean("2099-11").iso() == "2099-11"
