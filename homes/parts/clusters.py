"""The cluster a micro-home belongs to: named in its row, standing already or in the same table."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from federation.exchange.cleaners.text import squash
from federation.exchange.plans import Note, Rows
from homes.parts.deciding import Deciding, Line, name_of
from homes.parts.standing import Register

#: the key of a cluster that stands, or the uid of one that the table brings in
Reference = int | str
NOBODY = UUID(int=0)


class Known(NamedTuple):
    """A cluster a row may name: its organisation, the district of that, what refers to it."""

    owner: int
    branch: int | None
    reference: Reference


class NoCluster(Exception):
    """The row names a cluster that cannot be told; the message is a sentence for the clerk."""


def called(line: Line) -> str:
    """The name of a row's place: as told, else as it stands, else as it will be called."""
    return line.name or (line.place.name if line.place else name_of(line))


def marks_of(rows: Rows, found: Register, tokens: Mapping[int, Any]) -> dict[str, str]:
    """For each name in the column of clusters, a mark of every record the name may mean.

    They are the clusters that stand, and the organisations (``tokens``) whose rows bring one in:
    where such a row is not written any more, nothing may be written that refers to it.
    """
    wanted = {squash(name) for name in rows.column("cluster") if name}
    makers: dict[str, set[int]] = {key: set() for key in wanted}
    deciding = Deciding(rows, found) if wanted else None
    for row in range(rows.count if deciding else 0):
        line = deciding.line(row, NOBODY)
        if line.kind is not None and line.kind.is_cluster and squash(called(line)) in makers:
            makers[squash(called(line))].add(line.owner.pk)
    return {
        key: blake2b(
            repr((found.clusters.get(key), [tokens[pk] for pk in sorted(owners)])).encode(),
            digest_size=8,
        ).hexdigest()
        for key, owners in makers.items()
    }


class Clusters:
    """The clusters that rows of a table may name: those that stand and those it brings in."""

    def __init__(self, found: Register, lines: Iterable[Line]) -> None:
        self.found = found
        self.own: dict[str, list[Known]] = {}
        self.closed: set[int] = set()
        #: what is to be said of clusters found far away
        self.doubts: list[Note] = []
        for line in lines:
            if line.kind.is_cluster:
                self._take(line)

    def _take(self, line: Line) -> None:
        if line.closes is not None:
            # Nothing new joins a cluster that the same table tells is closed.
            self.closed |= {line.place.pk} if line.place else set()
            return
        reference = line.place.pk if line.place else line.uid.hex
        named = self.own.setdefault(squash(called(line)), [])
        named.append(Known(line.owner.pk, line.owner.branch_id, reference))

    def _known(self, key: str) -> list[Known]:
        """Every cluster of a name once, whether the table tells of it or not."""
        standing = [
            Known(one.organisation_id, one.branch_id, one.pk)
            for one in self.found.clusters.get(key, ())
            if one.pk not in self.closed
        ]
        return list({one.reference: one for one in [*standing, *self.own.get(key, ())]}.values())

    def named(self, line: Line, name: str | None) -> Reference | None:
        """What a row calls its cluster, as a reference. Raises NoCluster."""
        if name is None:
            return None
        if line.place is not None and squash(line.place.cluster_name or "") == squash(name):
            # It belongs there already, wherever that is and whether it is in use or not.
            return line.place.cluster_id
        known = self._known(squash(name))
        own = [one for one in known if one.owner == line.owner.pk]
        # Towns of two districts may be called the same; within a district they are not.
        near = own or [one for one in known if one.branch == line.owner.branch_id] or known
        if not near:
            message = _("没有找到微家集群“{name}”，这一行没有写入。请核对名称，或先登记集群。")
            raise NoCluster(message.format(name=name))
        if len(near) > 1:
            message = _(
                "有几个微家集群都叫“{name}”，这一行没有写入。请清空这一格，写入后在阵地页面选择。"
            )
            raise NoCluster(message.format(name=name))
        self._doubt(line, name, near[0])
        return near[0].reference

    def _doubt(self, line: Line, name: str, chosen: Known) -> None:
        if chosen.branch not in (None, line.owner.branch_id):
            message = _("微家集群“{name}”在另一个区县，请核对是不是同一个。")
            self.doubts.append(Note(line.row, "cluster_elsewhere", message.format(name=name)))
