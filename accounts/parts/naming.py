"""User names made from people's names."""

from collections.abc import Container

from orgs.services.naming import pinyin

LEAST, MOST = 3, 36
# Names without any syllable (rare characters) start with this.
NAMELESS = "user"


def free_username(name: str, taken: Container[str]) -> str:
    """The pinyin of ``name``, numbered from 2 on where it is taken; never any personal number."""
    letters = "".join(letter for letter in pinyin(name)[0] if "a" <= letter <= "z")
    stem = (letters if len(letters) >= LEAST else f"{NAMELESS}{letters}")[:MOST]
    number, wanted = 1, stem
    while wanted in taken:
        number += 1
        wanted = f"{stem}{number}"
    return wanted
