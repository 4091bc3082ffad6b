"""Settings from the environment: every wrong one is named, at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import SettingsWrong, read_settings

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
    assert "BRIEFING_PROXY: http://host:port, or socks5://" in problems(proxy=proxy)
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
