"""Who is who among people known by number, or by name and telephone alone."""

from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Who(NamedTuple):
    """What somebody is known by: her name, and the digests of her ID number and telephone."""

    name: str
    number: bytes | None
    phone: bytes | None


class Known(Generic[T]):
    """People with something kept for each, found by number, else by name and telephone."""

    def __init__(self) -> None:
        self._by_number: dict[bytes, list[T]] = {}
        self._by_name: dict[str, list[tuple[Who, T]]] = {}

    def add(self, who: Who, kept: T) -> None:
        """Keep ``kept`` for ``who``; of two with one number the first is found."""
        if who.number:
            self._by_number.setdefault(who.number, []).append(kept)
        self._by_name.setdefault(who.name, []).append((who, kept))

    def find(self, who: Who) -> T | None:
        """What is kept for ``who``: the same number, or name and telephone where one lacks it."""
        return next(iter(self.all(who)), None)

    def all(self, who: Who) -> list[T]:
        """Everything that ``find`` could give, in the order in which it was added."""
        if who.number and who.number in self._by_number:
            return self._by_number[who.number]
        return [kept for other, kept in self._of(who) if _is_same(who, other)]

    def doubts(self, who: Who) -> bool:
        """Whether somebody of this name may be ``who``: nothing that is known tells them apart."""
        return any(not _is_same(who, other) and _may_be(who, other) for other, _k in self._of(who))

    def near(self, who: Who) -> list[T]:
        """Everything kept for this name or number, each once."""
        found = [kept for _other, kept in self._of(who)]
        mine = self._by_number.get(who.number, []) if who.number else []
        return found + [kept for kept in mine if kept not in found]

    def _of(self, who: Who) -> list[tuple[Who, T]]:
        return self._by_name.get(who.name, [])


def _is_same(one: Who, other: Who) -> bool:
    """Of one name: the same telephone where not both have a number, or nothing known of either."""
    if one.number and other.number or one.phone != other.phone:
        return False
    return bool(one.phone) or not (one.number or other.number)


def _may_be(one: Who, other: Who) -> bool:
    """Neither two numbers nor two telephones tell them apart."""
    return not (one.number and other.number) and not (one.phone and other.phone)
