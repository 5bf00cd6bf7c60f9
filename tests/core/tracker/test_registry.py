"""Who is active, and the replies about them (docs/protocol.md §1, §2.7)."""

import random

import pytest

from core.tracker.registry import Registry, User
from core.wire.messages import Edition

OURS = "10.0.0.9"


def enter(registry: Registry[str], name: str, own_host: str | None = OURS) -> User[str]:
    return registry.add(name.upper(), name, "10.0.0.1" if own_host else "127.0.0.1", 20000, own_host)


def test_registry_finds_users_by_name_with_their_holder() -> None:
    registry: Registry[str] = Registry()
    ana = enter(registry, "Ana")
    assert registry.users.get("Ana") is ana and ana.holder == "ANA"
    assert registry.users.get("ana") is None
    assert len(registry.users) == 1
    registry.remove(ana)
    assert registry.users.get("Ana") is None and len(registry.users) == 0


def test_registry_lists_all_but_the_asker_wherever_it_stands() -> None:
    """§1: names that contain each other are told apart."""
    registry: Registry[str] = Registry()
    users = [enter(registry, name) for name in ("Anabela", "Ana", "bela", "Ana Bela", "B")]
    for asker in users:
        others = ":".join(user.name for user in users if user is not asker)
        assert registry.list_reply(asker) == f"LIST {others}\r\n".encode()


@pytest.mark.parametrize("users", [2000, 4000])
def test_registry_lists_all_but_the_asker_in_a_long_list_that_goes_on_growing(users: int) -> None:
    """The long ones are cut from a view of the roster, and one that lived on would forbid growing."""
    registry: Registry[str] = Registry()
    names = [f"user{number:04}" for number in range(users)]
    kept = [enter(registry, name) for name in names]
    for place in (0, 1, users // 2, users - 2, users - 1):
        others = ":".join(names[:place] + names[place + 1 :])
        assert registry.list_reply(kept[place]) == f"LIST {others}\r\n".encode()
        names.append(f"later{place:04}")
        enter(registry, names[-1])


def test_registry_lists_nobody_with_the_space() -> None:
    """§1"""
    registry: Registry[str] = Registry()
    assert registry.list_reply(enter(registry, "Ana")) == b"LIST \r\n"


def test_registry_can_grow_after_a_list_reply() -> None:
    """A view of the roster that lived on would forbid it."""
    registry: Registry[str] = Registry()
    ana, bruno = enter(registry, "Ana"), enter(registry, "Bruno")
    kept = [registry.list_reply(ana), registry.list_reply(bruno)]
    enter(registry, "Camila")
    registry.remove(ana)
    assert kept == [b"LIST Bruno\r\n", b"LIST Ana\r\n"]
    assert registry.list_reply(bruno) == b"LIST Camila\r\n"


def test_registry_knows_how_long_a_list_can_be() -> None:
    registry: Registry[str] = Registry()
    ana = enter(registry, "Ana")
    enter(registry, "José")
    assert len(registry.list_reply(ana)) <= registry.roster_bytes + len("LIST \r\n")


def test_registry_keeps_answers_ready_until_their_user_changes() -> None:
    """§2.7: each table holds only what is right at this moment."""
    registry: Registry[str] = Registry()
    ana, bruno = enter(registry, "Ana", None), enter(registry, "Bruno")
    here, there = ana.table.replies, bruno.table.replies
    assert here == there == {b"KEEP\r\n": b""}
    assert registry.address_reply("Ana", ana) == b"ADDR 127.0.0.1:20000\r\n"
    assert registry.address_reply("Ana", bruno) == b"ADDR 10.0.0.9:20000\r\n"
    assert here[b"ADDR Ana\r\n"] == b"ADDR 127.0.0.1:20000\r\n"
    assert there[b"ADDR Ana\r\n"] == b"ADDR 10.0.0.9:20000\r\n"
    registry.move(ana, 20001)
    assert here == there == {b"KEEP\r\n": b""}
    assert registry.address_reply("Ana", bruno) == b"ADDR 10.0.0.9:20001\r\n"
    registry.remove(ana)
    assert there == {b"KEEP\r\n": b""}
    assert registry.address_reply("Ana", bruno) is None
    assert there == {b"KEEP\r\n": b""}, "what is not known is not remembered"


def test_registry_leaves_tables_empty_for_an_owner_who_wants_to_see_every_request() -> None:
    registry: Registry[str] = Registry(keeps_ready=False)
    ana = enter(registry, "Ana")
    assert registry.address_reply("Ana", ana) == b"ADDR 10.0.0.1:20000\r\n"
    assert ana.table.replies == registry.greeting_table() == {}


def test_registry_gives_users_of_one_own_address_one_table_and_forgets_unused_ones() -> None:
    """§2.7: the tables are as few as the addresses by which the tracker is reached now."""
    registry: Registry[str] = Registry()
    ana, bruno, camila = enter(registry, "Ana"), enter(registry, "Bruno"), enter(registry, "Camila", None)
    assert ana.table is bruno.table is not camila.table
    assert camila.on_loopback and not ana.on_loopback
    registry.remove(ana)
    assert enter(registry, "Ana").table is bruno.table
    for name in ("Ana", "Bruno"):
        user = registry.users.get(name)
        assert user is not None
        registry.remove(user)
    assert enter(registry, "Ana").table is not bruno.table


def test_registry_answers_in_the_form_of_its_edition() -> None:
    """§1"""
    registry: Registry[str] = Registry(Edition.E2026)
    ana = enter(registry, "Ana")
    assert registry.address_reply("Ana", ana) == b"ADDR Ana:10.0.0.1:20000\r\n"


@pytest.mark.parametrize("seed", range(5))
def test_registry_keeps_the_order_through_any_coming_and_going(seed: int) -> None:
    """§1: against a plain list; every reply is looked up from where its user stood before."""
    print("seed", seed)
    chance = random.Random(seed)
    registry: Registry[str] = Registry()
    users: list[User[str]] = []
    for _ in range(400):
        name = chance.choice("aAbéñ") * chance.randint(1, 4)
        if registry.users.get(name) is None:
            users.append(enter(registry, name))
        elif users:
            user = users.pop(chance.randrange(len(users)))
            registry.remove(user)
        if users:
            asker = chance.choice(users)
            others = ":".join(user.name for user in users if user is not asker)
            assert registry.list_reply(asker).decode() == f"LIST {others}\r\n"
    assert len(registry.users) == len(users)
