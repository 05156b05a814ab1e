"""The command line by whoever mistypes it, or has a store in trouble: a sentence, an exit code, nothing made or changed."""

from __future__ import annotations

import asyncio
import base64
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
from typer.testing import CliRunner

import hub.cli
from hub.cli import app
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.serving_lock import served_alone
from hub.recovery.telling import in_words
from hub.settings import Settings
from tests.certificates import self_signed

BESIDE: list[list[str]] = [
    ["accounts", "list"],
    ["accounts", "reset-link", "manager"],
    ["accounts", "reset-factor", "manager"],
    ["keys", "status"],
    ["keys", "rotate"],
    ["keys", "drop", "abcd"],
    ["export-person", "13900001111"],
    ["erase-person", "13900001111", "--yes"],
    ["links"],
]
"""What works on a store that is there."""

READING: list[list[str]] = [["audit", "verify"], ["audit", "anchor"], ["audit", "public-key"], ["backup"], ["backup", "init"]]
AWAY = "postgresql://shop:hush-hush@127.0.0.1:1/salon"


def call(*words: str, **environment: str) -> tuple[int, str]:
    """Exit code and words; anything but an orderly end is raised, for a terminal would show its trace."""
    answer = CliRunner().invoke(app, list(words), env=environment)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer.exit_code, answer.output


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm", ".lock"))
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a new store in it."""
    folder = tmp_path_factory.mktemp("made")
    assert call("new", "--data", str(folder / "store"), "--name-zh", "青瓷", "--name-en", "Celadon")[0] == 0
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it for each test."""
    return Path(shutil.copytree(made, tmp_path / "shop"))


def damaged(data: Path) -> None:
    for path in data.glob("hub.sqlite3*"):
        path.write_bytes(b"no database" * 1000)


def without_keys(data: Path) -> None:
    data.with_name("store.key").unlink()
    data.with_name("store.keyring").unlink()


def with_rubbish_for_a_key(data: Path) -> None:
    data.with_name("store.key").write_text("rubbish\n")


def with_another_key(data: Path) -> None:
    data.with_name("store.key").write_bytes(base64.b64encode(b"1" * 32))


def of_a_newer_release(data: Path) -> None:
    with closing(sqlite3.connect(data / "hub.sqlite3")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def gone(data: Path) -> None:
    """Its disk is not mounted, say."""
    shutil.rmtree(data)
    data.with_name("store.store").write_text("There is a store\n")


TROUBLES: list[tuple[Callable[[Path], None], str]] = [
    (damaged, "is damaged"),
    (without_keys, "the keys that open people’s data are not"),
    (with_rubbish_for_a_key, "not the keys of this store"),
    (with_another_key, "not the keys of this store"),
    (of_a_newer_release, "newer release"),
    (gone, "its file is gone"),
]


@pytest.mark.parametrize(("harm", "says"), TROUBLES, ids=lambda each: getattr(each, "__name__", ""))
def test_a_store_in_trouble_is_told_in_words_and_left_as_it_is(folder: Path, harm: Callable[[Path], None], says: str) -> None:
    harm(folder / "store")
    before = files(folder)
    making = [["new", "--name-zh", "别", "--name-en", "Other"], ["import", "salon-csv", str(folder)], ["demo"]]
    for words in (*BESIDE, *making):
        code, told = call(*words, "--data", str(folder / "store"))
        assert (code, says in told) == (1, True), (words, told)
    assert files(folder) == before


def test_trouble_and_refusals_are_told_in_the_terminals_language(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone(folder / "store")
    code, told = call("links", "--data", str(folder / "store"), LC_ALL="zh_CN.UTF-8")
    assert (code, "its file is gone" in told, "数据" in told) == (1, False, True), told
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    chinese = in_words(Refused(NOT_FOUND))
    monkeypatch.setenv("LC_ALL", "en_CA.UTF-8")
    assert chinese.startswith("not_found: ")
    assert chinese != in_words(Refused(NOT_FOUND))


def test_a_mistyped_folder_gets_neither_keys_nor_a_store(tmp_path: Path) -> None:
    for words in (*BESIDE, *READING):
        code, told = call(*words, "--data", str(tmp_path / "stroe" / "x"))
        assert (code, told) == (2, f"no store in {tmp_path / 'stroe' / 'x'}\n"), words
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_keys_gets_none_for_a_store_on_a_server(tmp_path: Path) -> None:
    for words in BESIDE:
        code, told = call(*words, "--data", str(tmp_path / "stroe"), SALON_HUB_DATABASE_URL=AWAY)
        assert (code, "the keys that open people’s data are not" in told) == (1, True), (words, told)
    assert list(tmp_path.iterdir()) == []


def test_keys_of_another_store_are_told_from_a_server_that_is_away(tmp_path: Path, postgres_url: str) -> None:
    for name, url in (("here", postgres_url), ("other", "")):
        place = ["--data", str(tmp_path / name / "store"), "--name-zh", "青瓷", "--name-en", "Celadon"]
        assert call("new", *place, SALON_HUB_DATABASE_URL=url)[0] == 0
    code, told = call("links", "--data", str(tmp_path / "other" / "store"), SALON_HUB_DATABASE_URL=postgres_url)
    assert (code, "the keyring lacks keys" in told) == (1, True), told


def test_a_server_that_is_away_is_said(folder: Path) -> None:
    for words in (*BESIDE, *READING[1:2], ["review-day", "2026-01-02"]):
        code, told = call(*words, "--data", str(folder / "store"), SALON_HUB_DATABASE_URL=AWAY)
        assert code == 1, (words, told)
        assert told.strip()
        assert "hush-hush" not in told
    folder.joinpath("store.anchor-key").unlink(missing_ok=True)
    call("audit", "public-key", "--data", str(folder / "store"))
    code, told = call("audit", "verify", "--data", str(folder / "store"), SALON_HUB_DATABASE_URL=AWAY)
    assert (code, "nothing could be checked" in told) == (2, True)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "99999", "SALON_HUB_PORT: Input should be less than or equal to 65535"),
        ("DATABASE_URL", "mysql://hush-hush@x/y", "SALON_HUB_DATABASE_URL: is no address of a database"),
        ("DATABASE_URL", "postgresql://a:hush-hush@x:port/y", "SALON_HUB_DATABASE_URL: is no address of a database"),
        ("SMTP_HOST", "mail.test", "mail needs a sender"),
        ("TLS_CERT", "cert.pem", "TLS needs both a certificate and its key"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(folder: Path, name: str, value: str, says: str) -> None:
    where = {f"SALON_HUB_{name}": value, "SALON_HUB_SMTP_PASSWORD": "hush-hush"}
    code, told = call("accounts", "list", "--data", str(folder / "store"), **where)
    assert (code, told.count("\n")) == (2, 1), told
    assert says in told
    assert "hush-hush" not in told


def test_a_variable_that_no_setting_has_is_found() -> None:
    given = {"SALON_HUB_PORT": "1", "SALON_HUB_PROT": "1", "SALON_HUB_SHARED": "x", "PATH": "/bin"}
    assert Settings.unread_variables(given) == ["SALON_HUB_PROT"]


def test_a_mail_password_is_not_sent_in_the_clear(folder: Path) -> None:
    where = {"SALON_HUB_SMTP_HOST": "mail.test", "SALON_HUB_MAIL_FROM": "a@mail.test", "SALON_HUB_SMTP_SECURITY": "none"}
    code, told = call("links", "--data", str(folder / "store"), **where, SALON_HUB_SMTP_PASSWORD="hush-hush")
    assert (code, "a mail password is not sent without TLS" in told, "hush-hush" in told) == (2, True, False)


def test_keys_of_the_anchors_and_backups_that_are_none_are_named(folder: Path) -> None:
    for name, words in (
        ("anchor-key", ["audit", "anchor"]),
        ("anchor-key", ["audit", "public-key"]),
        ("backup-key", ["backup"]),
    ):
        folder.joinpath(f"store.{name}").write_text("rubbish")
        code, told = call(*words, "--data", str(folder / "store"))
        assert (code, str(folder / f"store.{name}") in told) == (1, True), told
    assert call("audit", "verify", "--data", str(folder / "store"))[0] == 2


def test_a_store_that_was_moved_says_where(folder: Path) -> None:
    (folder / "store" / "moved.json").write_text('{"to": "postgresql://db/salon", "at": "2026-01-01", "rows": 1}')
    code, told = call("accounts", "list", "--data", str(folder / "store"))
    assert (code, "was moved to postgresql://db/salon" in told) == (1, True)


def test_the_files_of_tls_are_looked_at_before_anything_is_served(folder: Path, tmp_path: Path) -> None:
    tls = tmp_path / "tls"
    tls.mkdir()
    cert, key = self_signed(tls)
    nowhere = tls / "nowhere.pem"
    for cert_given, key_given, code, says in (
        (nowhere, key, 1, str(nowhere)),
        (cert, nowhere, 1, str(nowhere)),
        (cert, folder / "store.key", 2, "no certificate and its key"),
    ):
        files_of_tls = ["--tls-cert", str(cert_given), "--tls-key", str(key_given)]
        found, told = call("serve", "--data", str(folder / "store"), *files_of_tls)
        words = "".join(told.replace("│", "").split())
        assert (found, "".join(says.split()) in words) == (code, True), told


def test_an_address_that_is_taken_or_not_ours_is_said(folder: Path) -> None:
    words = ["serve", "--data", str(folder / "store"), "--processes", "2", "--host", "192.0.2.1", "--database-url", AWAY]
    code, told = call(*words)
    assert (code, "192.0.2.1" in told) == (1, True)


@pytest.mark.parametrize("words", [["serve"], ["demo"], ["replay-day", "2018-05-31"]])
def test_an_address_that_is_taken_is_said_before_anything_is_started(folder: Path, words: list[str]) -> None:
    before = files(folder)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, told = call(*words, "--data", str(folder / "store"), "--port", str(taken.getsockname()[1]))
    assert (code, "Address already in use" in told) == (1, True), told
    assert {name: held for name, held in files(folder).items() if name != "store.store"} == before


@pytest.mark.parametrize("words", [["serve"], ["demo"]])
def test_a_second_hub_on_a_folder_is_refused_and_the_next_is_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setattr("hub.serving.Server.run", lambda _: None)
    monkeypatch.setattr("hub.demo.run.demo", AsyncMock(return_value=False))
    with served_alone(folder / "store"):
        code, told = call(*words, "--data", str(folder / "store"))
        assert (code, "another hub serves the store" in told) == (1, True), told
    assert call(*words, "--data", str(folder / "store"), "--port", "0")[0] == 0


def test_a_folder_that_a_variable_names_holds_for_every_command(folder: Path) -> None:
    code, told = call("links", SALON_HUB_DATA=str(folder / "store"))
    assert (code, "home" in told, "/l/" in told) == (0, True, True), told
    code, told = call("demo", SALON_HUB_DATA=str(folder / "store"))
    assert (code, str(folder / "store") in told) == (2, True), told


def test_simulated_people_stay_out_of_a_real_store(folder: Path) -> None:
    before = files(folder)
    for language, says in (("en_CA.UTF-8", "is a real one"), ("zh_CN.UTF-8", "正式门店")):
        code, told = call("demo", "--data", str(folder / "store"), LC_ALL=language)
        assert (code, says in told) == (2, True), told
    assert files(folder) == before


PRESSED = """
import os, signal, sys

class Pressed:
    def find_spec(self, name, *_):
        if name == "hub.cli":
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Pressed())
from hub.__main__ import main
main()
"""


def test_ctrl_c_while_the_command_line_loads_leaves_no_trace() -> None:
    ended = subprocess.run([sys.executable, "-c", PRESSED], capture_output=True, check=False, timeout=60)
    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, b"")


def test_a_file_where_a_folder_should_be_is_said(folder: Path) -> None:
    for words in (["new", "--name-zh", "别", "--name-en", "Other"], ["serve"]):
        code, told = call(*words, "--data", str(folder / "store.key"))
        assert (code, str(folder / "store.key") in told) == (1, True), told


def test_a_store_of_another_id_is_nobodys(folder: Path) -> None:
    for words in (["export-person", "1"], ["erase-person", "1", "--yes"]):
        code, told = call(*words, "--data", str(folder / "store"), "--store", "elsewhere")
        assert (code, told) == (1, "refused: there is no store of the id elsewhere\n")


def test_a_fault_of_our_own_keeps_its_trace(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: words are for what somebody can mend, and hide nothing else."""

    def broken(*_: object, **__: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(hub.cli, "refuse_without_store", broken)
    with pytest.raises(KeyError):
        call("accounts", "list", "--data", str(folder / "store"))


def test_without_the_look_an_empty_store_takes_the_place_of_the_one_that_is_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the guard."""
    gone(folder / "store")
    monkeypatch.setattr(hub.cli, "refuse_without_store", lambda _: None)
    call("accounts", "list", "--data", str(folder / "store"))
    assert (folder / "store" / "hub.sqlite3").exists()


def test_two_that_make_the_master_key_at_once_have_the_same(tmp_path: Path) -> None:
    from hub.kernel.crypto import master_key

    async def both() -> list[bytes]:
        return await asyncio.gather(*(asyncio.to_thread(master_key, tmp_path / "store.key") for _ in range(8)))

    assert len(set(asyncio.run(both()))) == 1


ZH = {"LANG": "zh_CN.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""}


@pytest.mark.parametrize(
    ("language", "unknown", "not_ours"),
    [
        (
            {"LC_ALL": "en_GB.UTF-8"},
            "No network knows the host “nosuch.invalid”",
            "“192.0.2.7” is not an address of this machine",
        ),
        (ZH, "找不到主机名“nosuch.invalid”", "“192.0.2.7”不是本机的地址"),
    ],
)
def test_a_host_on_which_nobody_can_listen_is_named_with_its_setting(
    folder: Path, language: dict[str, str], unknown: str, not_ours: str
) -> None:
    for host, says in (("nosuch.invalid", unknown), ("192.0.2.7", not_ours)):
        code, told = call("serve", "--data", str(folder / "store"), "--host", host, "--port", "0", **language)
        assert (code, says in told, "SALON_HUB_HOST" in told) == (1, True, True), told
    code, told = call("serve", "--data", str(folder / "store"), "--host", "a\x1b[2Jb.invalid", "--port", "0", **language)
    assert (code, "\x1b" in told) == (1, False), told


def test_commands_speak_the_terminals_language(folder: Path, tmp_path: Path) -> None:
    store, key = str(folder / "store"), tmp_path / "key"
    key.write_text("no key")
    said: list[tuple[list[str], int, str, str]] = [
        (["backup", "drill", "--data", store], 2, "no backup to try", "没有可以试恢复的备份"),
        (["restore", str(key), "--identity", str(key), "--data", store], 2, "that is no recovery key", "这不是恢复密钥"),
        (["accounts", "reset-link", "nobody", "--data", store], 1, "nobody signs in as 'nobody'", "没有用 'nobody' 登录的账号"),
        (["keys", "status", "--data", store], 0, "seals,", "正在用于加密"),
        (["keys", "drop", "abcd", "--data", store], 1, "abcd are not older keys", "abcd 不是旧密钥"),
        (["export-person", "0" * 32, "--data", store], 1, "nobody is known by this", "没有这样的顾客"),
        (["audit", "verify", "--data", store], 2, "nothing was ever anchored", "从未写过锚点"),
        (["simulate", "--store", "small", "--policy", "wish"], 2, "wish is not one of", "wish 不在"),
        (["simulate", "--store", str(tmp_path / "no.yaml")], 2, "cannot be read", "无法读取"),
        (["serve", "--processes", "2", "--data", store], 2, "need PostgreSQL", "需要 PostgreSQL"),
    ]
    for words, ends, english, chinese in said:
        for language, sentence in ((ZH, chinese), ({"LC_ALL": "en_GB.UTF-8"}, english)):
            code, told = call(*words, **language)
            assert (code, sentence in told) == (ends, True), (words, told)
