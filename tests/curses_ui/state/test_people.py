"""The people list."""

from curses_ui.state.people import MAX_PEOPLE, People


def test_people_are_sorted_without_regard_to_case_and_accents() -> None:
    people = People(["zé", "Ana", "Élton", "bruno", "山田"])
    assert people.names() == ["Ana", "bruno", "Élton", "zé", "山田"]


def test_who_comes_finds_the_place_and_who_goes_leaves_no_trace() -> None:
    people = People(["Ana", "Davi"])
    people.add("camila")
    people.add("camila")
    assert people.names() == ["Ana", "camila", "Davi"]
    people.remove("Ana")
    people.remove("nobody")
    assert people.names() == ["camila", "Davi"]


def test_names_that_differ_in_case_only_are_two_people() -> None:
    people = People(["Ana", "ana"])
    assert len(people) == 2
    people.remove("ana")
    assert "Ana" in people and "ana" not in people


def test_a_name_is_shown_clean_and_kept_as_it_is() -> None:
    (person,) = People(["\u202eevil"])
    assert person.name == "\u202eevil"
    assert person.shown == "[U+202E]evil"


def test_a_list_of_any_length_is_cut() -> None:
    people = People(str(number) for number in range(MAX_PEOPLE + 10))
    assert len(people) == MAX_PEOPLE
    people.add("one more")
    assert len(people) == MAX_PEOPLE


def test_equal_lists_are_equal() -> None:
    assert People(["a", "b"]) == People(["b", "a"])
    assert People(["a"]) != People(["b"])
    assert People(["a"]) != ["a"]
    assert repr(People(["a"])) == "People(['a'])"


def test_names_beyond_the_limit_are_not_even_looked_at() -> None:
    """A list of 100,000 names took 0.85 s."""
    names = (str(number) for number in range(100_000))
    People(names)
    assert next(names) == str(MAX_PEOPLE)
