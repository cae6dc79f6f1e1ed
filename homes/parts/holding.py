"""The telephones of who looks after places: what stands behind masked cells of their table."""

from collections.abc import Iterator, Sequence
from datetime import date

from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.giving.givers import sealed_cell
from federation.exchange.holding import Asked, Held, Holder, holder
from homes.models import Home


@holder("homes")
class Managers(Holder):
    """The places of the organisation of the row, by their name and who looks after them."""

    named_by = ("home_name", "contact")

    def held(self, asked: Sequence[Asked], day: date) -> Iterator[Held]:
        """Places in use with a telephone."""
        columns = (
            "organisation_id", "uid", "name", "is_placeholder", "manager_name", "manager_phone",
            "manager_phone_masked",
        )  # fmt: skip
        for block in in_blocks(sorted({one.place.id for one in asked})):
            found = keyed(Home.objects.open_on(day), "organisation", block)
            for owner, uid, name, is_nobodys, manager, box, mask in found.values_list(*columns):
                cell = sealed_cell(Home, "manager_phone", uid, box, mask)
                # The name of a placeholder is nobody's.
                told = {"home_name": "" if is_nobodys else name, "contact": manager}
                if cell is not None:
                    names = {key: text for key, text in told.items() if text}
                    yield Held(owner, names, {"contact_phone": cell})
