"""What a row of the list means: a new account, one that is there already, or a doubt."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.parts.matching import Register, StandingAccount, StandingPerson, digests
from accounts.parts.naming import free_username
from federation.access.authority import may_grant
from federation.access.forms import USERNAME
from federation.exchange.plans import CONFLICT, DUPLICATE, NEW, UNCHANGED, Rows


@dataclass
class Decision:
    """What becomes of one row."""

    bits: int = NEW
    person: StandingPerson | None = None
    account: StandingAccount | None = None
    username: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)

    def stop(self, bits: int, code: str, message: str) -> "Decision":
        """The row writes nothing, and why."""
        self.bits = bits
        self.notes.append((code, message))
        return self

    def token(self) -> tuple[Any, ...]:
        """Changes whenever the row would be decided in another way."""
        person = self.person and (self.person.pk, self.person.version, self.person.user_id)
        return (self.bits, person, self.account and self.account.pk, self.username)


class Decider:
    """Decides the rows in the order of the file."""

    def __init__(self, rows: Rows, register: Register) -> None:
        self.rows, self.register = rows, register
        self.numbers = digests("id_number", rows.column("id_number"))
        self.phones = digests("phone", rows.column("phone"))
        self.grants: dict[tuple[str, str], bool] = {}
        self.met: set[Any] = set()
        self.given = {str(name).lower() for name in rows.column("username") if name}

    def decisions(self) -> list[Decision]:
        """One for each row."""
        return [self._decide(row) for row in range(self.rows.count)]

    def _decide(self, row: int) -> Decision:
        found = Decision()
        for ask in (self._right, self._who, self._twice, self._standing, self._name):
            ask(row, found)
            if found.bits != NEW:
                break
        return found

    def _right(self, row: int, found: Decision) -> None:
        """Whether whoever imports may grant the role there."""
        code = self.rows.column("role")[row].code
        place = self.register.places[self.rows.organisation_ids[row]]
        role = self.register.roles.get(code)
        if role is None:
            words = _("系统中没有设置这个角色，这一行没有写入，请联系管理员。")
            found.stop(CONFLICT, "unknown_role", words)
        elif not self._may_grant(code, place.path):
            words = _("您不能在{place}授予角色“{role}”，请改为下级单位或其他角色。")
            found.stop(CONFLICT, "no_right", words.format(place=place.name, role=role))

    def _may_grant(self, code: str, path: str) -> bool:
        officer, known = self.register.officer, (code, path)
        if known not in self.grants:
            role = self.register.roles[code]
            self.grants[known] = officer is None or may_grant(officer, role, path)
        return self.grants[known]

    def _who(self, row: int, found: Decision) -> None:
        """The person of the register: by her ID number, else by unit and name."""
        name, number = self.rows.column("person_name")[row], self.numbers[row]
        if number is not None:
            found.person = self.register.by_number.get(number)
            if found.person is None:
                words = _("人员名册里没有这个身份证号，账号暂不与人员关联。")
                found.notes.append(("person_unknown", words))
            elif found.person.name != name:
                words = _("此身份证号在人员名册中的姓名不同，没有写入，请核对。")
                found.stop(CONFLICT, "name_differs", words)
            return
        here = self.register.by_name.get((self.rows.organisation_ids[row], name), [])
        same = [one for one in here if one.phone_digest == self.phones[row]] or here
        if len(same) == 1:
            found.person = same[0]
        elif same:
            words = _("本单位有几位“{name}”，账号暂不与人员关联；填写身份证号可以关联。")
            found.notes.append(("several_namesakes", words.format(name=name)))

    def _twice(self, row: int, found: Decision) -> None:
        """One account for one human, however often the list names her."""
        name, owner = self.rows.column("person_name")[row], self.rows.organisation_ids[row]
        own = ("person", found.person.pk) if found.person else ("name", owner, name)
        keys = {own, ("phone", self.phones[row]), ("number", self.numbers[row])}
        keys -= {("phone", None), ("number", None)}
        if keys & self.met:
            words = _("表中前面已有“{name}”，只建一个账号；其余角色请在账号页面授予。")
            found.stop(DUPLICATE, "named_twice", words.format(name=name))
        self.met |= keys

    def _standing(self, row: int, found: Decision) -> None:
        """An account that she, her telephone or the user name has already."""
        register, username = self.register, self.rows.column("username")[row]
        linked = found.person.user_id if found.person else None
        candidates = {
            linked,
            register.by_phone.get(self.phones[row]) if self.phones[row] else None,
            register.by_username.get(username.lower()) if username else None,
        } - {None}
        if len(candidates) > 1:
            words = _("人员、手机号和登录名属于不同的账号，没有写入，请核对。")
            found.stop(CONFLICT, "several_accounts", words)
        elif candidates:
            found.account = register.accounts[candidates.pop()]
            self._against(row, found, found.account)

    def _against(self, row: int, found: Decision, account: StandingAccount) -> None:
        role = self.register.roles[self.rows.column("role")[row].code]
        if not self.register.knows(account.pk):
            words = _("这个手机号或登录名已用于另一个账号，没有写入，请核对，或者不填。")
            found.stop(CONFLICT, "account_elsewhere", words)
        elif account.name != self.rows.column("person_name")[row]:
            words = _("账号“{username}”的姓名不同，没有写入，请核对。")
            found.stop(CONFLICT, "name_differs", words.format(username=account.username))
        elif not account.is_active:
            words = _("账号“{username}”已停用，没有写入。需要时请在账号页面恢复。")
            found.stop(CONFLICT, "account_closed", words.format(username=account.username))
        elif (account.pk, role.pk, self.rows.organisation_ids[row]) in self.register.postings:
            found.bits = UNCHANGED
        else:
            words = _("已有账号“{username}”，没有新建。请在账号页面再授予一个角色。")
            found.stop(CONFLICT, "has_account", words.format(username=account.username))

    def _name(self, row: int, found: Decision) -> None:
        """The user name asked for, or one proposed from the name."""
        asked = self.rows.column("username")[row]
        taken = self.register.taken
        if not asked:
            name = self.rows.column("person_name")[row]
            found.username = free_username(name, taken | self.given)
        elif not USERNAME.fullmatch(asked):
            words = _("登录名要以字母开头，3—40 个字符，只用字母、数字、点、横线和下划线。")
            found.stop(CONFLICT, "username_bad", words)
            return
        elif asked.lower() in taken:
            words = _("登录名“{username}”已有人使用，请换一个，或者不填。")
            found.stop(CONFLICT, "username_taken", words.format(username=asked))
            return
        else:
            found.username = asked
        taken.add(found.username.lower())
