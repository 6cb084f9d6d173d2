"""What the review list has done by the clock."""

from datetime import timedelta

from bot.handler import Recurring
from handlers.faq.review.links import KEY as LINKS
from handlers.faq.review.links import on_links
from handlers.faq.review.weekly import MEASURE, REMINDER, on_measure, on_reminder

DAY, WEEK = timedelta(days=1), timedelta(days=7)

REVIEW_JOBS = (
    Recurring(key=LINKS, every=DAY, after=timedelta(minutes=10)),
    Recurring(key=MEASURE, every=WEEK, after=timedelta(minutes=30)),
    Recurring(key=REMINDER, every=WEEK, after=DAY),
)
#: Who is to be told of the tick.
REVIEW_TICKS = {LINKS: (on_links,), MEASURE: (on_measure,), REMINDER: (on_reminder,)}
