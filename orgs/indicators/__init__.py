"""Figures of organisations and terms, and what other rooms read about organisations and reports."""

from orgs.indicators.building import TownsWithFederation, VillagesWithFederation
from orgs.indicators.life import OrganisationsAlive
from orgs.indicators.reading import (
    Built,
    Reports,
    Standing,
    built,
    flag,
    latest_facts,
    reports,
    standing,
)
from orgs.indicators.signs import Sign, signs
from orgs.indicators.terms import TermsOverdue, TermsRenewed

__all__ = [
    "Built",
    "OrganisationsAlive",
    "Reports",
    "Sign",
    "Standing",
    "TermsOverdue",
    "TermsRenewed",
    "TownsWithFederation",
    "VillagesWithFederation",
    "built",
    "flag",
    "latest_facts",
    "reports",
    "signs",
    "standing",
]
