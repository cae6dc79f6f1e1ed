"""The organisation tree and what belongs to an organisation itself."""

from orgs.models.dates import Precision
from orgs.models.host_units import HostUnit, HostUnitQuerySet
from orgs.models.kinds import Kind
from orgs.models.ranks import Rank
from orgs.models.renewals import Renewal, RenewalQuerySet
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
    "HostUnit",
    "HostUnitQuerySet",
    "Kind",
    "Organisation",
    "OrganisationQuerySet",
    "ParentLink",
    "ParentLinkQuerySet",
    "Precision",
    "Rank",
    "Renewal",
    "RenewalQuerySet",
    "ReportedFact",
    "Term",
    "TermQuerySet",
    "written_codes",
]
