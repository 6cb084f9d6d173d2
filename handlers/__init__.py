"""What Steward does: one folder for each job. The order of `ALL` is the priority in which messages are offered."""

from bot.handler import Handler
from handlers import faq, moderation, newcomers, status

ALL: tuple[Handler, ...] = (moderation.HANDLER, newcomers.HANDLER, status.HANDLER, faq.HANDLER)
