"""Message brokers of the test's own that speak TLS alone, want a client's certificate, and know one user."""

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.support.messaging import MQTT_KIND, NATS_KIND, RABBITMQ_KIND, REDIS_KIND, Kind
from tests.support.services import Missing

USER, PASSWORD = "troth", "s3same"


@dataclass(frozen=True)
class Papers:
    """The files of a private authority: its certificate, and one with its key for each side."""

    folder: Path

    @property
    def authority(self) -> Path:
        """Whom to trust."""
        return self.folder / "ca.pem"

    def certificate(self, side: str) -> Path:
        """The certificate of `server` or `client`."""
        return self.folder / f"{side}.pem"

    def key(self, side: str) -> Path:
        """Its key."""
        return self.folder / f"{side}.key"


def papers_in(folder: Path) -> Papers:
    """Certificates made by openssl; raises Missing where there is none."""
    if shutil.which("openssl") is None:
        raise Missing("no openssl: apt-get install openssl")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost")
    _openssl(folder, "req -x509 -newkey rsa:2048 -nodes -days 7300 -subj /CN=authority -keyout ca.key -out ca.pem")
    for side in ("server", "client"):
        _openssl(folder, f"req -newkey rsa:2048 -nodes -subj /CN={side} -keyout {side}.key -out {side}.csr")
        signed = f"x509 -req -in {side}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 7300 -extfile names"
        _openssl(folder, f"{signed} -out {side}.pem")
    return Papers(folder)


def _openssl(folder: Path, arguments: str) -> None:
    subprocess.run(["openssl", *arguments.split()], cwd=folder, check=True, capture_output=True)


Command = Callable[[Papers, Path, int, Path], Sequence[str]]


def _redis(papers: Papers, program: Path, port: int, folder: Path) -> list[str]:
    lines = {"port": 0, "tls-port": port, "bind": "127.0.0.1", "save": '""', "tls-auth-clients": "yes"}
    lines |= {"tls-cert-file": papers.certificate("server"), "tls-key-file": papers.key("server")}
    lines |= {"tls-ca-cert-file": papers.authority, "user": f"{USER} on >{PASSWORD} ~* +@all"}
    settings = folder / "redis.conf"
    settings.write_text("".join(f"{name} {value}\n" for name, value in lines.items()) + "user default off\n")
    return [str(program), str(settings)]


def _nats(papers: Papers, program: Path, port: int, folder: Path) -> list[str]:
    plain = NATS_KIND.command(program, port, folder)
    tls = [f"--tlscert={papers.certificate('server')}", f"--tlskey={papers.key('server')}"]
    return [*plain, "--tlsverify", *tls, f"--tlscacert={papers.authority}", "--user", USER, "--pass", PASSWORD]


def _mqtt(papers: Papers, program: Path, port: int, folder: Path) -> list[str]:
    words = folder / "passwords"
    words.touch(mode=0o600)
    subprocess.run(["mosquitto_passwd", "-b", str(words), USER, PASSWORD], check=True, capture_output=True)
    lines = {"user": "root", "allow_anonymous": "false", "password_file": words, "listener": f"{port} 127.0.0.1"}
    lines |= {"cafile": papers.authority, "certfile": papers.certificate("server"), "keyfile": papers.key("server")}
    settings = folder / "mosquitto.conf"
    settings.write_text("".join(f"{name} {value}\n" for name, value in lines.items()) + "require_certificate true\n")
    return [str(program), "-c", str(settings)]


def _amqp(papers: Papers, program: Path, port: int, folder: Path) -> list[str]:
    lines = {"listeners.tcp": "none", "listeners.ssl.local": f"127.0.0.1:{port}", "default_user": USER}
    lines |= {"default_pass": PASSWORD, "loopback_users": "none", "ssl_options.cacertfile": str(papers.authority)}
    lines |= {
        "ssl_options.certfile": str(papers.certificate("server")),
        "ssl_options.keyfile": str(papers.key("server")),
    }
    lines |= {"ssl_options.verify": "verify_peer", "ssl_options.fail_if_no_peer_cert": "true"}
    (folder / "rabbitmq.conf").write_text("".join(f"{name} = {value}\n" for name, value in lines.items()))
    return [str(program)]


_SECURE: dict[str, tuple[Kind, str, Command]] = {
    "amqp": (RABBITMQ_KIND, "amqps", _amqp),
    "mqtt": (MQTT_KIND, "mqtts", _mqtt),
    "nats": (NATS_KIND, "tls", _nats),
    "redis": (REDIS_KIND, "rediss", _redis),
}


@contextlib.contextmanager
def secured(kind: str, papers: Papers) -> Iterator[str]:
    """The address ``host:port`` of a server with TLS; raises Missing where its program is not installed."""
    plain, _, command = _SECURE[kind]
    program = plain.installed()
    if program is None:
        raise Missing(f"no {plain.program} that could be started with TLS: apt-get install {plain.program}")
    own = replace(plain, command=lambda where, port, folder: command(papers, where, port, folder))
    with own.private(program) as port:
        yield f"127.0.0.1:{port}"


def scheme_of(kind: str) -> str:
    """The scheme of addresses over TLS."""
    return _SECURE[kind][1]
