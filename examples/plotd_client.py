#!/usr/bin/env python3
"""A client for plotd in one file. It needs only Python's standard library (3.8 or newer).

    python3 plotd_client.py Ada "Many happy returns!" [--plot]

queues a postcard and follows the job to its end. Put this file beside a program of your own:

    from plotd_client import Plotd
    plotd = Plotd.find()
    job = plotd.call("job.submit", {"task": "pattern", "params": {"pattern": "spiral"}})
    for job in plotd.watch(job["id"]): print(job["status"])
"""
import base64, hashlib, hmac, http.client, json, os, pathlib, secrets, socket, stat, struct, sys, urllib.parse, uuid

FINAL = ("finished", "failed", "canceled")


class PlotdError(Exception):
    """The daemon refused a call. `code` is one of the codes in docs/errors.md."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.code = (error.get("data") or {}).get("code", "ERR_PROTOCOL")


class Plotd:
    """A daemon, at its socket file `path`, else at `url`. With `verify`, each http connection begins with `greet`."""

    def __init__(self, url, token, path=None, verify=False):
        self.url, self.token, self.path, self.verify = url.rstrip("/"), token, path, verify

    @classmethod
    def find(cls):
        """The daemon that PLOTD_URL and PLOTD_TOKEN name. The state folder replaces a missing variable."""
        url, token = os.environ.get("PLOTD_URL"), os.environ.get("PLOTD_TOKEN")
        if url and token:
            return cls(url, token)
        home = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
        state = pathlib.Path(os.environ.get("PLOTD_STATE") or os.path.join(home, "plotd"))
        check_folder(state)
        token = token or read_private(state / "token").strip()
        if url:
            return cls(url, token, verify=True)
        daemon = json.loads(read_private(state / "daemon.json"))
        return cls(daemon["url"], token, daemon.get("socket"), verify=True)

    def connect(self):
        """Opens a connection to the daemon. Returns the connection, and the Host header for requests."""
        if self.path and os.path.exists(self.path):
            check_folder(pathlib.Path(self.path).parent)
            check_entry(self.path, os.lstat(self.path), stat.S_ISSOCK)
            try:
                connection = socket.socket(socket.AF_UNIX)
                connection.connect(self.path)
                return connection, "localhost"
            except ConnectionRefusedError:
                connection.close()
        at = urllib.parse.urlsplit(self.url)
        if at.scheme == "https":
            import ssl
            raw = socket.create_connection((at.hostname, at.port or 443))
            return ssl.create_default_context().wrap_socket(raw, server_hostname=at.hostname), at.netloc
        connection = socket.create_connection((at.hostname, at.port or 80))
        if self.verify:
            self.greet(connection, at.netloc)
        return connection, at.netloc

    def greet(self, connection, host):
        """Lets the daemon prove that it knows the token, and sends no token: docs/protocol.md, "Clients that use TCP"."""
        digest, nonce = hashlib.sha256(self.token.encode()).digest(), secrets.token_urlsafe(24)
        name = hashlib.sha256(b"plotd token id\n" + digest).hexdigest()[:8]
        address, port = connection.getpeername()[:2]
        connection.settimeout(10)
        exchange = http_over(connection, host)
        exchange.request("GET", "/hello?nonce=%s&token=%s" % (nonce, name))
        try:
            answer = json.loads(exchange.getresponse().read(4096))
        except (ValueError, http.client.HTTPException, OSError):
            answer = {}
        signed = "plotd hello\n%s\n%s\n%d" % (nonce, address.replace("::ffff:", "").split("%")[0], port)
        proof = hmac.new(digest, signed.encode(), "sha256").hexdigest()
        given_proof = str(answer.get("proof", "")) if isinstance(answer, dict) else ""
        if not hmac.compare_digest(proof.encode(), given_proof.encode()):
            connection.close()
            raise ConnectionError("a program other than the daemon of this token answers at %s" % self.url)
        connection.settimeout(None)

    def call(self, method, params=None):
        """Calls a method of docs/protocol.md by HTTP. Raises PlotdError when the daemon refuses the call."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}})
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json", "Connection": "close"}
        connection, host = self.connect()
        with connection:
            exchange = http_over(connection, host)
            exchange.request("POST", "/rpc", body.encode(), headers)
            answer = json.loads(exchange.getresponse().read())
        if answer.get("error"):
            raise PlotdError(answer["error"])
        return answer["result"]

    def watch(self, job_id):
        """Yields the job now and after each change, until the job is final. The changes come over a WebSocket."""
        wire = WebSocket(*self.connect(), self.token)
        try:
            wire.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "events.subscribe", "params": {"topics": ["jobs"]}}))
            message = {}
            while message.get("id") != 1:
                message = json.loads(wire.receive())
            if message.get("error"):
                raise PlotdError(message["error"])
            job = self.call("job.get", {"id": job_id})
            yield job
            while job["status"] not in FINAL:
                message = json.loads(wire.receive())
                event, kind = message.get("params", {}), message.get("method")
                if kind == "job.changed" and event["job"]["id"] == job_id:
                    job = event["job"]
                elif kind == "job.progress" and event["id"] == job_id:
                    job = {**job, "progress": event["progress"]}
                else:
                    continue
                yield job
        finally:
            wire.close()


def http_over(connection, host):
    """An HTTP client on an open connection. The client never opens a second connection."""
    exchange = http.client.HTTPConnection(host)
    exchange.sock, exchange.auto_open = connection, 0
    return exchange


def check_entry(path, info, kind=stat.S_ISREG, above=False):
    """Raises PermissionError if a user other than root and this user could have written the file, or can change it."""
    if not hasattr(os, "getuid"):
        return
    writable = info.st_mode & 0o022
    if above and (info.st_mode & stat.S_ISVTX or writable == 0o020 and is_private_group(info)):
        writable = 0
    if info.st_uid not in (0, os.getuid()) or not kind(info.st_mode):
        raise PermissionError("%s is not safe: it belongs to another user, or has another file type than plotd expects" % path)
    if kind is not stat.S_ISLNK and writable:
        raise PermissionError("%s is not safe: other users can write to it. To repair this, run: chmod go-w %s" % (path, path))
    if kind is stat.S_ISREG and info.st_nlink > 1:
        raise PermissionError("%s is not safe: it has hard links" % path)


def is_private_group(info):
    """Whether this user, who is not root, owns the folder and is the only member of its group."""
    import grp, pwd
    if info.st_uid == 0 or info.st_uid != os.getuid():
        return False
    own = [user.pw_name for user in pwd.getpwall() if user.pw_gid == info.st_gid]
    try:
        return own == [pwd.getpwuid(info.st_uid).pw_name] and set(grp.getgrgid(info.st_gid).gr_mem) <= set(own)
    except KeyError:
        return False


def check_folder(path, links=40):
    """Checks a folder, the folders above it, and the symbolic links on the way."""
    path = pathlib.Path(os.path.abspath(path))
    for each in [*reversed(path.parents), path]:
        info = os.lstat(each)
        if stat.S_ISLNK(info.st_mode):
            check_entry(each, info, stat.S_ISLNK)
            if links == 0:
                raise PermissionError("%s is not safe: too many symbolic links" % path)
            target = os.path.join(os.path.realpath(each.parent), os.readlink(each))
            return check_folder(os.path.join(target, path.relative_to(each)), links - 1)
        check_entry(each, info, stat.S_ISDIR, above=each != path)


def read_private(path):
    """The text of a file that only this user or root can have written. Follows no symbolic link."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(file) as opened:
        check_entry(path, os.fstat(file))
        return opened.read()


class WebSocket:
    """The part of RFC 6455 that a client of plotd needs: texts in both directions, and answers to pings."""

    def __init__(self, connection, host, token):
        self.socket = connection
        self.file = self.socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET /v1 HTTP/1.1", "Host: " + host, "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + key, "Sec-WebSocket-Protocol: plotd",
            "Authorization: Bearer " + token, "", "",
        ]
        self.socket.sendall("\r\n".join(lines).encode())
        status = self.file.readline()
        while self.file.readline().strip():
            pass
        if b" 101 " not in status:
            raise ConnectionError(status.decode().strip())

    def frame(self, opcode, payload):
        mask, size = os.urandom(4), len(payload)
        if size < 126:
            length = bytes([0x80 | size])
        else:
            length = struct.pack(">BH", 0xFE, size) if size <= 0xFFFF else struct.pack(">BQ", 0xFF, size)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.socket.sendall(bytes([0x80 | opcode]) + length + mask + masked)

    def send(self, text):
        self.frame(1, text.encode())

    def read(self, count):
        data = self.file.read(count)
        if len(data) < count:
            raise ConnectionError("plotd closed the connection")
        return data

    def receive(self):
        message = b""
        while True:
            first, second = self.read(2)
            size = second & 0x7F
            if size > 125:
                size = int.from_bytes(self.read(2 if size == 126 else 8), "big")
            payload, opcode = self.read(size), first & 0x0F
            if opcode == 8:
                raise ConnectionError("plotd closed the connection")
            if opcode == 9:
                self.frame(10, payload)
            elif opcode in (0, 1):
                message += payload
                if first & 0x80:
                    return message.decode()

    def close(self):
        self.file.close()
        self.socket.close()


def main(recipient, message, *flags):
    plotd = Plotd.find()
    job = {"task": "postcard", "params": {"recipient": recipient, "message": message, "template": "birthday"}}
    if "--plot" in flags:
        job["plot"] = {"plotter": "any"}
    queued = plotd.call("job.submit", {**job, "idempotencyKey": str(uuid.uuid4())})
    for now in plotd.watch(queued["id"]):
        done = now.get("progress") or {}
        print(now["status"], "%(phase)s %(done)s of %(of)s" % done if done else "", flush=True)
    print((now.get("result") or {}).get("path") or now.get("error", {}).get("message", ""))
    return 0 if now["status"] == "finished" else 1


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (PlotdError, OSError) as error:
        sys.exit("plotd: %s" % error)
