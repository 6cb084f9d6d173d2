"""Whatever people type: finding services and questions in it never fails, and never takes long."""

from hypothesis import example, given
from hypothesis import strategies as st

from handlers.status.asking import grammar, phrases
from handlers.status.asking.names import mentioned, near, pick
from tests.support.hostile import fuzzed
from tests.unit.status.scenes import PLACE

WORDS = st.sampled_from(
    [*phrases.OPENING.split(), *phrases.ASKING.split(), "wiki", "Mastodon", "down", "me", "too", "X"]
)
TEXTS = st.one_of(st.text(max_size=2000), st.lists(WORDS, max_size=40).map(" ".join))


@fuzzed()
@given(TEXTS)
@example("X G S x")
@example("https://")
@example("\u0130\u017f\ufb03 \u00df' '' d'l'")
def test_any_text_is_looked_through(text):
    named, services = mentioned(text, PLACE.services)
    assert set(services) <= set(PLACE.services)
    assert grammar.language(named) in {None, "en", "de", "es", "fr"}
    assert grammar.too(named) in {None, *phrases.TOO}
    assert grammar.is_question(text, named) in {True, False}


@fuzzed()
@given(st.text(max_size=2000))
@example("https://[")
def test_any_name_is_known_or_not(typed):
    assert pick(typed, PLACE.services) in {None, *PLACE.services}
    assert near(typed, PLACE.services) in {None, *PLACE.services}
