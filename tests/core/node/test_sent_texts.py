"""core/node/sent_texts.py: what became of the texts (docs/protocol.md §4.10)."""

from core import TextId
from core.limits import CONFIRMED_AFTER_SECONDS, FRESH_WORDS_SECONDS
from core.node.sent_texts import SentTexts


def three_texts() -> SentTexts:
    """Of ten bytes each, a second apart."""
    texts = SentTexts(10)
    for number in range(3):
        texts.add(TextId(number), 10 * number, 10 * number + 10, now=float(number))
    return texts


def test_texts_are_accounted_for_by_how_far_the_stream_came() -> None:
    assert three_texts().account(15, 15, None) == ((2,), (0, 1), ())


def test_a_text_that_was_acknowledged_before_the_end_was_read() -> None:
    assert three_texts().account(30, 20, 99.0) == ((), (2,), ())


def test_a_text_said_later_than_the_peer_can_have_read_is_in_doubt() -> None:
    assert three_texts().account(30, 30, 1.0) == ((), (2,), ())


def test_an_account_is_given_once() -> None:
    texts = three_texts()
    texts.account(0, 0, None)
    assert texts.account(0, 0, None) == ((), (), ())


def test_fresh_words_a_minute_later_confirm_what_was_said_and_written_by_then() -> None:
    texts = three_texts()
    texts.note_words(20, now=1.0 + CONFIRMED_AFTER_SECONDS)
    texts.note_words(30, now=1.0 + CONFIRMED_AFTER_SECONDS + FRESH_WORDS_SECONDS)
    assert texts.account(30, 30, None) == ((), (2,), ())


def test_the_oldest_of_too_many_texts_are_forgotten() -> None:
    texts = SentTexts(10)
    for number in range(11):
        texts.add(TextId(number), number, number + 1, now=0.0)
    _, unconfirmed, _ = texts.account(10**9, 10**9, None)
    assert unconfirmed[0] == 1 and len(unconfirmed) == 10


def test_at_our_farewell_an_answer_counts_for_what_was_acknowledged_before_it() -> None:
    texts = three_texts()
    texts.note_answer(20)
    assert texts.account(30, 30, None, by_acknowledgement=True) == ((), (), (2,))


def test_at_our_farewell_what_was_not_acknowledged_may_not_have_arrived() -> None:
    texts = three_texts()
    texts.note_answer(15)  # in the midst of the second text
    assert texts.account(30, 20, None, by_acknowledgement=True) == ((), (2,), (1,))


def test_an_answer_counts_at_no_other_end() -> None:
    texts = three_texts()
    texts.note_answer(30)
    assert texts.account(30, 30, None) == ((), (0, 1, 2), ())
