"""`!faq export`: what differs from the folder's files, as a patch for whoever keeps them. Pure, but for the command."""

from collections.abc import Mapping

from bot.actions import Decision
from bot.commands import Call, say
from bot.ports import Ports
from handlers.faq.editing.diffing import fenced, patch
from handlers.faq.library import Library

#: A longer patch is nothing for a chat, in characters.
LONGEST = 12_000


def exported(library: Library) -> Mapping[str, str | None]:
    """The files that the folder is to have, by their names without ".md", where it has others; None: no file."""
    counting = (edit for edit in library.edits.values() if not edit.follows)
    return {edit.slug: edit.after for edit in counting if edit.after != library.files.get(edit.slug)}


async def export(library: Library, call: Call, ports: Ports) -> Decision:
    """Say the patch."""
    del ports
    return say(call, worded(library), "export")


def worded(library: Library) -> str:
    """The patch in a block, as many whole files of it as a chat bears."""
    folder = library.settings.folder
    path = folder.name if folder.is_absolute() else folder.as_posix()
    wanted = sorted(exported(library).items())
    if not wanted:
        return "Nothing differs from the files."
    patches = [patch(f"{path}/{slug}.md", library.files.get(slug), after) for slug, after in wanted]
    fitting = _fitting(patches)
    hint = f"{len(patches) - fitting} more don't fit in here: `steward faq export FOLDER` writes all of them."
    block = [fenced("".join(patches[:fitting]).rstrip("\n"), "diff")] if fitting else []
    return "\n\n".join([*block, *([hint] if fitting < len(patches) else [])])


def _fitting(patches: list[str]) -> int:
    """How many of them fit, from the first on."""
    length = 0
    for number, one in enumerate(patches):
        length += len(one)
        if length > LONGEST:
            return number
    return len(patches)
