"""The chat: what becomes of what is typed, and what is shown of the rooms."""

import asyncio
from collections.abc import Awaitable, Callable

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from bot.demo import arriving, speaking
from bot.demo.cast import Room
from bot.demo.drawing import Painter
from bot.demo.feed import Feed
from bot.demo.pages import Mood
from bot.demo.screen import Screen
from bot.demo.seat import PRIVATE, Seat, places
from bot.demo.slash import USAGES, Words, numbered, parse, picked
from bot.demo.speaking import Content
from bot.demo.stage import Stage
from bot.demo.timeline import Change, Line, Moved, Said, actor
from bot.errors import Refused, StewardError

_SHOWN = 20


class Chat:
    """A chat at work.

    `sent`: whether the last line sent something; `heard` is set when the bot does something here, or, while `news` is
    due, when it says something anywhere; `left`: one has had enough.
    """

    def __init__(self, stage: Stage, screen: Screen) -> None:
        self.stage = stage
        self.screen = screen
        self.feed = Feed(clients=list(stage.clients.values()), on_change=self._happened)
        self.seat = Seat.first(stage, self.feed)
        self.sent = False
        self.news = False
        self.heard = asyncio.Event()
        self.left = False
        self.commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "as": self._as,
            "room": self._room,
            "arrive": self._arrive,
            "reply": self._reply,
            "thread": self._thread,
            "react": self._react,
            "edit": self._edit,
            "delete": self._delete,
            "break": self._break,
            "slow": self._slow,
            "repair": self._repair,
            "services": self._services,
            "who": self._who,
            "rooms": self._rooms,
            "help": self._help,
            "quit": self._quit,
        }

    @property
    def painter(self) -> Painter:
        """Draws with everybody's name, whoever has come by now."""
        return Painter(names=self.stage.names)

    @property
    def prompt(self) -> str:
        """Who speaks where."""
        return f"{self.seat.person.shown} in {self.seat.place.title} > "

    @property
    def rooms(self) -> list[str]:
        """What one may type after /room."""
        return [*(place.short for place in places(self.stage)), PRIVATE]

    async def typed(self, line: str) -> None:
        """Do what a line says. What is wrong with it is said in a sentence."""
        self.sent = self.news = False
        if line.startswith("/"):
            self.screen.say(f"{self.prompt}{line.strip()}")
        try:
            match parse(line.strip()):
                case Words(text):
                    await self._say(self._content(text)) if text else None
                case command:
                    await self.commands[command.name](command.args)
        except StewardError as error:
            self.screen.say(str(error))

    def speaks_to_bot(self, line: str) -> bool:
        """Whether one would expect the bot to answer this."""
        name = self.stage.cast.bot.shown.lower()
        return self.seat.place.short == PRIVATE or name in line.lower() or line.startswith("!")

    def _happened(self, room: str, change: Change) -> None:
        """Show what happens here; of what is said elsewhere, that it is."""
        here = room == self.seat.place.id
        if here:
            self.screen.rows(self.painter.change(change, self.seat.room))
        if actor(change) == self.stage.steward and (isinstance(change, Said) if self.news else here):
            self.heard.set()
        if here:
            return
        if isinstance(change, Moved) and change.membership == "invite" and change.by == self.stage.steward:
            self.screen.say(self._unreadable(change.who))
        place = next((place for place in self.seat.reachable() if place.id == room), None)
        if place is not None and isinstance(change, Said):
            name = self.painter.name(change.line.sender)
            self.screen.say(Text.assemble("  · ", name, f" says something in {place.title}: /room {place.short}"))

    def _unreadable(self, who: str) -> Text:
        """Of an invitation by the bot, whose private chats are encrypted."""
        why = " is invited to a private chat. It is encrypted, which takes a Matrix app of your own;"
        return Text.assemble("  · ", self.painter.name(who), f"{why} /room {PRIVATE} opens one here that isn't.")

    def show_place(self) -> None:
        """Where we are, and what was said here last."""
        self.screen.say(Text(f"— {self.seat.place.title}, as {self.seat.person.shown} —", style="bold"))
        self.screen.rows(self.painter.history(self.seat.room, _SHOWN))

    def _content(self, text: str) -> Content:
        return speaking.message(text, self.painter.names)

    async def _say(self, content: Content, kind: str = "m.room.message") -> None:
        await self.seat.client.send(self.seat.place.id, kind, content)
        self.sent = True

    def _line(self, number: int | None, *, own: bool = False) -> Line:
        """The message with this number; without one, the last of one's own or of the others."""
        lines = list(self.seat.room.lines.values())
        if number is not None:
            found = [line for line in lines if line.number == number]
        else:
            found = [line for line in lines if (line.sender == self.seat.client.user) is own and not line.deleted]
        if not found:
            raise Refused(
                f"There is no message [{number}] here." if number is not None else "There is no such message yet."
            )
        return found[-1]

    async def _as(self, args: str) -> None:
        people = {person.name: person for person in self.stage.cast.people}
        person, before = people[picked("person", args, list(people))], self.seat.place
        self.seat.become(person)
        self.screen.say(f"You are {person.shown} now, {person.about}.")
        if self.seat.place != before:
            self.show_place()

    async def _room(self, args: str) -> None:
        await self.seat.go(picked("room", args, self.rooms))
        self.show_place()

    async def _arrive(self, args: str) -> None:
        number, room = arriving.how_many(args), self._open_room()
        self.news = self.stage.greets.get(room.name) == "room"
        people = await arriving.arrive(self.stage, self.feed, number, self.stage.rooms[room.name])
        self.screen.say(arriving.told(people, self.stage.cast.bot.shown, self.stage.greets.get(room.name)))

    def _open_room(self) -> Room:
        """The room that we are in. Raises Refused for one that not everybody may enter."""
        inside = (room for room in self.stage.cast.rooms if self.stage.rooms[room.name] == self.seat.place.id)
        room = next(inside, None)
        if room is None or room.private:
            raise Refused(f"Not everybody may come in here. First go to a room: /room {places(self.stage)[0].short}")
        return room

    async def _reply(self, args: str) -> None:
        number, text = self._with_text("reply", args)
        await self._say(speaking.reply(self._content(text), self._line(number)))

    async def _thread(self, args: str) -> None:
        number, text = self._with_text("thread", args)
        line = self._line(number)
        root = line.root or line.id
        last = [one.id for one in self.seat.room.lines.values() if root in {one.root, one.id}][-1]
        await self._say(speaking.threaded(self._content(text), root, last))

    async def _react(self, args: str) -> None:
        number, key = self._with_text("react", args)
        await self._say(speaking.reaction(key, self._line(number)), "m.reaction")

    async def _edit(self, args: str) -> None:
        number, text = self._with_text("edit", args)
        line = self._line(number, own=True)
        if line.sender != self.seat.client.user:
            raise Refused(
                f"[{line.number}] isn't {self.seat.person.shown}'s; people can change their own messages only."
            )
        await self._say(speaking.edit(self._content(text), line))

    async def _delete(self, args: str) -> None:
        number, _ = numbered(args)
        await self.seat.client.redact(self.seat.place.id, self._line(number, own=True).id)
        self.sent = True

    def _with_text(self, name: str, args: str) -> tuple[int | None, str]:
        number, text = numbered(args)
        if not text:
            raise Refused(f"Something is missing: {USAGES[name].form}")
        return number, text

    async def _break(self, args: str) -> None:
        self._becomes("break", args, Mood.BROKEN)

    async def _slow(self, args: str) -> None:
        self._becomes("slow", args, Mood.SLOW)

    async def _repair(self, args: str) -> None:
        self._becomes("repair", args, Mood.WELL)

    def _becomes(self, command: str, args: str, mood: Mood) -> None:
        there = self.stage.services
        if not there.moods:
            raise Refused("The configuration lists no services.")
        name = picked("service", args, list(there.moods)) if args else _missing(command, list(there.moods))
        before, there.moods[name] = there.moods[name], mood
        looked = name in self.stage.measured
        self.news = looked and before != mood
        self.screen.say(f"{_capital(there.titles[name])} {mood} now{'' if before != mood else ', as before'}.")
        if not looked:
            self.screen.say(f"{self.stage.cast.bot.shown} doesn't measure it, by this configuration.")
        elif self.news:
            self.screen.say(self._where_news_is())

    def _where_news_is(self) -> str:
        bot, rooms = self.stage.cast.bot.shown, [one for one in self.stage.cast.rooms if one.name in self.stage.news]
        if not rooms:
            return f"{bot} will notice within seconds, but no room has notices: true."
        told = " and ".join(f"{room.title} (/room {room.short})" for room in rooms)
        return f"{bot} looks every 5 seconds, and tells it in {told}. The status page: {self.stage.page}"

    async def _services(self, _: str) -> None:
        there = self.stage.services
        width = max((cell_len(name) for name in there.moods), default=0)
        lines = (f"  {set_cell_size(name, width)}  {mood}: {there.titles[name]}" for name, mood in there.moods.items())
        self.screen.say("These pretend services stand in for the real ones:", *lines)

    async def _who(self, _: str) -> None:
        self.screen.say(f"In {self.seat.place.title}:", *map(self._who_is, self.seat.room.present()))

    def _who_is(self, user: str) -> Text:
        known = {self.stage.homeserver.user_id(one.name): one for one in (*self.stage.cast.people, self.stage.cast.bot)}
        about = known[user].about if user in known else "from outside of the demo"
        return Text.assemble("  ", self.painter.name(user), f", {about}; {self.seat.room.standing(user)}")

    async def _rooms(self, _: str) -> None:
        there = [(place.short, place.title) for place in self.seat.reachable()]
        if PRIVATE not in dict(there):
            there.append((PRIVATE, f"a chat with {self.stage.cast.bot.shown} alone, not opened yet"))
        here = {self.seat.place.short: " ← here"}
        lines = (f"  /room {short:<8} {title}{here.get(short, '')}" for short, title in there)
        self.screen.say(f"{self.seat.person.shown} can go to:", *lines)

    async def _help(self, _: str) -> None:
        people = "|".join(person.name for person in self.stage.cast.people)
        fill = {"people": people, "rooms": "|".join(self.rooms), "bot": self.stage.cast.bot.shown}
        fill["services"] = "|".join(self.stage.services.moods)
        usages = [(one.form.format(**fill), one.about.format(**fill)) for one in USAGES.values()]
        width = max(cell_len(form) for form, _ in usages)
        lines = (f"  {set_cell_size(form, width)}  {about}" for form, about in usages)
        self.screen.say("Everything else is said in the room. n is a message's number: [3] is 3.", *lines)

    async def _quit(self, _: str) -> None:
        self.left = True


def _missing(command: str, names: list[str]) -> str:
    raise Refused(f"Which one? /{command} and one of {', '.join(names)}.")


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]
