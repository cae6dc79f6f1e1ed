"""Chairs, vice chairs and members as a counting table asks for them: every post is counted."""

from datetime import date
from typing import Any, ClassVar

import numpy as np
from django.db.models import Count as Counted
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cadres.models import Appointment
from federation.coverage.counts import Count, counts
from federation.coverage.units import Units
from federation.exchange.models import Option

OLDEST_OF_THE_YOUNG = 35
FULL_TIME, PART_TIME = Appointment.Engagement.FULL_TIME, Appointment.Engagement.PART_TIME
COLLEGE, PARTY = ("10", "20", "30"), ("01", "02")
HEAD = Q(is_head=True)
VICE = Q(is_head=False, post__is_leading=True)
MEMBER = Q(post__is_committee=True)
CHAIRS, VICES, MEMBERS = _("主席"), _("副主席"), _("执委")


def labels(list_key: str, codes: tuple[str, ...]) -> Any:
    """What these options are called today: people carry the label. No query of its own."""
    return Option.objects.filter(list_key=list_key, code__in=codes).values("label")


def born_after(day: date) -> date:
    """Who was born after it is at most 35 years old on ``day``."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(day.year - OLDEST_OF_THE_YOUNG - 1, day.month, last)


def questions(on: date) -> dict[str, Q]:
    """What is asked of every post in office, by the key of its count."""
    young = Q(person__birth_on__gt=born_after(on))
    return {
        "chair_all": HEAD,
        "chair_full_time": HEAD & Q(engagement=FULL_TIME),
        "chair_part_time": HEAD & Q(engagement=PART_TIME),
        "chair_on_two": HEAD & Q(is_on_two_committees=True),
        "chair_college": HEAD & Q(person__education__in=labels("education", COLLEGE)),
        "chair_young": HEAD & young,
        "chair_party": HEAD & Q(person__political__in=labels("political", PARTY)),
        "vice_all": VICE,
        "vice_full_time": VICE & Q(engagement=FULL_TIME),
        "vice_part_time": VICE & Q(engagement=PART_TIME),
        "member_all": MEMBER,
        "member_young": MEMBER & young,
    }


def posts_held(units: Units) -> dict[str, np.ndarray]:
    """For every question a column: how many posts of each unit answer to it."""
    asked = questions(units.on)
    held = units.narrow(Appointment.objects.in_office_on(units.on).order_by())
    sums = [Counted("pk", filter=question) for question in asked.values()]
    names = [f"n{place}" for place in range(len(sums))]
    rows = held.values("organisation_id").annotate(**dict(zip(names, sums, strict=True)))
    table = units.table(rows.values_list("organisation_id", *names), len(names))
    return {key: table[:, place] for place, key in enumerate(asked)}


class OfPosts(Count):
    """Posts held on the day."""

    key: ClassVar[str]

    def own(self, units: Units) -> np.ndarray:
        return units.read(posts_held)[self.key]


ALL = ("小计", "合计", "总数", "人数", "数量", "总人数")
SORTS = {
    "all": (_("小计"), ALL),
    "full_time": (_("专职"), ("专职人数",)),
    "part_time": (_("兼职"), ("兼职人数",)),
    "on_two": (_("进“两委”"), ("进两委", "进入两委", "进村（社区）两委", "进两委人数")),
    "college": (_("大专以上"), ("大专及以上", "大专以上学历", "大专及以上学历")),
    "young": (_("35岁以下"), ("35岁及以下", "35周岁以下", "三十五岁以下")),
    "party": (_("党员"), ("中共党员", "党员人数")),
}
GROUPS = {
    "chair": (CHAIRS, ("妇联主席", "主席情况", "主席数"), ("主席", "主席数", "主席人数")),
    "vice": (VICES, ("妇联副主席", "副主席情况"), ("副主席", "副主席数", "副主席人数")),
    "member": (MEMBERS, ("执行委员", "执委情况", "执委会委员"), ("执委", "执委数", "执委人数")),
}


def declare(key: str, order: int) -> None:
    """One count from the tables above."""
    who, _mark, sort = key.partition("_")
    (group, groups, alone), (heading, headings) = GROUPS[who], SORTS[sort]
    counts.register(
        type(
            f"Of_{key}",
            (OfPosts,),
            {
                "key": key,
                "group": group,
                "groups": groups,
                "heading": heading,
                "headings": headings,
                "alone": alone if sort == "all" else (),
                "order": order,
            },
        )
    )


for _place, _key in enumerate(
    (
        "chair_all",
        "chair_full_time",
        "chair_part_time",
        "chair_on_two",
        "chair_college",
        "chair_young",
        "chair_party",
        "vice_all",
        "vice_full_time",
        "vice_part_time",
        "member_all",
        "member_young",
    )  # fmt: skip
):
    declare(_key, 200 + _place)
