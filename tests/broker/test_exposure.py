"""How far a broker lets itself be seen, and the sentence for each setting that cannot be what was meant."""

import contextlib
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import StartBroker
from tests.support.cli import troth
from tests.support.servers import running

USER = {"TROTH_BASIC_AUTH_USERNAME": "ada", "TROTH_BASIC_AUTH_PASSWORD": "s3cret"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_beyond_this_machine_it_wants_credentials_and_says_how(tmp_path: Path, host: str) -> None:
    run = troth("serve", "--host", host, "--port", "0", folder=tmp_path, code=2)
    assert run.err.startswith(f"troth: {host} can be reached from other machines")
    for way in ("TROTH_BASIC_AUTH_USERNAME", "TROTH_BEARER_TOKEN", "127.0.0.1", "--allow-open"):
        assert way in run.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "flags", "told"),
    [
        (USER, (), "open_to='those with credentials'"),
        ({**USER, "TROTH_ALLOW_PUBLIC_READ": "true"}, (), "open_to='those with credentials; everybody may read'"),
        ({"TROTH_BEARER_TOKEN": "t"}, (), "open_to='those with credentials'"),
        ({"TROTH_ALLOW_OPEN": "true"}, (), "open_to='everybody who reaches it'"),
        ({}, ("--allow-open",), "open_to='everybody who reaches it'"),
    ],
)
def test_beyond_this_machine_it_listens_with_credentials_or_when_told_that_it_may_be_open(
    tmp_path: Path, environment: dict[str, str], flags: tuple[str, ...], told: str
) -> None:
    with running(
        "serve", "--host", "0.0.0.0", "--port", "0", *flags, folder=tmp_path, environment=environment
    ) as server:
        port = server.url.rpartition(":")[2]
        assert httpx.get(f"http://127.0.0.1:{port}/", auth=("ada", "s3cret"), trust_env=False).status_code in {200, 401}
        assert told in server.said


def test_without_credentials_it_says_that_it_is_for_this_machine(tmp_path: Path) -> None:
    with running("serve", "--port", "0", folder=tmp_path) as server:
        assert server.url
        assert "everybody on this machine, as no credentials are set" in server.said


def test_no_log_holds_a_password(tmp_path: Path) -> None:
    environment = {**USER, "TROTH_BEARER_TOKEN": "t0ken-value"}
    with running("serve", "--port", "0", folder=tmp_path, environment=environment) as server:
        for auth in (("ada", "s3cret"), ("ada", "wr0ng-one")):
            httpx.get(f"{server.url}/test/error", auth=auth, headers={"Accept": "*/*"}, trust_env=False)
        assert server.stop() == 0
    said = server.said
    assert "unhandled failure" in said
    for secret in ("s3cret", "t0ken-value", "wr0ng-one"):
        assert secret not in said


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["--base-url", "nonsense"], {}, "base_url is 'nonsense', but takes the address that users type"),
        (["--base-url", "ftp://pacts.example"], {}, "base_url is 'ftp://pacts.example'"),
        (["--base-url", "https://"], {}, "base_url is 'https://'"),
        (["--base-url", "https://pacts.example/?a=b"], {}, "base_url is"),
        (["--base-url", "https://pacts.example:many"], {}, "base_url is"),
        ([], {"PACT_BROKER_BASE_URLS": "https://a.example b.example"}, "base_url is 'b.example'"),
        (["--host", "no.such.host.invalid"], {}, "cannot listen on no.such.host.invalid:0: "),
        ([], {"TROTH_CORS_ORIGINS": "tools.example"}, "cors_origins holds 'tools.example', but takes origins such as"),
        ([], {"TROTH_CORS_ORIGINS": "https://tools.example/path"}, "cors_origins holds"),
        ([], {"PACT_BROKER_BASIC_AUTH_USERNAME": "a"}, "basic_auth_username is set without basic_auth_password"),
        ([], {"TROTH_BASIC_AUTH_READ_ONLY_PASSWORD": "a"}, "is set without basic_auth_read_only_username"),
        ([], {"TROTH_BEARER_TOKEN_FILE": "/no/such/file"}, "TROTH_BEARER_TOKEN_FILE names /no/such/file, which cannot"),
        ([], {"TROTH_BEARER_TOKEN_FILE": "/dev/null"}, "TROTH_BEARER_TOKEN_FILE names /dev/null, which is empty"),
        ([], {"TROTH_BEARER_TOKEN_FILE": "/x", "TROTH_BEARER_TOKEN": "y"}, "both TROTH_BEARER_TOKEN and"),
        (["--tls-certificate", "cert.pem"], {}, "tls_certificate is set without tls_key: set TROTH_TLS_KEY too"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_told(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], said: str
) -> None:
    run = troth("serve", "--port", "0", *arguments, folder=tmp_path, environment=environment, code=2)
    assert said in run.err
    assert run.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_secrets_come_from_files(tmp_path: Path, serve: StartBroker, sqlite_url: str) -> None:
    (tmp_path / "password").write_text("from a file\n")
    environment = {
        "PACT_BROKER_BASIC_AUTH_USERNAME": "ada",
        "PACT_BROKER_BASIC_AUTH_PASSWORD_FILE": str(tmp_path / "password"),
        "PACT_BROKER_PUBLIC_HEARTBEAT": "true",
    }
    broker = serve(sqlite_url, environment=environment)
    assert broker.client.get("/", auth=("ada", "from a file")).status_code == 200
    assert broker.client.get("/", auth=("ada", "from a file\n")).status_code == 401


def _certificate(folder: Path, name: str, *more: str) -> tuple[str, str]:
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "2"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *subject, *files, *(more or ("-nodes",))], check=True, capture_output=True)
    return str(certificate), str(key)


def test_with_a_certificate_it_speaks_https_and_links_say_so(tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path, "own")
    flags = ("--port", "0", "--tls-certificate", certificate, "--tls-key", key)
    with running("serve", *flags, folder=tmp_path) as server:
        url = server.url
        assert url.startswith("https://127.0.0.1:")
        with httpx.Client(verify=ssl.create_default_context(cafile=certificate), trust_env=False) as client:
            links = client.get(url, headers={"Accept": "application/hal+json"}).json()["_links"]
            assert links["self"]["href"] == url
        with pytest.raises(httpx.TransportError):
            httpx.get(url.replace("https:", "http:"), trust_env=False)
        listing = ("application", "list", "--broker", url)
        troth(*listing, "--ssl-certificate", certificate, code=0)
        assert "no trusted TLS connection" in troth(*listing, code=3).err


@contextlib.contextmanager
def _files(folder: Path) -> Iterator[dict[str, str]]:
    certificate, key = _certificate(folder, "own")
    _, other = _certificate(folder, "other")
    locked_certificate, locked = _certificate(folder, "locked", "-passout", "pass:secret")
    (folder / "text").write_text("no certificate at all")
    yield {
        "certificate": certificate,
        "key": key,
        "other": other,
        "locked_certificate": locked_certificate,
        "locked": locked,
        "text": str(folder / "text"),
        "missing": str(folder / "missing.pem"),
    }


@pytest.mark.parametrize(
    ("certificate", "key", "said"),
    [
        ("missing", "key", "missing.pem cannot be read: No such file or directory"),
        ("certificate", "missing", "missing.pem cannot be read: No such file or directory"),
        ("text", "key", "cannot be used: one of them is no PEM file"),
        ("certificate", "text", "cannot be used: one of them is no PEM file"),
        ("certificate", "other", "cannot be used: the key belongs to another certificate"),
        ("locked_certificate", "locked", "tls_key is encrypted, and nobody is here to type its password"),
    ],
)
def test_certificate_files_that_cannot_be_used_are_told(tmp_path: Path, certificate: str, key: str, said: str) -> None:
    with _files(tmp_path) as files:
        flags = ("--tls-certificate", files[certificate], "--tls-key", files[key])
        run = troth("serve", "--port", "0", *flags, folder=tmp_path, code=2)
    assert said in run.err
    assert run.err.count("\n") == 1
