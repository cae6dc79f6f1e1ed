"""Keys: sealed values open only in their place and with their key."""

import base64
import json
import os
import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from federation.access.models import User
from federation.audit.models import Event
from federation.sealing.boxes import CannotOpen, digest, seal, unseal
from federation.sealing.guard import Guard, WrongKeys, check_ring, mark_ring
from federation.sealing.keys import KeyRing, forget_ring, new_ring_text, read_ring, ring
from federation.sealing.masking import mask_id_number, mask_phone
from federation.sealing.models import KeyMark

OURS = Path(os.environ["VAR_DIR"]) / "keys" / "field-keys.json"
PLACE = "cadres_person.phone.0198"


@pytest.fixture
def other_ring(tmp_path, settings):
    """Another installation's keys, in place of ours."""
    path = tmp_path / "field-keys.json"
    path.write_text(new_ring_text(), encoding="utf-8")
    settings.FIELD_KEYS_FILE = path
    return read_ring(path)


def test_what_is_sealed_opens_again_and_never_twice_alike():
    one, two = seal(PLACE, b"13900001234"), seal(PLACE, b"13900001234")
    assert one != two
    assert unseal(PLACE, one) == unseal(PLACE, two) == b"13900001234"


def test_a_value_moved_to_another_row_does_not_open():
    with pytest.raises(CannotOpen):
        unseal("cadres_person.phone.0199", seal(PLACE, b"13900001234"))


@pytest.mark.parametrize("spot", [0, 5, -1])
def test_one_changed_byte_closes_a_value(spot):
    sealed = bytearray(seal(PLACE, b"13900001234"))
    sealed[spot] ^= 1
    with pytest.raises(CannotOpen):
        unseal(PLACE, bytes(sealed))


def test_another_ring_opens_nothing_and_digests_differently(other_ring):
    ours = read_ring(OURS)
    with pytest.raises(CannotOpen):
        unseal(PLACE, seal(PLACE, b"1", ours), other_ring)
    assert digest("phone", "1", ours) != digest("phone", "1", other_ring)


def test_an_old_key_opens_what_it_sealed_after_a_new_one_became_active():
    old = ring()
    sealed = seal(PLACE, b"1", old)
    new = replace(old, active="k2", keys=old.keys | {"k2": secrets.token_bytes(32)})
    assert unseal(PLACE, sealed, new) == b"1"
    assert seal(PLACE, b"1", new)[2:4] == b"k2"


def test_no_key_shows_in_a_repr():
    text = repr(ring())
    assert not any(base64.b64encode(key).decode() in text for key in ring().keys.values())
    assert str(ring().digest) not in text


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"active": "k1", "keys": {"k1": "AA=="}}'])
def test_a_broken_key_file_is_refused_not_replaced(tmp_path, text):
    path = tmp_path / "field-keys.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match="纸质备份"):
        read_ring(path)
    assert path.read_text(encoding="utf-8") == text


def test_the_key_file_is_for_its_owner_alone(settings):
    ring()
    assert os.stat(settings.FIELD_KEYS_FILE).st_mode & 0o077 == 0


def test_migrating_marks_the_keys(db):
    assert set(KeyMark.objects.values_list("fingerprint", flat=True)) == ring().fingerprints()


def test_a_wrong_ring_refuses_the_first_connection(db, other_ring):
    with pytest.raises(WrongKeys, match="不是这个数据库的密钥"):
        check_ring()
    with pytest.raises(WrongKeys):
        _look(Guard())


def _look(guard):
    class Passing:
        """The connection of the test, which the guard must not close."""

        alias, introspection = connection.alias, connection.introspection
        cursor = staticmethod(connection.cursor)

        def close(self):
            self.was_closed = True

    guard.on_connection(Passing())


def test_a_ring_with_one_more_key_is_welcome_and_marked(db, tmp_path, settings):
    raw = json.loads(settings.FIELD_KEYS_FILE.read_text(encoding="utf-8"))
    raw["keys"]["k2"] = base64.b64encode(secrets.token_bytes(32)).decode()
    path = tmp_path / "field-keys.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    settings.FIELD_KEYS_FILE = path
    check_ring()
    mark_ring()
    assert KeyMark.objects.count() == 3
    forget_ring()


def test_the_keys_are_printed_once_and_again_only_with_a_reason(db, capsys):
    call_command("print_keys")
    key = base64.b64encode(ring().keys["k1"]).decode()
    assert key in capsys.readouterr().out
    with pytest.raises(CommandError, match="已经打印过"):
        call_command("print_keys")
    with pytest.raises(CommandError):
        call_command("print_keys", again="丢了")
    call_command("print_keys", again="保险柜进水，纸质备份已毁")
    assert list(Event.objects.filter(deed="keys_shown").values_list("reason", flat=True)) == [
        "",
        "保险柜进水，纸质备份已毁",
    ]
    assert key not in str(list(Event.objects.values()))


def test_an_account_keeps_its_telephone_sealed_digested_and_masked(db):
    user = User(username="liu", name="柳眉")
    user.write_sealed("phone", "13900001234")
    user.set_unusable_password()
    user.save()
    found = User.objects.get(phone_digest=digest("phone", "13900001234"))
    assert found.reveal("phone") == "13900001234"
    assert b"13900001234" not in bytes(found.phone)
    found.write_sealed("phone", "")
    assert (found.phone, found.phone_digest, found.phone_masked) == (None, None, "")


def test_masks_keep_what_helps_to_recognise():
    assert mask_id_number("500101199003072046") == "500101********2046"
    assert mask_id_number("5001") == "****"
    assert mask_phone("13812342071") == "138****2071"
    assert mask_phone("023-63850000") == "023-****00"


def test_rings_of_different_installations_have_no_fingerprint_in_common(other_ring):
    assert isinstance(other_ring, KeyRing)
    assert not other_ring.fingerprints() & read_ring(OURS).fingerprints()
