"""ID numbers and telephones stay where they are sealed: not in addresses, names of files, logs."""

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from federation.exchange.models import Batch
from tests.registers.records import ID_LAN

pytestmark = pytest.mark.django_db
PHONE = "13900001234"


@pytest.mark.parametrize("number", [ID_LAN, PHONE, "139 0000 1234"])
@pytest.mark.parametrize("url", ["/cadres/people/", "/cadres/appointments/", "/accounts/"])
def test_a_number_typed_into_a_search_does_not_stay_in_the_address(as_user, lan, url, number):
    answer = as_user(lan).get(url, {"q": number, "page": "2"})
    assert answer.status_code == 302
    assert number not in answer["Location"] and "q=" not in answer["Location"]
    [told] = get_messages(answer.wsgi_request)
    assert "查找框不能填" in str(told)


def test_other_conditions_survive_when_a_number_is_dropped(as_user, lan):
    answer = as_user(lan).get("/cadres/people/", {"q": PHONE, "state": "current"})
    assert answer["Location"] == "/cadres/people/?state=current"


def test_a_number_in_the_name_of_a_file_is_kept_masked(as_user, lan, tree, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    sent = {
        "sheet": "committee",
        "organisation": "910101",
        "as_of": timezone.localdate().isoformat(),
        "file": SimpleUploadedFile(f"何莲{ID_LAN}.xlsx", b"x"),
    }
    assert as_user(lan).post("/imports/new/", sent).status_code == 302
    assert Batch.objects.get().file_name == f"何莲{ID_LAN[:6]}********{ID_LAN[-4:]}.xlsx"
