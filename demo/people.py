"""Invented people: names, ID numbers and telephone numbers that can belong to nobody."""

from datetime import date, timedelta
from random import Random

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛阎段雷侯龙史陶黎贺顾毛郝龚"
)
GIVEN = (
    "秀英丽敏静芳娟艳燕霞玲桂兰红梅琼华萍洁云莲珍荣爱春菊凤琴素莉雪晶莹慧倩婷雅淑惠珠翠香月娥媛瑞"
    "佳嘉勤贞环毓瑶怡婵雁蓓纨仪荷丹蓉眉君琪思彤欣"
)
# A county code that was never assigned: the number has a right check digit and no owner.
NO_COUNTY = "500199"
SHARES = 50
#: so often a number of a day is drawn until its ten are taken for used up
MOST_TRIES = 200
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def invented_name(chance: Random) -> str:
    """Two or three characters."""
    given = chance.choice(GIVEN)
    if chance.random() < 0.8:
        given += chance.choice(GIVEN)
    return chance.choice(SURNAMES) + given


def invented_phone(chance: Random) -> str:
    """Eleven digits from 140: a block of machine numbers, where no handset has eleven digits."""
    return f"140{chance.randrange(10**8):08d}"


def invented_birth(chance: Random, today: date) -> date:
    """A day of birth of somebody between 23 and 62."""
    return today - timedelta(days=chance.randint(23 * 366, 62 * 365))


class IdNumbers:
    """Hands out ID numbers of women, each once.

    ``share`` is a number below SHARES: two with different shares never give the same number, so
    that each district can be made by itself.
    """

    def __init__(self, share: int = 0) -> None:
        if not 0 <= share < SHARES:
            raise ValueError(share)
        self._share = share
        self._given: set[str] = set()

    def number(self, chance: Random, birth: date) -> str:
        """An ID number with this birth that was not handed out before.

        Of a day there are ten; whoever comes later was born on the next one that is left.
        """
        tries = 0
        while True:
            tries += 1
            if tries > MOST_TRIES:
                tries, birth = 0, birth + timedelta(days=1)
            serial = f"{2 * self._share + chance.randrange(2):02d}{chance.choice('02468')}"
            head = f"{NO_COUNTY}{birth:%Y%m%d}{serial}"
            rest = sum(int(d) * w for d, w in zip(head, WEIGHTS, strict=True)) % 11
            made = head + "10X98765432"[rest]
            if made not in self._given:
                self._given.add(made)
                return made
