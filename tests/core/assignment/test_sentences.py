"""What the assignment says: each topic in each edition, in both languages."""

from core import Edition
from core.assignment import Sentence, Topic, sentence


def test_every_topic_is_in_both_editions_but_disc() -> None:
    missing = {(topic, edition) for topic in Topic for edition in Edition if sentence(topic, edition) is None}
    assert missing == {(Topic.DISC, Edition.E2026), (Topic.DISC_RECEIVED, Edition.E2026)}


def test_every_sentence_has_words_of_its_own_in_each_language() -> None:
    sentences = [sentence(topic, edition) for topic in Topic for edition in Edition]
    for said in filter(None, sentences):
        assert isinstance(said, Sentence)
        for passage in (said.heading, said.says):
            assert passage.text("pt_BR") == passage.portuguese != passage.english == passage.text("en")
            assert passage.portuguese.count("[…]") == passage.english.count("[…]")


def test_the_editions_differ_in_the_address_that_is_replied() -> None:
    old, new = (sentence(Topic.ADDR_REPLY, edition) for edition in Edition)
    assert old is not None and new is not None
    assert "<nome>" not in old.says.portuguese
    assert "<nome>" in new.says.portuguese
