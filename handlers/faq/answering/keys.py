"""Under which keys the bot's words to a message are known: one for each kind of thing that it may say."""


def answer_key(question: str) -> str:
    """The key of the answer to the message with this event id."""
    return f"answer:{question}"


def choice_key(question: str) -> str:
    """The key of the choice offered for the message with this event id."""
    return f"choice:{question}"


def unknown_key(question: str) -> str:
    """The key of the "I don't know" that was said to the message with this event id."""
    return f"unknown:{question}"


def link_key(question: str) -> str:
    """The key of the link to an earlier answer, given to the message with this event id."""
    return f"link:{question}"


def tell_key(command: str) -> str:
    """The key of the answer that somebody is told by the command with this event id."""
    return f"tell:{command}"


def command_of(key: str) -> str | None:
    """The event id of the command that had this told; None where it is the key of something else."""
    kind, _, command = key.partition(":")
    return command if kind == "tell" else None


def followed(question: str) -> tuple[str, ...]:
    """What is changed when the question is edited: the first of these that was said."""
    return (answer_key(question), choice_key(question), unknown_key(question))


def all_of(message: str) -> tuple[str, ...]:
    """Everything that may have been said to this message."""
    return (*followed(message), link_key(message), tell_key(message))
