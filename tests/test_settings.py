"""Settings from the environment: every wrong one is named, at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import SettingsWrong, misspelt_settings, read_settings

TOKEN = "123456:ABC-DEF1234ghIkl"


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Away from anybody's own .env."""
    monkeypatch.chdir(tmp_path)


def problems(**values: object) -> str:
    with pytest.raises(SettingsWrong) as caught:
        read_settings(**values)
    return "\n".join(caught.value.problems)


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    told = problems(
        token="abc",
        token_file=tmp_path / "nowhere",
        rate=99,
        admins="x",
        window_seconds=-1,
        tls_certificate=__file__,
        store="mysql",
        api_url="nope",
    )
    for name in (
        "TOKEN:",
        "TOKEN_FILE:",
        "RATE above",
        "ADMINS",
        "WINDOW_SECONDS",
        "TLS_CERTIFICATE and",
        "STORE",
        "API_URL",
    ):
        assert f"BRIEFING_{name}" in told
    assert "abc" not in told  # a token, even a wrong one, is not repeated


@pytest.mark.parametrize("place", ["8080", ":8080", "localhost:99999", "a b:80", "::1:80"])
@pytest.mark.parametrize("name", ["listen", "web"])
def test_an_address_without_a_port_that_there_is_is_named(name: str, place: str) -> None:
    assert "127.0.0.1:8080" in problems(**{name: place})
    for good in ("127.0.0.1:0", "[::1]:65535", "localhost:80"):
        assert read_settings(**{name: good}).listen == good


@pytest.mark.parametrize(
    "proxy", ["socks4://127.0.0.1:1080", "host:3128", "http://", "socks5://:80", "http://a:99999"]
)
def test_a_proxy_that_is_not_spoken_to_is_named(proxy: str) -> None:
    assert "BRIEFING_PROXY: write http://host:port, or socks5://" in problems(proxy=proxy)
    for good in ("http://host:3128", "socks5://user:password@host:1080", "socks5h://[::1]:1080"):
        assert read_settings(proxy=good).proxy == good


def test_files_that_are_not_there_are_named_with_their_settings(tmp_path: Path) -> None:
    names = ("webhook_certificate", "tls_certificate", "tls_key")
    told = problems(**{name: tmp_path / name for name in names})
    for name in names:
        assert f"BRIEFING_{name.upper()}: {tmp_path / name} cannot be read: No such file" in told


@pytest.mark.parametrize("holds", [b"", b"  \n", b"\xff\xfe\x00", b"hello"])
def test_a_file_without_a_token_is_named(tmp_path: Path, holds: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(holds)
    assert "BRIEFING_TOKEN_FILE: " in problems(token_file=file)


def test_a_token_may_stand_between_blanks_and_comes_from_a_file_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    for name, value in (("TOKEN", f" {TOKEN} "), ("TOKEN_FILE", str(file))):
        with monkeypatch.context() as environment:
            environment.setenv(f"BRIEFING_{name}", value)
            token = read_settings().token
            assert token is not None
            assert token.get_secret_value() == TOKEN


def test_an_empty_token_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFING_TOKEN", "  ")
    assert read_settings().token is None


@pytest.mark.parametrize("admins", ["0", "-1001", "1,0"])
def test_admins_are_people(admins: str) -> None:
    assert "BRIEFING_ADMINS: " in problems(admins=admins)


NOT_NUMBERS = "write numeric ids of people, separated by commas"


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("ADMINS", "@boss", f'"@boss": {NOT_NUMBERS}'),
        ("ADMINS", "900;901", f'"900;901": {NOT_NUMBERS}'),
        ("ADMINS", "900, x, y", f'"x", "y": {NOT_NUMBERS}'),
        ("ADMINS", "-5", f'"-5": {NOT_NUMBERS}'),
        ("TRUSTED_PROXIES", "notanip", '"notanip": write IP addresses or networks'),
        ("TRUSTED_PROXIES", "10.0.0.1, proxy.local", '"proxy.local": write IP addresses'),
        ("UNDO_MINUTES", "soon", 'write a whole number from 1 to 10,080, not "soon"'),
        ("UNDO_MINUTES", "1.5", 'write a whole number from 1 to 10,080, not "1.5"'),
        ("RATE", "0", 'write a number above 0 to 1,000, not "0"'),
        ("WEBHOOK_CONNECTIONS", "101", "write a whole number from 1 to 100"),
        ("PICTURES", "maybe", 'write true or false, not "maybe"'),
        ("LOG_LEVEL", "loud", 'write DEBUG or INFO or WARNING or ERROR, not "LOUD"'),
        ("API_URL", "nope", 'write an address such as https://example.org, not "nope"'),
        ("WEBHOOK_URL", "http://example.org/x", "Telegram delivers to https:// on port 443"),
        ("WEBHOOK_URL", "https://example.org:9999/x", "on port 443, 80, 88 or 8443 only"),
        ("WEBHOOK_PATH", "telegram", "write a path that begins with /"),
        ("LISTEN", "8080", "write a host and a port"),
        ("METRICS_LISTEN", "9090", "write a host and a port"),
    ],
)
def test_what_is_wrong_is_said_in_a_plain_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, said: str
) -> None:
    monkeypatch.setenv(f"BRIEFING_{name}", given)
    told = problems()
    assert told.startswith(f"BRIEFING_{name}: ")
    assert said in told
    assert "Input should" not in told


@pytest.mark.parametrize("quote", ['"', "'"])
def test_quotes_that_a_container_engine_hands_on_are_taken_off(
    monkeypatch: pytest.MonkeyPatch, quote: str
) -> None:
    for name, value in (("TOKEN", TOKEN), ("ADMINS", "900, 901"), ("LOG_LEVEL", "debug")):
        monkeypatch.setenv(f"BRIEFING_{name}", f"{quote}{value}{quote}")
    found = read_settings()
    assert found.token is not None
    assert found.token.get_secret_value() == TOKEN
    assert (found.admins, found.log_level) == ((900, 901), "DEBUG")


def test_networks_of_proxies_are_taken() -> None:
    found = read_settings(trusted_proxies="127.0.0.1, ::1, 10.1.2.3/8")
    assert found.trusted_proxies == ("127.0.0.1", "::1", "10.0.0.0/8")


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-8"])
def test_a_file_named_env_and_the_environment_over_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, coding: str
) -> None:
    text = f"# öhdəlik\nBRIEFING_TOKEN='{TOKEN}'\nexport briefing_rate=12\nBRIEFING_ADMINS=1\n"
    (tmp_path / ".env").write_text(text, encoding=coding)
    monkeypatch.setenv("BRIEFING_ADMINS", "2")
    found = read_settings()
    assert found.token is not None
    assert (found.token.get_secret_value(), found.rate, found.admins) == (TOKEN, 12, (2,))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("# ключ\nBRIEFING_TOKEN=x\n".encode("cp1251"), "is not text in UTF-8"),
        (f"BRIEFING_TOKEN={TOKEN}".encode("utf-16"), "is not text in UTF-8"),
        (b"BRIEFING_TOKEN=1\nwhat is this\n", "line 2: write NAME=value"),
    ],
)
def test_a_file_named_env_that_cannot_be_read_is_named_with_the_others(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / ".env").write_bytes(content)
    told = problems(rate=99)
    assert f".env{'' if 'UTF' in said else ', '}" in told
    assert said in told
    assert "BRIEFING_PAID_BROADCAST" in told


def test_a_token_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN, encoding="utf-8-sig")
    token = read_settings(token_file=file).token
    assert token is not None
    assert token.get_secret_value() == TOKEN


def test_misspelt_names_come_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BRIEFING_ADMNIS", "BRIEFING_RATES", "BREIFING_TOKEN", "BRIEFING_COLOUR_OF_IT"):
        monkeypatch.setenv(name, "1")
    told = "\n".join(misspelt_settings())
    assert "BRIEFING_ADMNIS is not a setting. Did you mean BRIEFING_ADMINS?" in told
    assert "BRIEFING_RATES is not a setting. Did you mean BRIEFING_RATE?" in told
    assert "BREIFING_TOKEN is not a setting. Did you mean BRIEFING_TOKEN?" in told
    assert "BRIEFING_COLOUR_OF_IT is not a setting. It has no effect." in told
    assert len(told.splitlines()) == 4


ADDRESS = "postgresql://user:p%40ss@host:5432/name"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://user:hid@den@host/name",
        "postgresql://user:hid/den@host/name",
        "postgresql://user:hid%zden@host/name",
        "postgresql://user:hidden",
    ],
)
def test_a_password_that_would_be_taken_for_a_host_is_refused_and_not_repeated(
    address: str, tmp_path: Path
) -> None:
    file = tmp_path / "store"
    file.write_text(address)
    for told in (problems(store=address), problems(store_file=file)):
        assert "write @ as %40" in told
        assert "hid" not in told
        assert "den" not in told


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS,
        "postgres://host/name",
        "postgresql://",
        "postgresql://u:p:q@a,b:1/name?sslmode=require",
        "postgresql://u@[::1]:5432/name",
        "postgresql:///name?host=/run/postgresql&user=u",
    ],
)
def test_addresses_of_databases(address: str, tmp_path: Path) -> None:
    assert read_settings(store=address).store.get_secret_value() == address
    file = tmp_path / "store"
    file.write_text(f"{address}\n", encoding="utf-8-sig")
    assert read_settings(store_file=file).store.get_secret_value() == address
    assert read_settings(store="tinydb", store_file=file).store.get_secret_value() == "tinydb"


def test_a_file_named_env_that_this_user_may_not_read(tmp_path: Path) -> None:
    for folder in (
        tmp_path,
        *(path for path in tmp_path.parents if path.name.startswith(("pytest-", "popen-"))),
    ):
        folder.chmod(0o755)
    file = tmp_path / ".env"
    file.write_text(f"BRIEFING_TOKEN={TOKEN}")
    file.chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65_534)
    try:
        told = problems(rate=99)
    finally:
        if is_root:
            os.seteuid(0)
    assert ".env cannot be read: Permission denied" in told
    assert "BRIEFING_PAID_BROADCAST" in told
