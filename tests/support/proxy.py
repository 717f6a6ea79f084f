"""nginx as `deploy/` sets it up, as a process of the test's own."""

import contextlib
import os
import shutil
import string
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from tests.support.services import Missing
from tests.support.waiting import until

TEMPLATE = Path(__file__).parents[2] / "deploy" / "nginx.conf.template"

_AROUND = """\
daemon off;
user {user};
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/troth.conf;
}}
"""


def find() -> str:
    """The `nginx` program; Missing if there is none."""
    given = os.environ.get("TROTH_TEST_NGINX") or shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if given is None:
        raise Missing("no nginx: apt-get install nginx-light, or set TROTH_TEST_NGINX")
    return given


@contextlib.contextmanager
def nginx(variables: Mapping[str, str]) -> Iterator[Path]:
    """Run nginx with the deployment's configuration, and give the file in which it complains."""
    program = find()
    with tempfile.TemporaryDirectory(prefix="troth-nginx-") as name:
        folder = Path(name)
        (folder / "troth.conf").write_text(filled_in(variables))
        (folder / "nginx.conf").write_text(
            _AROUND.format(folder=folder, user="root" if os.geteuid() == 0 else "nobody")
        )
        log = folder / "error.log"
        command = [program, "-p", name, "-e", str(log), "-c", str(folder / "nginx.conf")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
            try:
                until(lambda: _listens(child, variables["TROTH_LISTEN"]), what="the start of nginx")
                yield log
            finally:
                child.terminate()
                child.communicate()


def filled_in(variables: Mapping[str, str]) -> str:
    """The configuration with its variables in place, as envsubst and the official image do it."""
    text = TEMPLATE.read_text()
    for name, value in variables.items():
        assert f"${{{name}}}" in text, f"the configuration knows no {name}"
        text = text.replace(f"${{{name}}}", value)
    left = [found[2] for found in string.Template.pattern.findall(text) if found[2]]
    assert not left, f"nobody gives {left} a value"
    return text


def _listens(child: "subprocess.Popen[str]", address: str) -> bool:
    if child.poll() is not None:
        assert child.stdout is not None
        raise AssertionError(f"nginx ended with {child.returncode}: {child.stdout.read()}")
    try:
        httpx.get(f"http://{address}/", trust_env=False)
    except httpx.TransportError:
        return False
    return True
