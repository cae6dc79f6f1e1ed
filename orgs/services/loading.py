"""Loading the divisions: adds and renames places, and never undoes what was decided by hand."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.tree import STEP, step, step_number
from federation.audit.services import Actor, record_changes, record_event, snapshot
from federation.bulk.services import insert_with_defaults, reserve_ids
from federation.identity import uuid7_texts
from federation.registers.services import change_row
from federation.signals import records_changed
from orgs.models import Alias, Kind, Organisation, ParentLink
from orgs.services.divisions import Divisions, Place, read_divisions
from orgs.services.naming import is_expected, kind_code, pinyin, short_name

ORGANISATION_COLUMNS = (
    "id", "uid", "code", "name", "short_name", "pinyin", "initials", "kind_id", "kind_group",
    "parent_id", "path", "depth", "branch_id", "status", "is_expected",
)  # fmt: skip


class Standing(NamedTuple):
    """What the tree holds of one organisation."""

    id: int
    code: str
    name: str
    parent_id: int | None
    path: str
    depth: int
    branch_id: int | None
    kind_id: int


@dataclass
class Loaded:
    """What a load did: counts, and where the file and the tree differ (sentences)."""

    created: int = 0
    renamed: int = 0
    unchanged: int = 0
    collapsed: int = 0
    not_expected: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    differences: list[dict[str, str]] = field(default_factory=list)


def divisions_load(*, path: Path, actor: Actor | None = None) -> Loaded:
    """Load a file of divisions into the tree, in one transaction.

    New places are added as not built with open-ended parent links, changed names become the name
    and leave the old one as an alias. A place that was moved, renamed or made by hand stays as it
    is and is listed. Raises FileRefused; then nothing was written. A load is one deed in the log,
    by ``actor`` (default: somebody at the command line); a renamed place is a change of its own.
    """
    actor = actor or Actor.command()
    with transaction.atomic():
        tree = _tree()
        divisions = read_divisions(path, set(tree))
        loaded = Loaded(collapsed=divisions.collapsed)
        kinds = {kind.code: kind for kind in Kind.objects.all()}
        created = _add(divisions, tree, kinds, loaded)
        renamed = _rename(divisions, tree, kinds, loaded, actor)
        _compare(divisions, tree, loaded)
        _count(divisions, kinds, loaded)
        if created or renamed:
            record_event(
                "divisions_loaded",
                actor=actor,
                file=path.name,
                created=loaded.created,
                renamed=loaded.renamed,
            )
            records_changed.send(
                sender=Organisation, organisation_ids=created | renamed, inline=False
            )
    return loaded


def _tree() -> dict[str, Standing]:
    # Locks the rows on PostgreSQL; SQLite's transaction is exclusive from its start.
    rows = Organisation.objects.select_for_update().values_list(*Standing._fields)
    return {row[1]: Standing(*row) for row in rows.iterator(chunk_size=20_000)}


def _add(
    divisions: Divisions, tree: dict[str, Standing], kinds: dict[str, Kind], loaded: Loaded
) -> set[int]:
    """Write the places that are new, parents first. Returns their ids."""
    new = [place for place in divisions.places if place.code not in tree]
    if not new:
        return set()
    ids = reserve_ids(Organisation, len(new))
    steps = _next_steps(tree.values())
    here = dict(tree)
    rows = []
    for place, pk, uid in zip(new, ids, uuid7_texts(len(new)), strict=True):
        kind = kinds[kind_code(place.level, place.code, place.name)]
        node = _placed(place, pk, kind, here.get(divisions.parent_of[place.code]), steps)
        here[place.code] = node
        rows.append(_row(place, node, kind, uid))
    insert_with_defaults(Organisation, ORGANISATION_COLUMNS, rows)
    _link([here[place.code] for place in new])
    loaded.created = len(rows)
    return {row[0] for row in rows}


def _next_steps(nodes: Iterable[Standing]) -> dict[str, int]:
    """The next free step below each path ("" for roots)."""
    steps: dict[str, int] = defaultdict(int)
    for node in nodes:
        above = node.path[:-STEP]
        steps[above] = max(steps[above], step_number(node.path) + 1)
    return steps


def _placed(
    place: Place, pk: int, kind: Kind, parent: Standing | None, steps: dict[str, int]
) -> Standing:
    above = parent.path if parent else ""
    path = above + step(steps[above])
    steps[above] += 1
    branch = pk if kind.is_branch else parent.branch_id if parent else None
    depth = parent.depth + 1 if parent else 0
    parent_id = parent.id if parent else None
    return Standing(pk, place.code, place.name, parent_id, path, depth, branch, kind.pk)


def _row(place: Place, node: Standing, kind: Kind, uid: str) -> tuple[Any, ...]:
    short = short_name(place.level, place.name)
    whole, initials = pinyin(short)
    return (
        node.id, uid, node.code, node.name, short, whole, initials, kind.pk, kind.group,
        node.parent_id, node.path, node.depth, node.branch_id, "00",
        is_expected(place.level, place.code, place.name),
    )  # fmt: skip


def _link(nodes: list[Standing]) -> None:
    uids = uuid7_texts(len(nodes))
    rows = [
        (uid, node.id, node.parent_id)
        for uid, node in zip(uids, nodes, strict=True)
        if node.parent_id is not None
    ]
    insert_with_defaults(ParentLink, ("uid", "organisation_id", "parent_id"), rows)


def _rename(
    divisions: Divisions,
    tree: dict[str, Standing],
    kinds: dict[str, Kind],
    loaded: Loaded,
    actor: Actor,
) -> set[int]:
    """Give places their new names; a name that was given up by hand is not brought back."""
    changed = [
        (place, tree[place.code])
        for place in divisions.places
        if place.code in tree and tree[place.code].name != place.name
    ]
    given_up = set(
        Alias.objects.filter(
            sort=Alias.Sort.FORMER_NAME, organisation__in=[node.id for _place, node in changed]
        ).values_list("organisation_id", "text")
    )
    renamed = set()
    for place, node in changed:
        if (node.id, place.name) in given_up:
            sentence = _("文件中为“{name}”，系统中已改名为“{here}”，未改回")
            _differs(loaded, place.code, sentence.format(name=place.name, here=node.name))
        else:
            _give_name(place, node, kinds, actor)
            renamed.add(node.id)
    loaded.renamed = len(renamed)
    present = sum(place.code in tree for place in divisions.places)
    loaded.unchanged = present - len(renamed)
    return renamed


def _give_name(place: Place, node: Standing, kinds: dict[str, Kind], actor: Actor) -> None:
    short = short_name(place.level, place.name)
    whole, initials = pinyin(short)
    organisation = Organisation.objects.get(pk=node.id)
    before = snapshot(organisation)
    organisation.name, organisation.short_name = place.name, short
    organisation.pinyin, organisation.initials = whole, initials
    # A town that becomes a street changes kind with its name, unless its kind was set by hand.
    if node.kind_id == kinds[kind_code(place.level, place.code, node.name)].pk:
        organisation.kind = kinds[kind_code(place.level, place.code, place.name)]
    organisation.version += 1
    organisation.save(update_fields=["name", "short_name", "pinyin", "initials", "kind", "version"])
    row = change_row(organisation, before, snapshot(organisation), organisation.pk)
    record_changes([row], actor=actor)
    former = short_name(place.level, node.name)
    Alias.objects.get_or_create(
        organisation=organisation,
        sort=Alias.Sort.FORMER_NAME,
        text=node.name,
        defaults={"initials": pinyin(former)[1], "since": timezone.localdate()},
    )


def _compare(divisions: Divisions, tree: dict[str, Standing], loaded: Loaded) -> None:
    """List what stands elsewhere than in the file, and what the file no longer holds."""
    code_of = {node.id: code for code, node in tree.items()}
    for place in divisions.places:
        if place.code not in tree:
            continue
        wanted = divisions.parent_of[place.code]
        parent_id = tree[place.code].parent_id
        stands = code_of[parent_id] if parent_id is not None else ""
        if stands != wanted and wanted:
            sentence = _("文件中隶属 {wanted}，系统中隶属 {stands}，未改动")
            _differs(loaded, place.code, sentence.format(wanted=wanted, stands=stands))
    _missing(divisions, tree, loaded)


def _missing(divisions: Divisions, tree: dict[str, Standing], loaded: Loaded) -> None:
    codes = {place.code for place in divisions.places}
    roots = tuple(code for code, parent in divisions.parent_of.items() if not parent)
    for code in sorted(tree):
        if code.isdigit() and code not in codes and roots and code.startswith(roots):
            _differs(loaded, code, _("系统中有，文件中没有，未改动"))


def _differs(loaded: Loaded, code: str, sentence: str) -> None:
    loaded.differences.append({"code": code, "difference": sentence})


def _count(divisions: Divisions, kinds: dict[str, Kind], loaded: Loaded) -> None:
    counted: Counter[str] = Counter()
    for place in divisions.places:
        counted[kind_code(place.level, place.code, place.name)] += 1
        loaded.not_expected += not is_expected(place.level, place.code, place.name)
    loaded.kinds = dict(sorted(counted.items()))
    for code, number in loaded.kinds.items():
        group = kinds[code].group
        loaded.groups[group] = loaded.groups.get(group, 0) + number
