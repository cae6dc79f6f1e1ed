"""The organisation tree and what belongs to an organisation itself."""

from orgs.models.dates import Precision
from orgs.models.kinds import Kind
from orgs.models.ranks import Rank
from orgs.models.terms import ReportedFact, Term, TermQuerySet
from orgs.models.tree import (
    Alias,
    Organisation,
    OrganisationQuerySet,
    ParentLink,
    ParentLinkQuerySet,
    written_codes,
)

__all__ = [
    "Alias",
    "Kind",
    "Organisation",
    "OrganisationQuerySet",
    "ParentLink",
    "ParentLinkQuerySet",
    "Precision",
    "Rank",
    "ReportedFact",
    "Term",
    "TermQuerySet",
    "written_codes",
]
