"""The tree of keys, the ring, its file, and what of it survives what."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kernel.crypto import Vault, master_keys, renew_master_key, vault_of
from hub.kernel.errors import Refused
from hub.kernel.key_tree import DEPTH, KeyTree, path_of
from hub.kernel.keyring import Keyring, KeyringInMemory, WrongKeysError

OWNERS = st.lists(st.text(min_size=1, max_size=8), min_size=2, max_size=12, unique=True)


@given(OWNERS, st.data())
def test_forgetting_one_owner_keeps_all_others(owners: list[str], data: st.DataObject) -> None:
    tree = KeyTree.fresh()
    before = {owner: tree.key(owner) for owner in owners}
    forgotten = data.draw(st.sets(st.sampled_from(owners), max_size=len(owners)))
    for owner in sorted(forgotten):
        tree = tree.without(owner)
    for owner in owners:
        gone = owner in forgotten
        assert tree.key(owner) == (None if gone else before[owner])
        assert tree.covers(owner) is not gone


def test_no_kept_seed_leads_to_a_forgotten_key() -> None:
    """Nothing that is kept lies on the way to the leaf: what is not kept cannot be had back from BLAKE2b."""
    tree = KeyTree.fresh().without("a").without("b")
    for owner in ("a", "b"):
        assert not any(path_of(owner).startswith(prefix) for prefix in tree.seeds)
    assert len(tree.seeds) <= 2 * 15 * DEPTH


def test_forgetting_twice_changes_nothing() -> None:
    tree = KeyTree.fresh().without("a")
    assert tree.without("a").seeds == tree.seeds


def test_a_ring_reads_back_what_it_wrote() -> None:
    ring = Keyring.fresh().with_new_generation().without_owner("x")
    again = Keyring.from_bytes(ring.to_bytes())
    assert [g.id for g in again.generations] == [g.id for g in ring.generations]
    assert again.current == ring.current
    assert not again.has("x")
    assert again.has("y")
    assert again.has_forgotten


def test_current_keys_cannot_be_dropped() -> None:
    ring = Keyring.fresh()
    with pytest.raises(ValueError, match="current"):
        ring.without_generation(ring.current)
    with pytest.raises(KeyError):
        ring.turned_to("00000000")


def test_values_open_and_are_found_through_a_change_of_keys() -> None:
    vault = Vault(KeyringInMemory(Keyring.fresh()))
    key, own = vault.new_data_key("o"), vault.seal_own(b"own", "place")
    sealed, index, signing = vault.seal(key, "o", "value", "row"), vault.blind_index("v", "phone"), vault.signing_key("visit")
    steady = vault.steady_index("v", "throttle")
    vault.keys.edit(Keyring.with_new_generation)
    vault.refresh()
    assert vault.blind_index("v", "phone") == index, "an announced generation does not seal yet"
    assert len(vault.blind_indexes("v", "phone")) == 2
    vault.keys.edit(lambda ring: ring.turned_to(ring.generations[-1].id))
    vault.refresh()
    assert vault.open(key, "o", sealed, "row") == "value"
    assert vault.open_own(own, "place") == b"own"
    assert not vault.is_current(key)
    assert vault.is_current(vault.new_data_key("o"))
    assert vault.blind_index("v", "phone") != index
    assert index in vault.blind_indexes("v", "phone")
    assert vault.signing_keys("visit")[0] == signing
    assert vault.signing_keys("visit")[-1] == vault.signing_key("visit") != signing
    assert vault.steady_index("v", "throttle") == steady


def test_a_forgotten_owner_is_closed_in_every_generation_and_the_others_are_not() -> None:
    vault = Vault(KeyringInMemory(Keyring.fresh()))
    keys = {owner: vault.new_data_key(owner) for owner in ("gone", "stays")}
    sealed = {owner: vault.seal(key, owner, owner, "row") for owner, key in keys.items()}
    vault.keys.edit(lambda ring: ring.with_new_generation().turned_to(ring.current))
    vault.forget_owner("gone")
    assert vault.open(keys["stays"], "stays", sealed["stays"], "row") == "stays"
    assert not vault.knows("gone")
    with pytest.raises(Refused, match="unavailable"):
        vault.open(keys["gone"], "gone", sealed["gone"], "row")
    with pytest.raises(Refused):
        vault.new_data_key("gone")


def test_the_file_is_for_its_owner_only_and_shared_between_processes(tmp_path: Path) -> None:
    key, ring = tmp_path / "store.key", tmp_path / "store.keyring"
    one, other = vault_of(key, ring), vault_of(key, ring)
    assert stat.S_IMODE(ring.stat().st_mode) == stat.S_IMODE(key.stat().st_mode) == 0o600
    wrapped = one.new_data_key("o")
    sealed = one.seal(wrapped, "o", "value", "row")
    assert other.open(wrapped, "o", sealed, "row") == "value"
    one.keys.edit(Keyring.with_new_generation)
    one.keys.edit(lambda kept: kept.turned_to(kept.generations[-1].id))
    one.refresh()
    fresh = one.new_data_key("p")
    assert other.open(fresh, "p", one.seal(fresh, "p", "new", "row"), "row") == "new", "unknown keys are looked up at once"
    one.forget_owner("o")
    other.refresh()
    assert not other.knows("o")
    with pytest.raises(Refused):
        other.open(wrapped, "o", sealed, "row")


def test_the_file_holds_no_key_in_plain(tmp_path: Path) -> None:
    vault = vault_of(tmp_path / "k", tmp_path / "r")
    body = (tmp_path / "r").read_bytes()
    for secret in (vault.ring.steady, vault.ring.generations[0].root, vault.ring.generations[0].tree.seeds[""]):
        assert secret not in body
        assert base64.b64encode(secret) not in body


def test_another_master_key_does_not_open_the_ring(tmp_path: Path) -> None:
    vault_of(tmp_path / "k", tmp_path / "r")
    (tmp_path / "k").write_text(base64.b64encode(b"x" * 32).decode())
    with pytest.raises(WrongKeysError):
        vault_of(tmp_path / "k", tmp_path / "r")


@pytest.mark.parametrize("dies_after", [0, 1, 2, 3])
def test_renewing_the_master_key_can_be_killed_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_after: int
) -> None:
    key, ring = tmp_path / "k", tmp_path / "r"
    wrapped = vault_of(key, ring).new_data_key("o")
    before = master_keys(key)
    writes = {"left": dies_after}

    def counted(path: Path, body: bytes) -> None:
        if writes["left"] == 0:
            raise KeyboardInterrupt
        writes["left"] -= 1
        path.write_bytes(body)

    monkeypatch.setattr("hub.kernel.crypto._write_secret", counted)
    monkeypatch.setattr("hub.kernel.keyring.write_secret", counted)
    if dies_after < 3:
        with pytest.raises(KeyboardInterrupt):
            renew_master_key(key, ring)
    else:
        renew_master_key(key, ring)
        assert not set(master_keys(key)) & set(before)
    vault = vault_of(key, ring)
    assert vault.seal(wrapped, "o", "still opens", "row")
