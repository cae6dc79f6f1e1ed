"""People, the posts they hold, and what people tell of themselves."""

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
    "begun",
    "shown_by_person",
    "ways",
]
