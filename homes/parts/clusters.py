"""The cluster a micro-home belongs to: named in its row, standing already or in the same table."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from federation.exchange.cleaners.text import squash
from homes.parts.deciding import Line, name_of
from homes.parts.standing import Register

#: the key of a cluster that stands, or the uid of one that the table brings in
Reference = int | str
#: its organisation, the district of that, and what refers to it
Known = tuple[int, int | None, Reference]


class NoCluster(Exception):
    """The row names a cluster that cannot be told; the message is a sentence for the clerk."""


class Clusters:
    """The clusters that rows of a table may name, those of the table itself first."""

    def __init__(self, found: Register, lines: Iterable[Line]) -> None:
        self.found = found
        self.own: dict[str, list[Known]] = {}
        for line in lines:
            if line.kind.is_cluster:
                reference = line.place.pk if line.place else line.uid.hex
                named = self.own.setdefault(squash(name_of(line)), [])
                named.append((line.owner.pk, line.owner.branch_id, reference))

    def named(self, line: Line, name: str | None) -> Reference | None:
        """What a row calls its cluster, as a reference. Raises NoCluster."""
        if name is None:
            return None
        known = self.own.get(squash(name)) or [
            (one.organisation_id, one.branch_id, one.pk)
            for one in self.found.clusters.get(squash(name), ())
        ]
        own = [one for one in known if one[0] == line.owner.pk]
        # Towns of two districts may be called the same; within a district they are not.
        near = own or [one for one in known if one[1] == line.owner.branch_id] or known
        if not near:
            message = _("没有找到微家集群“{name}”，这一行没有写入。请核对名称，或先登记集群。")
            raise NoCluster(message.format(name=name))
        if len(near) > 1:
            message = _(
                "有几个微家集群都叫“{name}”，这一行没有写入。请清空这一格，写入后在阵地页面选择。"
            )
            raise NoCluster(message.format(name=name))
        return near[0][2]
