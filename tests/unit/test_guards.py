"""The table of `make guards` fits the code and the tests: whoever changes a guard has to look at its line."""

import pytest

from tests.guards.table import ROOT, Guard, functions_in, guards

GUARDS = guards()


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.promise)
def test_a_guard_stands_in_the_code_once_and_is_held_by_tests_that_are_there(guard: Guard) -> None:
    source = (ROOT / guard.file).read_text()
    taken_out = guard.taken_out(source)
    assert taken_out != source
    compile(taken_out, guard.file, "exec")
    assert guard.tests
    for test in guard.tests:
        file, _, name = test.partition("::")
        assert name in functions_in(ROOT / file), test


def test_each_promise_is_named_once() -> None:
    promises = [guard.promise for guard in GUARDS]
    assert sorted(set(promises)) == sorted(promises)
    assert len(promises) > 50


def test_a_guard_that_was_changed_is_noticed() -> None:
    guard = Guard(promise="p", file="f", text="if x:", without="if True:", tests=("a::b",))
    assert guard.taken_out("if x: y") == "if True: y"
    for changed in ("if z: y", "if x: y; if x: z"):
        with pytest.raises(ValueError, match="not once"):
            guard.taken_out(changed)
