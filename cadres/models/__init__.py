"""People, the posts they hold, what people tell of themselves, and volunteers."""

from cadres.models.people import (
    BY_AGE,
    BY_PINYIN,
    FOUND_IN_ORDER,
    IN_ORDER,
    RECENT_DAYS,
    Appointment,
    AppointmentQuerySet,
    Person,
    PersonQuerySet,
    Post,
    PostShown,
    begun,
    shown_by_person,
    ways,
)
from cadres.models.profiles import Profile, ProfileQuerySet
from cadres.models.volunteers import Volunteer, VolunteerQuerySet

__all__ = [
    "BY_AGE",
    "BY_PINYIN",
    "FOUND_IN_ORDER",
    "IN_ORDER",
    "RECENT_DAYS",
    "Appointment",
    "AppointmentQuerySet",
    "Person",
    "PersonQuerySet",
    "Post",
    "PostShown",
    "Profile",
    "ProfileQuerySet",
    "Volunteer",
    "VolunteerQuerySet",
    "begun",
    "shown_by_person",
    "ways",
]
