"""Reading a file of divisions: every row is checked before anything is written.

The file is CSV (or CSV packed by gzip) in UTF-8 with the columns ``code, name, level,
parent_code``. Its rows may come in any order.
"""

import csv
import gzip
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from orgs.services.naming import is_no_place

COLUMNS = ("code", "name", "level", "parent_code")
RANKS = {
    "nation": 0,
    "province": 1,
    "city": 2,
    "district": 3,
    "town": 4,
    "village": 5,
    "group": 6,
}
LENGTHS = {
    "nation": (1,),
    "province": (2,),
    "city": (4,),
    "district": (6,),
    "town": (9,),
    "village": (12,),
    "group": (14, 15),
}
LONGEST_NAME = 80
SHOWN_PROBLEMS = 20
GZIP_MAGIC = b"\x1f\x8b"
# Workbooks (zip, OLE), PDF and pictures begin like this.
OTHER_FORMATS = {b"PK", b"\xd0\xcf", b"%P", b"\x89P", b"\xff\xd8"}


class FileRefused(Exception):
    """The file of divisions cannot be loaded; ``problems`` are sentences naming their lines."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(slots=True)
class Place:
    """One row of the file."""

    line: int
    code: str
    name: str
    level: str
    parent_code: str


@dataclass
class Divisions:
    """The places of a file, parents before children, without the rows that are no places.

    ``parent_of`` maps a code to its parent's code ("" for a root).
    """

    places: list[Place]
    parent_of: dict[str, str]
    collapsed: int = 0
    outside: set[str] = field(default_factory=set)


def read_divisions(path: Path, known_codes: set[str] | None = None) -> Divisions:
    """The checked places of a file. Raises FileRefused with every problem that was found.

    ``known_codes`` are places that stand already and may be parents of rows of the file.
    """
    places = _rows(path)
    problems = _cell_problems(places)
    if not problems:
        problems = _tree_problems(places, known_codes or set())
    if problems:
        raise FileRefused(_shown(problems))
    return _arranged(places)


def _rows(path: Path) -> list[Place]:
    line = 1
    try:
        with _opened(path) as text:
            reader = csv.reader(text, strict=True)
            columns = _columns(next(reader, []))
            places = []
            for row in reader:
                line = reader.line_num
                if "".join(row).strip():
                    places.append(_place(line, row, columns))
    except UnicodeDecodeError as error:
        line = _line_of_bad_bytes(path)
        raise FileRefused(
            [
                _("第 {line} 行不是 UTF-8 编码。请把文件另存为“CSV UTF-8”后再导入。").format(
                    line=line
                )
            ]
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileRefused(
            [_("压缩文件不完整，读到第 {line} 行后中断。请重新下载或重新压缩。").format(line=line)]
        ) from error
    except csv.Error as error:
        raise FileRefused(
            [_("第 {line} 行不是完整的 CSV 行。请检查引号和分隔符。").format(line=line + 1)]
        ) from error
    except OSError as error:
        raise FileRefused(
            [_("打不开文件“{name}”。请检查路径和权限。").format(name=path.name)]
        ) from error
    if not places:
        raise FileRefused([_("文件第 1 行之后没有数据。请确认选对了文件。")])
    return places


def _opened(path: Path) -> TextIO:
    head = _head(path)
    if head == GZIP_MAGIC:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    if head in OTHER_FORMATS:
        raise FileRefused([_("第 1 行不是文字，这不是 CSV 文件。请另存为“CSV UTF-8”后再导入。")])
    return path.open(encoding="utf-8-sig", newline="")


def _head(path: Path) -> bytes:
    with path.open("rb") as raw:
        return raw.read(2)


def _line_of_bad_bytes(path: Path) -> int:
    opened = gzip.open if _head(path) == GZIP_MAGIC else open
    with opened(path, "rb") as raw:
        for number, line in enumerate(raw, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1


def _columns(header: list[str]) -> list[int]:
    names = [cell.strip().lower() for cell in header]
    if not any(names):
        raise FileRefused([_("文件第 1 行是空的，应为表头 code,name,level,parent_code。")])
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise FileRefused(
            [
                _("第 1 行表头缺少 {missing}。表头应为 code,name,level,parent_code。").format(
                    missing="、".join(missing)
                )
            ]
        )
    return [names.index(name) for name in COLUMNS]


def _place(line: int, row: list[str], columns: list[int]) -> Place:
    try:
        code, name, level, parent_code = [row[column].strip() for column in columns]
    except IndexError:
        raise FileRefused(
            [
                _("第 {line} 行只有 {count} 列，应有 code、name、level、parent_code 四列。").format(
                    line=line, count=len(row)
                )
            ]
        ) from None
    return Place(line, code, name, level.lower(), parent_code)


def _cell_problems(places: list[Place]) -> list[str]:
    problems = []
    first_line: dict[str, int] = {}
    for place in places:
        sentence = _cell_problem(place)
        if sentence is None and place.code in first_line:
            sentence = _("编号 {code} 与第 {other} 行重复，请只留一行").format(
                code=place.code, other=first_line[place.code]
            )
        first_line.setdefault(place.code, place.line)
        if sentence:
            problems.append(_at(place, sentence))
    return problems


def _cell_problem(place: Place) -> str | None:
    if place.level not in RANKS:
        return _("层级“{level}”不认识，应为 {known} 之一").format(
            level=place.level, known="、".join(RANKS)
        )
    if not place.code.isascii() or not place.code.isdigit():
        return _("编号“{code}”不是数字").format(code=place.code)
    if len(place.code) not in LENGTHS[place.level]:
        return _("编号 {code} 是 {seen} 位，层级 {level} 的编号应为 {wanted} 位").format(
            code=place.code,
            seen=len(place.code),
            level=place.level,
            wanted=_("或 ").join(str(length) for length in LENGTHS[place.level]),
        )
    if not place.name:
        return _("编号 {code} 没有名称").format(code=place.code)
    if len(place.name) > LONGEST_NAME:
        return _("名称超过 {most} 个字").format(most=LONGEST_NAME)
    return None


def _tree_problems(places: list[Place], known_codes: set[str]) -> list[str]:
    by_code = {place.code: place for place in places}
    top = min(RANKS[place.level] for place in places)
    problems = []
    for place in places:
        sentence = _parent_problem(place, by_code, known_codes, top)
        if sentence:
            problems.append(_at(place, sentence))
    return problems


def _parent_problem(
    place: Place, by_code: dict[str, Place], known_codes: set[str], top: int
) -> str | None:
    rank = RANKS[place.level]
    if not place.parent_code:
        return None if rank == top else _("没有上级编号，只有最高一级可以不填")
    parent = by_code.get(place.parent_code)
    if parent is None and place.parent_code not in known_codes:
        return _("上级编号 {code} 既不在文件里，也不在系统里").format(code=place.parent_code)
    if parent is not None and RANKS[parent.level] >= rank:
        if _is_in_loop(place, by_code):
            return _("编号 {code} 的上下级绕成了一圈，请改正上级编号").format(code=place.code)
        return _("上级编号 {code} 的层级 {level} 不高于本行").format(
            code=place.parent_code, level=parent.level
        )
    if len(place.parent_code) > 1 and not place.code.startswith(place.parent_code):
        return _("编号 {code} 不以上级编号 {parent} 开头").format(
            code=place.code, parent=place.parent_code
        )
    return None


def _is_in_loop(place: Place, by_code: dict[str, Place]) -> bool:
    seen = set()
    here: Place | None = place
    while here is not None and here.code not in seen:
        seen.add(here.code)
        here = by_code.get(here.parent_code)
    return here is not None


def _at(place: Place, sentence: str) -> str:
    return _("第 {line} 行：{sentence}。").format(line=place.line, sentence=sentence)


def _shown(problems: list[str]) -> list[str]:
    if len(problems) <= SHOWN_PROBLEMS:
        return problems
    rest = _("还有 {count} 处同样需要改正。").format(count=len(problems) - SHOWN_PROBLEMS)
    return [*problems[:SHOWN_PROBLEMS], rest]


def _arranged(places: list[Place]) -> Divisions:
    gone = {p.code: p.parent_code for p in places if is_no_place(p.level, p.name)}
    kept = [place for place in places if place.code not in gone]
    # A row that is no place hands its children to its own parent.
    parent_of = {p.code: gone.get(p.parent_code, p.parent_code) for p in kept}
    kept.sort(key=lambda place: (RANKS[place.level], place.code))
    inside = {place.code for place in kept}
    outside = {code for code in parent_of.values() if code and code not in inside}
    return Divisions(kept, parent_of, len(gone), outside)
