"""How the package finds the daemon, and to which programs it sends no token."""
import asyncio
import errno
import http.server
import json
import os
import pathlib
import socket
import socketserver
import ssl
import threading

import pytest

from plotd import AsyncPlotd, DaemonAway, Plotd, PlotdError, StateUnsafe
from plotd.place import Place, find, http_url
from plotd.wire import connect

STATE = pathlib.Path(os.environ["PLOTD_STATE"])
#: A key, and a certificate for localhost that no authority has signed.
CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEnMFgq4xktVnLXIV
3foSKNsFh/odgCisKOcLqa22RIahRANCAAR6sVGgiVSRFWHck2rodZTSD8UcWGZI
v3wtvB+QB6/Sn6Yk/SRxlrJUtVdpLf4LLuLXBn4vrlOv+5zZjtKSjiDB
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUPoHq/C/68tHrfEOZpiqxr6537KYwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEzMDA1NDYwNFoYDzIxMjYxMTA2
MDU0NjA0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAR6sVGgiVSRFWHck2rodZTSD8UcWGZIv3wtvB+QB6/Sn6Yk/SRxlrJU
tVdpLf4LLuLXBn4vrlOv+5zZjtKSjiDBo2kwZzAdBgNVHQ4EFgQUPReTK6Nsakiy
Ce6jlzuYa8oRCmYwHwYDVR0jBBgwFoAUPReTK6NsakiyCe6jlzuYa8oRCmYwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIgNvjyBGywZuBgfHOWPuy4qLnuO1F7SOhvQfg0rYneNvYCIQDVKaOP88w7
yhugprHY3oQge0iVZGHbeIi+47MdQMr4zg==
-----END CERTIFICATE-----
"""


def test_it_finds_the_socket_file_and_reaches_the_daemon_over_tcp_too(plotd, monkeypatch):
    place = find()
    assert place.socket and place.verify
    assert plotd.call("server.info")["name"] == "plotd"
    over_tcp = Plotd(url=place.url, state=STATE)
    assert over_tcp.place.socket is None
    assert over_tcp.call("server.info")["name"] == "plotd"
    monkeypatch.setenv("PLOTD_URL", place.url)
    monkeypatch.setenv("PLOTD_TOKEN", place.token)
    assert Plotd().call("server.info")["name"] == "plotd"


def test_the_operating_system_checks_whether_a_quiet_connection_is_alive():
    connection, _ = connect(Place(url=find().url, token=find().token))
    with connection:
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 20


def test_addresses_are_taken_as_people_write_them():
    assert http_url("localhost:7475") == "http://localhost:7475"
    assert http_url("ws://localhost:7475/v1") == "http://localhost:7475"
    assert http_url("wss://plots.example/") == "https://plots.example"
    assert http_url("WSS://plots.example/") == "https://plots.example"
    assert http_url("HTTPS://Plots.example") == "https://Plots.example"
    assert http_url("wsbox:7475") == "http://wsbox:7475"
    assert http_url("http://plots.example/rpc//") == "http://plots.example"


def test_a_token_that_the_daemon_does_not_know_is_refused():
    url = find().url
    with pytest.raises(PlotdError) as refused:
        Plotd(url=url, token="wrong").call("server.info")
    assert refused.value.code == "ERR_UNAUTHORIZED"


def test_an_impostor_gets_no_token():
    seen = []

    class Impostor(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(str(self.headers))
            body = json.dumps({"proof": "0" * 64}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Impostor)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(DaemonAway, match="a program other than"):
            Plotd(url=f"127.0.0.1:{server.server_port}", state=STATE).call("server.info")
    finally:
        server.shutdown()
        server.server_close()
    assert seen and find().token not in "".join(seen)


class Stranger(http.server.BaseHTTPRequestHandler):
    """A program that is no daemon. It gives the same answer to each request."""

    body = b""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(404)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("body", ["null", "5", "[]", "[1]", '[{"id":null}]', '{"error":"Not found"}', "{}", "[" * 4000])
def test_an_answer_of_another_program_is_not_taken_for_one_of_the_daemon(body):
    server = http.server.HTTPServer(("127.0.0.1", 0), type("Other", (Stranger,), {"body": body.encode()}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"127.0.0.1:{server.server_port}"
    other = Plotd(url, "token")
    calls = [
        lambda: other.call("server.info"),
        lambda: other.call_all([("server.info", {}), ("server.info", {})]),
        lambda: other.upload(b"bytes"),
        lambda: Plotd(url, state=STATE).call("server.info"),
        lambda: asyncio.run(AsyncPlotd(url, "token").call("server.info")),
        lambda: asyncio.run(AsyncPlotd(url, "token").upload(b"bytes")),
    ]
    try:
        for call in calls:
            with pytest.raises(DaemonAway, match="a program other than"):
                call()
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("url", ["localhost:99999", "localhost:port", "::1:7475", "http://[::1", "plots..example", "ftp://plots"])
def test_a_text_that_is_no_address_is_refused(url):
    with pytest.raises(DaemonAway):
        Plotd(url, "token").call("server.info")
    with pytest.raises(DaemonAway):
        asyncio.run(AsyncPlotd(url, "token").call("server.info"))


@pytest.mark.parametrize("token", ["a\nb", "token\n", "€"])
def test_a_token_with_a_character_that_a_header_cannot_have_is_refused(token):
    with pytest.raises(PlotdError) as refused:
        Plotd("localhost:1", token).call("server.info")
    assert refused.value.code == "ERR_UNAUTHORIZED"


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no mode on Windows")
def test_a_state_folder_or_a_file_in_it_that_others_can_change_is_not_trusted(tmp_path):
    (tmp_path / "daemon.json").write_text('{"url": "http://127.0.0.1:1"}')
    (tmp_path / "token").write_text("secret")
    (tmp_path / "token").chmod(0o622)
    with pytest.raises(StateUnsafe, match="chmod go-w"):
        Plotd(state=tmp_path).call("server.info")
    (tmp_path / "token").chmod(0o600)
    (tmp_path / "daemon.json").rename(tmp_path / "elsewhere")
    (tmp_path / "daemon.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StateUnsafe, match="symbolic link"):
        Plotd(state=tmp_path).call("server.info")
    tmp_path.chmod(0o777)
    with pytest.raises(StateUnsafe):
        Plotd(state=tmp_path).call("server.info")


def test_a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    def refuse(path, flags):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    tmp_path.chmod(0o700)
    monkeypatch.setattr("plotd.place.os.open", refuse)
    with pytest.raises(PlotdError, match="cannot read .*daemon.json: Permission denied") as refused:
        Plotd(state=tmp_path).call("server.info")
    assert refused.value.code == "ERR_FILE"


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root uses the daemon of the machine's service")
def test_root_uses_the_daemon_of_the_machines_service_when_its_own_state_folder_names_no_daemon(tmp_path, monkeypatch):
    service, home = tmp_path / "service", tmp_path / "home"
    (home / "plotd").mkdir(parents=True)
    service.mkdir()
    (service / "daemon.json").write_text('{"url": "http://service:1", "socket": "/theirs"}')
    (service / "token").write_text("secret\n")
    for path in (service, service / "daemon.json", service / "token"):
        os.chown(path, 12345, 12345)
    monkeypatch.setattr("plotd.place.SERVICE_STATE", str(service))
    monkeypatch.delenv("PLOTD_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    assert find() == find(state=service) == Place("http://service:1", "secret", verify=True)
    with pytest.raises(DaemonAway):
        find(state=home)
    (home / "plotd/daemon.json").write_text('{"url": "http://own:2"}')
    assert find().url == "http://own:2"


# `connect` falls back to TLS when nothing listens at the socket file. asyncio cannot use a connection that is encrypted
# already, so it opens a new one.
def test_asyncio_opens_a_new_connection_when_connect_returns_an_encrypted_one(monkeypatch):
    own, other = socket.socketpair()
    context = ssl.create_default_context()
    encrypted = context.wrap_socket(own, server_hostname="daemon", do_handshake_on_connect=False)
    monkeypatch.setattr("plotd.aio.connect", lambda place: (encrypted, "daemon"))
    place = Place("https://127.0.0.1:1", "token", "/gone.sock")
    with other, pytest.raises(DaemonAway):
        asyncio.run(AsyncPlotd()._open(place))


def test_a_call_to_a_program_that_answers_no_tls_handshake_times_out(monkeypatch):
    monkeypatch.setattr("plotd.wire.CONNECT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(DaemonAway, match="timed out"):
            Plotd(url, "token").call("server.info")
        with pytest.raises(DaemonAway, match="timed out"):
            asyncio.run(asyncio.wait_for(AsyncPlotd(url, "token").call("server.info"), 30))


def test_a_program_that_accepts_a_connection_and_says_nothing_is_reported_as_no_answer(monkeypatch):
    monkeypatch.setattr("plotd.wire.HELLO_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = Place(f"http://127.0.0.1:{silent.getsockname()[1]}", "token", verify=True)
        with pytest.raises(DaemonAway, match="no answer from .* within 0.1 s"):
            connect(place)


@pytest.fixture
def encrypted_port(tmp_path):
    """The port of a server on localhost with TLS, which closes each connection."""
    (tmp_path / "certificate.pem").write_text(CERTIFICATE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem")

    class Closing(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                context.wrap_socket(self.request, server_side=True).close()
            except OSError:
                pass

    with socketserver.ThreadingTCPServer(("localhost", 0), Closing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def failures(url):
    """How the clients say that they reach no daemon at the address."""
    calls = [
        lambda: Plotd(url, "token").call("server.info"),
        lambda: asyncio.run(AsyncPlotd(url, "token").call("server.info")),
    ]
    for call in calls:
        with pytest.raises(DaemonAway) as away:
            call()
        yield str(away.value)


def test_a_certificate_that_this_computer_does_not_accept_is_named(encrypted_port):
    for failure in failures(f"https://localhost:{encrypted_port}"):
        assert "does not accept the certificate" in failure
        assert "set SSL_CERT_FILE to its file" in failure
        assert "plotd serve" not in failure


def test_an_address_with_the_wrong_scheme_is_named(encrypted_port):
    for failure in failures(f"http://localhost:{encrypted_port}"):
        assert "a certificate begins with https://" in failure
    with pytest.raises(DaemonAway, match="a certificate begins with https://"):
        Plotd(f"http://localhost:{encrypted_port}", state=STATE).call("server.info")
    for failure in failures(find().url.replace("http:", "https:")):
        assert "uses no TLS" in failure
        assert "begins with http://" in failure


@pytest.mark.parametrize("text", [b"", b'{"url":"http:', b"[]", b"{}", b'{"url":1}', b"\xff\xfe", b'{"url":"http://x","socket":1}'])
def test_a_damaged_file_of_the_daemon_names_no_daemon(text, tmp_path):
    tmp_path.chmod(0o700)
    (tmp_path / "daemon.json").write_bytes(text)
    (tmp_path / "daemon.json").chmod(0o600)
    with pytest.raises(DaemonAway, match="damaged"):
        Plotd(state=tmp_path).call("server.info")
