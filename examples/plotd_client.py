#!/usr/bin/env python3
"""A client for plotd in one file, with nothing but Python's own library (3.8 or newer).

    python3 plotd_client.py Ada "Many happy returns!" [--plot]

queues a postcard and follows it to its end. Copy the class into a program of your own:

    plotd = Plotd.find()
    job = plotd.call("job.submit", {"task": "pattern", "params": {"pattern": "spiral"}})
    for job in plotd.watch(job["id"]): print(job["status"])
"""
import base64, json, os, pathlib, socket, struct, sys, urllib.error, urllib.parse, urllib.request, uuid

FINAL = ("finished", "failed", "canceled")


class PlotdError(Exception):
    """What the daemon refused; `code` is one of docs/errors.md."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.code = (error.get("data") or {}).get("code", "ERR_PROTOCOL")


class Plotd:
    def __init__(self, url, token):
        self.url, self.token = url.rstrip("/"), token

    @classmethod
    def find(cls):
        """The daemon of this user on this machine, by what it wrote into its state folder."""
        home = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
        state = pathlib.Path(os.environ.get("PLOTD_STATE") or os.path.join(home, "plotd"))
        return cls(json.loads((state / "daemon.json").read_text())["url"], (state / "token").read_text().strip())

    def call(self, method, params=None):
        """Any method of docs/protocol.md, by HTTP. Raises PlotdError."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}).encode()
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"}
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + "/rpc", body, headers)) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as refused:
            answer = json.load(refused)
        if answer.get("error"):
            raise PlotdError(answer["error"])
        return answer["result"]

    def watch(self, job_id):
        """A job as it is and each time it changes, until it is final; over a WebSocket."""
        wire = WebSocket(self.url, self.token)
        try:
            wire.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "events.subscribe", "params": {"topics": ["jobs"]}}))
            message = {}
            while message.get("id") != 1:
                message = json.loads(wire.receive())
            job = self.call("job.get", {"id": job_id})
            yield job
            while job["status"] not in FINAL:
                message = json.loads(wire.receive())
                told, kind = message.get("params", {}), message.get("method")
                if kind == "job.changed" and told["job"]["id"] == job_id:
                    job = told["job"]
                elif kind == "job.progress" and told["id"] == job_id:
                    job = {**job, "progress": told["progress"]}
                else:
                    continue
                yield job
        finally:
            wire.close()


class WebSocket:
    """As much of RFC 6455 as a client of plotd needs: text both ways, pings answered."""

    def __init__(self, url, token):
        at = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((at.hostname, at.port or 80))
        self.file = self.socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET /v1 HTTP/1.1", "Host: " + at.netloc, "Upgrade: websocket", "Connection: Upgrade",
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
        length = bytes([0x80 | size]) if size < 126 else bytes([0xFE]) + struct.pack(">H", size)
        if size > 0xFFFF:
            length = bytes([0xFF]) + struct.pack(">Q", size)
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
