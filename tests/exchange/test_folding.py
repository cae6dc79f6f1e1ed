"""Records of a plan kept as columns are the records that were handed over, in their order."""

import pytest

from federation.exchange import chunks, plans
from federation.exchange.answers import Answers
from federation.exchange.chunks import ChunkWriter
from federation.exchange.folding import folded, unfolded
from tests.exchange.tables import opened

pytestmark = pytest.mark.django_db
NAMES = list(plans.defaults_of("cadres.Person"))


def people(*names: str, **columns):
    """New people of as many rows as there are names."""
    count = len(names)
    rows = [(row,) for row in range(count)]
    return plans.Creates(
        "cadres.Person", rows, [7] * count, [None] * count, {"name": list(names), **columns}
    )


def told(record):
    return dict(zip(NAMES, record[4], strict=True))


def test_a_block_unfolds_to_the_records_it_was_made_of():
    made = people("王秀英", "李丽", "张敏", sex="F", is_grid=[True, 1, None])
    blocks = [unfolded(block) for _count, block in folded(made, 2)]
    assert [len(block) for block in blocks] == [2, 1]
    records = [record for block in blocks for record in block]
    assert [record[:4] for record in records] == [[(row,), 7, None, False] for row in range(3)]
    assert [told(record)["name"] for record in records] == ["王秀英", "李丽", "张敏"]
    assert [told(record)["sex"] for record in records] == ["F", "F", "F"]
    assert list(map(repr, (told(one)["is_grid"] for one in records))) == ["True", "1", "None"]


def test_what_all_records_bear_alike_is_kept_once():
    ((_count, block),) = folded(people("王秀英", "王秀英", sex="F"), 2)
    assert block["folded"][4:][NAMES.index("name")] == ["王秀英"]
    assert block["folded"][4:][NAMES.index("sex")] == ["F"]


def test_sealed_columns_lie_beside_what_is_packed_and_come_back_in_their_place(city):
    batch = opened("committee", [{"person_name": "王秀英"}], city)
    boxes = [bytes([number]) * 40 for number in range(3)]
    with ChunkWriter(batch) as writer:
        made = people("王秀英", "李丽", "张敏", id_number=boxes, phone=[b"1", None, b"3"])
        Answers(writer, 3).take([made])
        writer.save()
    records = list(chunks.records(batch, "create:cadres.Person"))
    assert [told(record)["id_number"] for record in records] == boxes
    assert [told(record)["phone"] for record in records] == [b"1", None, b"3"]
    assert [told(record)["name"] for record in records] == ["王秀英", "李丽", "张敏"]


def test_no_record_may_bear_a_column_its_model_has_not():
    with pytest.raises(KeyError):
        list(folded(people("王秀英", height=170), 2))


def test_records_told_singly_and_together_stay_in_order(city):
    batch = opened("committee", [{"person_name": "王秀英"}], city)
    single = plans.Create("cadres.Person", (3,), 7, None, {"name": "刘静"})
    with ChunkWriter(batch) as writer:
        answers = Answers(writer, 4)
        answers.take([single, people("王秀英", "李丽"), single, plans.Verdicts([0, 3], plans.NEW)])
        writer.save()
    assert [told(record)["name"] for record in chunks.records(batch, "create:cadres.Person")] == [
        "刘静", "王秀英", "李丽", "刘静",
    ]  # fmt: skip
    assert answers.changes() == ["new", "unchanged", "unchanged", "new"]
    assert writer.sizes["create:cadres.Person"] == 4
