"""Who a row of a roster means: known by her number, completed by name and post, or in doubt."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cadres.parts.differences import same_start
from cadres.parts.matching import StandingAppointment, StandingPerson, may_rewrite
from cadres.parts.register import Member, Register
from federation.exchange.plans import CONFLICT, DUPLICATE, TWO_IN_FILE, Note, Rows


class Decider:
    """Decides the rows of one organisation in the order of the file."""

    def __init__(self, rows: Rows, register: Register, owner: int) -> None:
        self.rows, self.register = rows, register
        self.held = register.held.get(owner, [])
        self.names = rows.column("person_name")
        self.positions = rows.column("position")
        self.claims: dict[int, StandingAppointment] = {}
        self.completed = {person.pk for person in register.completed.values()}
        self.chair_row: Member | None = None

    def claim(self, members: list[Member]) -> None:
        """Note which people without number the rows complete, before a row is doubted for them.

        Otherwise the same roster would be doubted once and taken the second time.
        """
        for member in members:
            post = self._completes(member)
            if post is not None:
                self.claims[member.row] = post
                self.completed.add(post.person_id)

    def _completes(self, member: Member) -> StandingAppointment | None:
        """The post of the only one without number and of this name, where the row's post fits."""
        known, register = self.register.digests[member.row], self.register
        # A number that an earlier row gave to a new person cannot complete a second one.
        if known in register.by_digest or known in register.completed or known in register.made:
            return None
        unnumbered = self._unnumbered(self.names[member.row])
        fitting = [
            post
            for post in unnumbered
            if post.is_open_on(self.rows.as_of) and member.post and post.post_id == member.post.pk
        ]
        alone = len(fitting) == 1 and len({post.person_id for post in unnumbered}) == 1
        return fitting[0] if alone else None

    def _unnumbered(self, name: str) -> list[StandingAppointment]:
        """Posts of people of this name without number whom no row completes."""
        return [
            post
            for post in self.held
            if self.register.people[post.person_id].name == name
            and self.register.people[post.person_id].id_number_digest is None
            and post.person_id not in self.completed
        ]

    def decide(self, member: Member) -> Iterator[Note]:
        """Find the person and the appointment the row means, or why it cannot be taken."""
        name = self.names[member.row]
        if member.post is None:
            member.bits = CONFLICT
            label = self.positions[member.row].label
            message = _("系统中没有设置职务“{label}”，这一行没有写入，请联系管理员。")
            yield Note(member.row, "unknown_post", message.format(label=label))
            return
        known = self.register.digests[member.row]
        member.person = self.register.by_digest.get(known) or self.register.completed.get(known)
        if member.person is None:
            yield from self._by_name(member, name)
        else:
            member.appointment = self._own_post(member)
            yield from self._same_name(member, name)
            yield from self._other_post(member)
        if member.post.is_head and not member.bits:
            yield from self._one_chair(member, name)
        if member.person is not None and member.appointment is None and not member.bits:
            yield from self._beside_namesake(member, name)

    def _beside_namesake(self, member: Member, name: str) -> Iterator[Note]:
        """Somebody known elsewhere by her number, who may be the one without number here."""
        if self._unnumbered(name):
            yield self._may_be_same(member, name)

    def _may_be_same(self, member: Member, name: str) -> Note:
        member.bits = DUPLICATE
        message = _("本单位已有同名的“{name}”，没有身份证号，可能是同一人。没有写入，请先核对。")
        return Note(member.row, "suspected_duplicate", message.format(name=name))

    def _by_name(self, member: Member, name: str) -> Iterator[Note]:
        """Nobody has this number: a person without one, of this name and post, is completed."""
        claimed = self.claims.get(member.row)
        if claimed is not None:
            member.appointment = claimed
            member.person = self.register.people[claimed.person_id]
        elif self._unnumbered(name):
            yield self._may_be_same(member, name)

    def _own_post(self, member: Member) -> StandingAppointment | None:
        """Her appointment that the row means: same post and open, else ended but begun that day."""
        own = [
            post
            for post in self.held
            if member.person
            and member.post
            and post.person_id == member.person.pk
            and post.post_id == member.post.pk
        ]
        current = [post for post in own if post.is_open_on(self.rows.as_of)]
        ended = [post for post in own if member.elected is None or same_start(post, member.elected)]
        return next(iter(current + ended), None)

    def _other_post(self, member: Member) -> Iterator[Note]:
        """The same election under another post: the row corrects it, but never unseats a chair."""
        if member.bits or member.appointment or not member.elected or not member.person:
            return
        elected, person = member.elected, member.person
        others = [
            post
            for post in self.held
            if post.person_id == person.pk
            and post.is_open_on(self.rows.as_of)
            and same_start(post, elected)
        ]
        if len(others) != 1:
            return
        if others[0].is_head and member.post and not member.post.is_head:
            member.bits = CONFLICT
            message = _("系统中她是本单位主席，表中是“{theirs}”。没有写入，如有变动请先卸任。")
            yield Note(member.row, "post_differs", message.format(theirs=member.post.name))
        else:
            member.appointment = others[0]

    def _same_name(self, member: Member, name: str) -> Iterator[Note]:
        """A number that belongs to somebody of another name."""
        if member.person is None or member.person.name == name:
            return
        if self.may_rewrite(member.person):
            message = _("系统中此身份证号的姓名是“{ours}”，写入后改为“{theirs}”，请核对。")
            yield Note(
                member.row, "name_changes", message.format(ours=member.person.name, theirs=name)
            )
        else:
            member.bits = CONFLICT
            message = _("此身份证号已在其他单位登记，姓名不同。没有写入，请核对号码或联系上级。")
            yield Note(member.row, "person_elsewhere", message)

    def _one_chair(self, member: Member, name: str) -> Iterator[Note]:
        """Two chairs at once are impossible; the one in post, or first in the file, stays."""
        head = next((p for p in self.held if p.is_head and p.is_open_on(self.rows.as_of)), None)
        if member.appointment is not None and member.appointment.until_on is not None:
            return
        if head is not None and (member.person is None or head.person_id != member.person.pk):
            member.bits = CONFLICT
            message = _(
                "系统中在任主席是“{ours}”，表中是“{theirs}”。没有写入，如已换人请先办理卸任。"
            )
            ours = self.register.people[head.person_id].name
            yield Note(member.row, "chair_differs", message.format(ours=ours, theirs=name))
        elif head is not None and member.post and member.appointment != head:
            # Two open posts that lead are one too many, even in one hand.
            member.bits = CONFLICT
            message = _("系统中她已是本单位负责人，表中是“{theirs}”。没有写入，如有变动请先卸任。")
            yield Note(member.row, "post_differs", message.format(theirs=member.post.name))
        elif self.chair_row is not None:
            member.bits = CONFLICT
            message = _(
                "同一届只能有一位主席：表中前面已有“{first}”，“{second}”这一行没有写入，请核对。"
            )
            first = self.names[self.chair_row.row]
            yield Note(member.row, TWO_IN_FILE, message.format(first=first, second=name))
        else:
            self.chair_row = member

    def may_rewrite(self, person: StandingPerson) -> bool:
        held = self.register.posts_of.get(person.pk)
        return held is None or may_rewrite(held, self.rows.ceiling, self.rows.today)
