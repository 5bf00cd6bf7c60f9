"""Going back to what was sent, and searching in it."""

from curses_ui.line.history import HISTORY_ENTRIES, InputHistory, ReverseSearch


def history_of(*texts: str) -> InputHistory:
    history = InputHistory()
    for text in texts:
        history.add(text)
    return history


def test_browsing_goes_back_to_the_oldest_and_forward_to_the_draft() -> None:
    history = history_of("um", "dois")
    assert history.older("rascunho") == "dois"
    assert history.older("dois") == "um"
    assert history.older("um") is None
    assert history.newer() == "dois"
    assert history.newer() == "rascunho"
    assert history.newer() is None
    assert history.entries == ("um", "dois")


def test_an_empty_history_has_nothing_older() -> None:
    history = InputHistory()
    assert history.older("rascunho") is None
    assert history.newer() is None


def test_blank_texts_and_repetitions_are_not_kept() -> None:
    assert history_of("um", "um", "", "  ", "dois", "um").entries == ("um", "dois", "um")


def test_only_the_newest_entries_are_kept() -> None:
    history = history_of(*map(str, range(HISTORY_ENTRIES + 5)))
    assert len(history.entries) == HISTORY_ENTRIES
    assert history.entries[0] == "5"


def test_sending_an_entry_ends_the_browsing_and_keeps_the_draft_reachable() -> None:
    history = history_of("um", "dois")
    history.older("rascunho")
    history.add("dois")
    assert history.newer() is None
    assert history.entries == ("um", "dois", "rascunho", "dois")


def test_editing_an_entry_keeps_the_draft_reachable() -> None:
    history = history_of("um")
    history.older("rascunho")
    history.stop()
    assert history.older("um!") == "rascunho"
    assert history.newer() == "um!"


def test_a_draft_that_was_come_back_to_is_not_kept_twice() -> None:
    history = history_of("um")
    history.older("rascunho")
    history.newer()
    history.stop()
    assert history.entries == ("um",)


# Search


def test_search_finds_the_newest_entry_and_goes_on_to_older_ones() -> None:
    search = ReverseSearch(("olá Ana", "tchau Ana", "oi Davi"))
    seen = [(search.match, search.failed)]
    search.type("an")
    seen.append((search.match, search.failed))
    for _ in range(2):
        search.older()
        seen.append((search.match, search.failed))
    assert seen == [(None, False), ("tchau Ana", False), ("olá Ana", False), ("olá Ana", True)]


def test_search_takes_no_notice_of_case_and_accents() -> None:
    search = ReverseSearch(("AMANHÃ às dez",))
    search.type("amanha as")
    assert search.match == "AMANHÃ às dez"


def test_a_longer_query_keeps_a_match_that_still_holds() -> None:
    search = ReverseSearch(("abc", "abd", "abx"))
    search.type("ab")
    search.older()
    assert search.match == "abd"
    search.type("d")
    assert search.match == "abd"
    search.type("z")
    assert search.failed
    assert search.match == "abd"


def test_a_shorter_query_looks_again_from_the_newest() -> None:
    search = ReverseSearch(("abc", "abx"))
    search.type("abc")
    assert search.match == "abc"
    search.erase()
    assert (search.query, search.match, search.failed) == ("ab", "abx", False)


def test_erasing_takes_a_whole_cluster_and_then_does_nothing() -> None:
    search = ReverseSearch(("um",))
    search.type("e\u0301")
    assert search.failed
    search.erase()
    assert (search.query, search.match, search.failed) == ("", None, False)
    search.erase()
    assert search.query == ""


def test_going_older_skips_equal_entries() -> None:
    search = ReverseSearch(("ab", "abc", "x", "abc"))
    search.type("ab")
    search.older()
    assert search.match == "ab"


def test_an_empty_query_finds_nothing() -> None:
    search = ReverseSearch(("um",))
    search.older()
    assert (search.match, search.failed) == (None, False)


def test_in_how_many_pieces_a_query_is_typed_changes_nothing() -> None:
    whole, pieces = ReverseSearch(("oi",)), ReverseSearch(("oi",))
    whole.type("ox")
    pieces.type("o")
    pieces.type("x")
    assert whole.match == pieces.match == "oi"
    assert whole.failed and pieces.failed
