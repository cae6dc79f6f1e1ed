"""妇女之家 and the places like it: kinds, places, standards and checks."""

from homes.models.checks import AnswersField, HomeCheck, Standard, StandardItem
from homes.models.homes import Home, HomeQuerySet
from homes.models.kinds import HomeKind

__all__ = [
    "AnswersField",
    "Home",
    "HomeCheck",
    "HomeKind",
    "HomeQuerySet",
    "Standard",
    "StandardItem",
]
