"""Figures of committees, of their heads and of their leading bodies."""

from cadres.indicators.bodies import BodiesWithPartTimeVice, LeadersFromOutside
from cadres.indicators.committees import (
    CommitteesOfFullSize,
    LeadingBodiesComplete,
    MeanAgeOfMembers,
    MembersPerTown,
)
from cadres.indicators.heads import (
    CommunityHeadsOnTwoCommittees,
    TownHeadsFullTime,
    TownHeadsOfHigherRank,
    VillageHeadsOnTwoCommittees,
)
from cadres.indicators.signs import PostChanged

__all__ = [
    "BodiesWithPartTimeVice",
    "CommitteesOfFullSize",
    "CommunityHeadsOnTwoCommittees",
    "LeadersFromOutside",
    "LeadingBodiesComplete",
    "MeanAgeOfMembers",
    "MembersPerTown",
    "PostChanged",
    "TownHeadsFullTime",
    "TownHeadsOfHigherRank",
    "VillageHeadsOnTwoCommittees",
]
