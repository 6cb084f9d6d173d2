"""What may stand behind `!faq` to change the bank."""

from bot.roles import Role
from handlers.faq.editing.adding import add
from handlers.faq.editing.answers import edit
from handlers.faq.editing.exporting import export
from handlers.faq.editing.history import history, undo
from handlers.faq.editing.lines import alias, remove, reviewed
from handlers.faq.editing.phrasings import learn, unlike
from handlers.faq.editing.saving import save
from handlers.faq.editing.suggesting import suggest
from handlers.faq.parts import Part

MODERATOR = Role.MODERATOR

EDITING: tuple[Part, ...] = (
    Part(name="suggest", usage="suggest <name>: <text>", summary="what an answer should say", run=suggest),
    Part(name="add", usage="add <name> <question>", summary="a new answer", run=add, who=MODERATOR),
    Part(name="edit", usage="edit <name> <answer>", summary="another answer, or a line of it", run=edit, who=MODERATOR),
    Part(name="alias", usage="alias <name> <other>", summary="another name", run=alias, who=MODERATOR),
    Part(name="remove", usage="remove <name>", summary="no such answer any more", run=remove, who=MODERATOR),
    Part(name="undo", usage="undo <name>", summary="without its last change", run=undo, who=MODERATOR),
    Part(name="history", usage="history [name]", summary="who changed what", run=history, who=MODERATOR),
    Part(name="reviewed", usage="reviewed <name>", summary="checked today", run=reviewed, who=MODERATOR),
    Part(name="learn", usage="learn <name> [de]", summary="in reply: a phrasing", run=learn, who=MODERATOR),
    Part(name="unlike", usage="unlike <name> [de]", summary="in reply: a look-alike", run=unlike, who=MODERATOR),
    Part(name="save", usage="save <name> <question>", summary="in reply: a new answer", run=save, who=MODERATOR),
    Part(name="export", usage="export", summary="what differs from the files", run=export, who=MODERATOR),
)
