"""Time as it reaches the state."""

from core.events import TrackerLossReason, TrackerLost

from curses_ui.update import inputs

from ..scene import NOON, Scene


def deadline(scene: Scene) -> float:
    found = inputs.next_timer(scene.state)
    assert found is not None
    return found


def test_the_clock_wakes_the_screen_at_every_full_minute() -> None:
    scene = Scene(wall=NOON + 10)
    assert deadline(scene) == 50.0
    scene.wait(50.0)
    assert deadline(scene) == 110.0


def test_asking_for_the_timer_changes_nothing() -> None:
    scene = Scene()
    before = repr(scene.state)
    assert inputs.next_timer(scene.state) == inputs.next_timer(scene.state)
    assert repr(scene.state) == before


def test_the_countdown_wakes_the_screen_every_second() -> None:
    scene = Scene()
    scene.event(TrackerLost(TrackerLossReason.CLOSED, None, 3.5, True))
    assert [deadline(scene)] == [0.5]
    scene.wait(0.5)
    assert deadline(scene) == 1.5
    scene.wait(3.0)
    assert deadline(scene) == 60.0


def test_a_text_on_the_screen_is_read_when_its_time_has_come() -> None:
    scene = Scene()
    scene.called_by(1, "Ana")
    scene.hear(1, "oi")
    scene.press("M-2")
    assert deadline(scene) == 0.5


def test_pasted_lines_wake_the_client() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    scene.paste("a\nb\nc")
    scene.type("y")
    assert deadline(scene) == 0.2


def test_a_flood_wakes_the_client_when_it_may_be_over() -> None:
    scene = Scene()
    scene.called_by(1, "Ana")
    scene.hear(1, *("x" for _ in range(60)))
    assert deadline(scene) == 1.0
    scene.wait(1.0)
    assert deadline(scene) == 60.0


def test_the_timer_does_no_harm_early_late_and_twice() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    scene.paste("a\nb")
    scene.type("y")
    for now in (0.1, 0.1, 0.19):
        assert inputs.handle_timer(scene.state, now=now, wall=NOON) == []
    assert len(inputs.handle_timer(scene.state, now=900.0, wall=NOON)) == 1
    assert inputs.handle_timer(scene.state, now=900.0, wall=NOON) == []


def test_a_clock_that_goes_back_is_not_followed() -> None:
    scene = Scene()
    inputs.handle_timer(scene.state, now=100.0, wall=NOON)
    inputs.handle_timer(scene.state, now=50.0, wall=NOON - 3600)
    assert scene.state.now == 100.0
    assert scene.state.wall == NOON - 3600  # the user has set the wall clock


def test_a_line_of_a_client_without_a_screen_does_what_enter_does() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    (say,) = inputs.enter_line(scene.state, "oi", now=1.0, wall=NOON)
    assert repr(say) == "Say(conversation=1, text='oi', aside=False)"
