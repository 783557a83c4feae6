"""Connections for one HTTP request each: by the socket file, or over TCP. Over TCP without TLS, the daemon first proves
that it knows the token, if `Place.verify` is true.
"""
from __future__ import annotations

import hashlib
import hmac
import http.client
import io
import json
import secrets
import socket
import ssl
import urllib.parse
from typing import Any, BinaryIO, List, Mapping, Optional, Sequence, Tuple, Union

from .errors import DaemonAway, PlotdError
from .place import Place, check_socket

HELLO_SECONDS = 10
CONNECT_SECONDS = 10
QUIET_SECONDS = 20
LONGEST_HELLO = 4096
OWN_CERTIFICATE = (
    "To accept your own certificate, set SSL_CERT_FILE to its file. "
    "The name in the address must be on the certificate"
)
NO_TLS = "The address of a daemon without a certificate begins with http://"
WITH_TLS = "The address of a daemon with a certificate begins with https://"

Body = Union[bytes, BinaryIO]
Call = Tuple[str, Mapping[str, Any]]


def connect(place: Place) -> Tuple[socket.socket, str]:
    """Returns an open connection over which the client may send the token, and the Host header for the requests."""
    try:
        if place.socket and check_socket(place.socket):
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(place.socket)
                return connection, "localhost"
            except OSError:
                connection.close()
        at = urllib.parse.urlsplit(place.url)
        host = at.hostname or "localhost"
        if at.scheme == "https":  # the certificate proves which daemon answers
            plain = socket.create_connection((host, at.port or 443), CONNECT_SECONDS)
            probe_when_quiet(plain)
            encrypted = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
            encrypted.settimeout(None)
            return encrypted, at.netloc
        connection = socket.create_connection((host, at.port or 80), CONNECT_SECONDS)
        probe_when_quiet(connection)
    except (OSError, ValueError) as error:  # ValueError: the address has no valid host or port
        if isinstance(error, PlotdError):
            raise
        raise no_answer(place.url, error) from error
    if place.verify:
        greet(connection, place, at.netloc)
    connection.settimeout(None)
    return connection, at.netloc


def no_answer(url: str, error: Exception) -> DaemonAway:
    """The error when no connection to an address opened."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = f"this computer does not accept the certificate of {url} ({error.verify_message})"
        return DaemonAway(why, OWN_CERTIFICATE)
    if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return DaemonAway(f"the program that answers at {url} uses no TLS", NO_TLS)
    return DaemonAway(f"no daemon answers at {url} ({error})")


def lost(url: str, error: Exception) -> DaemonAway:
    """The error when a connection ended before the whole answer."""
    why = f"the connection to {url} was lost ({error!r})"
    # A server with TLS closes the connection of a client without TLS, and answers nothing.
    if isinstance(error, ConnectionResetError) and url.startswith("http:"):
        return DaemonAway(why, f"{DaemonAway(why).hint}. {WITH_TLS}")
    return DaemonAway(why)


def probe_when_quiet(connection: socket.socket) -> None:
    """Lets the operating system check whether a quiet connection is alive, and end a connection that is not.

    Without this check, a request to a computer that has vanished would wait for ever.
    """
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", QUIET_SECONDS), ("TCP_KEEPINTVL", 1), ("TCP_KEEPCNT", 10)):
        if hasattr(socket, name):  # not on every system
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def greet(connection: socket.socket, place: Place, host: str) -> None:
    """Lets the daemon prove its knowledge of the token: docs/protocol.md, "Clients that use TCP". Sends no token.

    Raises DaemonAway when another program answers, or when no answer comes in time. Raises PlotdError when the daemon
    has no such token.
    """
    digest = hashlib.sha256(place.token.encode()).digest()
    name = hashlib.sha256(b"plotd token id\n" + digest).hexdigest()[:8]
    nonce = secrets.token_urlsafe(24)
    connection.settimeout(HELLO_SECONDS)
    exchange = http_over(connection, host)
    address, port = "", 0
    try:
        address, port = connection.getpeername()[:2]
        exchange.request("GET", f"/hello?nonce={nonce}&token={name}")
        answer = json.loads(exchange.getresponse().read(LONGEST_HELLO))
    except ConnectionResetError as error:
        connection.close()
        raise lost(place.url, error) from error
    except socket.timeout as error:
        connection.close()
        raise DaemonAway(f"no answer from {place.url} within {HELLO_SECONDS} s") from error
    except (ValueError, RecursionError, http.client.HTTPException, OSError):
        answer = {}
    plain = str(address).replace("::ffff:", "").split("%")[0]
    proof = hmac.new(digest, f"plotd hello\n{nonce}\n{plain}\n{port}".encode(), "sha256").hexdigest()
    hello = answer if isinstance(answer, dict) else {}
    if hmac.compare_digest(proof.encode(), str(hello.get("proof", "")).encode()):
        return
    connection.close()
    refusal = error_in(hello)
    if refusal is not None and refusal.code == "ERR_UNAUTHORIZED":
        raise refusal
    raise DaemonAway(f"a program other than the daemon of this token answers at {place.url}; the token was not sent")


def http_over(connection: socket.socket, host: str) -> http.client.HTTPConnection:
    """HTTP over an open connection. The result opens no other connection, because only the given one is checked."""
    exchange = http.client.HTTPConnection(host)
    exchange.sock, exchange.auto_open = connection, 0
    return exchange


def request(
    place: Place,
    verb: str,
    path: str,
    body: Optional[Body] = None,
    kind: str = "",
    silence: Optional[float] = None,
) -> Tuple[int, bytes]:
    """Sends one request with the token. Returns the status and the body of the answer.

    After `silence` seconds without a byte of the answer, the connection counts as lost. With None, an answer may take
    any time, as long as the computer of the daemon can be reached.
    """
    connection, host = connect(place)
    connection.settimeout(silence)
    with connection:
        exchange = http_over(connection, host)
        headers = head(place, host, kind)
        try:
            exchange.request(verb, path, body, headers)
            answer = exchange.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise lost(place.url, error) from error


def head(place: Place, host: str, kind: str) -> "dict[str, str]":
    """The headers of a request. `kind` is the media type of its body, '' without a body."""
    return {
        "Host": host,
        "Authorization": f"Bearer {place.token}",
        "Connection": "close",
        **({"Content-Type": kind} if kind else {}),
    }


def message_of(calls: Sequence[Call]) -> bytes:
    """The body of POST /rpc. A single call is not sent as a batch: the limit on the answer to a batch is lower."""
    each = [{"jsonrpc": "2.0", "id": i, "method": name, "params": params} for i, (name, params) in enumerate(calls)]
    return json.dumps(each[0] if len(each) == 1 else each).encode()


def results_of(status: int, body: bytes, url: str) -> List[Any]:
    """The results in the order of the calls. Raises the error of the first call that the daemon refused."""
    message = parse(body)
    answers = [each for each in (message if isinstance(message, list) else [message]) if isinstance(each, dict)]
    answers.sort(key=lambda answer: answer["id"] if isinstance(answer.get("id"), int) else -1)
    for answer in answers:
        error = error_in(answer)
        if error is not None:
            raise error
        if "result" not in answer:
            raise stranger(status, url)
    if not answers:
        raise stranger(status, url)
    return [answer["result"] for answer in answers]


def sha256_of(status: int, body: bytes, url: str) -> str:
    """The digest in the answer to an upload. Raises the daemon's error."""
    answer = parse(body)
    if isinstance(answer, dict) and "sha256" in answer:
        return str(answer["sha256"])
    raise refusal_of(status, body, url)


def refusal_of(status: int, body: bytes, url: str) -> PlotdError:
    """The error of a refused request."""
    return error_in(parse(body)) or stranger(status, url)


def stranger(status: int, url: str) -> DaemonAway:
    return DaemonAway(f"a program other than plotd answers at {url} (HTTP {status})")


def error_in(answer: Any) -> Optional[PlotdError]:
    """The error in an answer. None when there is no error, or when the answer is not the daemon's."""
    error = answer.get("error") if isinstance(answer, dict) else None
    return PlotdError.of(error) if isinstance(error, dict) and "message" in error else None


def parse(body: bytes) -> Any:
    """The JSON value of an answer. None when the answer is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


class BytesSocket:
    """Holds the bytes of a whole answer. http.client reads the headers and the chunks from it, as from a socket."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def makefile(self, *_: Any, **__: Any) -> BinaryIO:
        return io.BytesIO(self.data)


def read_answer(data: bytes) -> Tuple[int, bytes]:
    """The status and the body of an HTTP answer. `data` holds all of its bytes."""
    answer = http.client.HTTPResponse(BytesSocket(data))  # type: ignore[arg-type]
    answer.begin()
    return answer.status, answer.read()
