"""Many values sealed and digested at once are what they are one by one."""

from federation.sealing.boxes import digest, digests, seal_each, unseal

NUMBERS = ["500199198503120024", "13800138000", "", "023-58123456"]


def test_digests_of_many_are_those_of_each():
    assert digests("phone", NUMBERS) == [digest("phone", number) for number in NUMBERS]
    assert digests("phone", NUMBERS) != digests("id_number", NUMBERS)


def test_each_of_many_opens_in_its_own_place_alone():
    places = [f"cadres_person.phone.{number:032}" for number in range(len(NUMBERS))]
    sealed = seal_each(places, map(str.encode, NUMBERS))
    opened = [unseal(place, box).decode() for place, box in zip(places, sealed, strict=True)]
    assert opened == NUMBERS
    assert len({box[4:16] for box in sealed}) == len(NUMBERS)  # no nonce serves twice
