"""The client for programs without asyncio. Each call is one HTTP request; nothing stays open between calls."""
from __future__ import annotations

import os
import pathlib
import time
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Union

from . import jobs as records
from .errors import DaemonAway, PlotdError
from .jobs import Job, JobStatus, Plot, Priority
from .place import Path, Place, find
from .wire import Body, Call, message_of, parsed, request, results_of

#: Jobs of one call of job.wait.
AT_A_TIME = 500
#: The longest that the daemon holds a call, in seconds.
LONGEST_POLL = 25.0
#: Larger SVGs are uploaded, so that the queue stays small. Characters.
INLINE = 32 * 1024


class Plotd:
    """A daemon. Without arguments the one of this user on this machine, or the one that PLOTD_URL and PLOTD_TOKEN name.

    >>> plotd = Plotd()
    >>> job = plotd.enqueue("pattern", {"pattern": "spiral"})
    >>> plotd.wait(job).path
    'patterns/spiral_1.svg'

    Every method raises DaemonAway when no daemon answers, and PlotdError with the daemon's code when it refuses.
    """

    def __init__(
        self, url: Optional[str] = None, token: Optional[str] = None, state: Optional[Path] = None
    ) -> None:
        self._arguments = (url, token, state)

    @property
    def place(self) -> Place:
        """Where the daemon is now: a restart may have given it another address."""
        return find(*self._arguments)

    def call(self, method: str, params: Optional[Mapping[str, Any]] = None) -> Any:
        """Any method of docs/protocol.md."""
        return self.call_all([(method, params or {})])[0]

    def call_all(self, calls: Sequence[Call]) -> List[Any]:
        """Several calls in one request. Raises the error of the first that was refused."""
        place = self.place
        status, body = request(place, "POST", "/rpc", message_of(calls), "application/json")
        return results_of(status, body, place.url)

    def enqueue(self, task: str, params: Optional[Mapping[str, Any]] = None, **options: Any) -> Job:
        """Queues a job. It is on the daemon's disk when this returns. `options` are those of `new_job`."""
        job = records.new_job(task, params, **options)
        try:
            return records.job_of(self.call("job.submit", job))
        except DaemonAway:
            # The connection may have been lost after the job was queued. Its key makes the repetition harmless.
            return records.job_of(self.call("job.submit", job))

    def enqueue_svg_generation(
        self,
        width: float,
        height: float,
        pattern_type: str,
        filename: Optional[str] = None,
        priority: Priority = "default",
        **options: Any,
    ) -> Job:
        """Queues a pattern, sizes in mm. `filename` is its path below the output folder."""
        options = {"output": filename, "priority": priority, **options}
        return self.enqueue("pattern", records.svg_generation(width, height, pattern_type), **options)

    def enqueue_postcard_generation(
        self, recipient: str, message: str, template_name: str, priority: Priority = "default", **options: Any
    ) -> Job:
        """Queues a postcard: postcards/postcard_RECIPIENT_TEMPLATE.svg below the output folder unless `output` is given."""
        options = {"timeout": "2m", "priority": priority, **options}
        return self.enqueue("postcard", records.postcard_generation(recipient, message, template_name), **options)

    def enqueue_svg(self, svg: Union[str, bytes, "os.PathLike[str]"], name: Optional[str] = None, **options: Any) -> Job:
        """Queues an SVG of your own: its text, its bytes, or the path of its file as a pathlib.Path."""
        if isinstance(svg, os.PathLike):
            name = name or pathlib.Path(svg).stem
            svg = pathlib.Path(svg).read_bytes()
        small = isinstance(svg, str) and len(svg) <= INLINE
        source = {"svg": svg} if small else {"upload": self.upload(svg.encode() if isinstance(svg, str) else svg)}
        params: Dict[str, Any] = {**source, **({"name": name} if name else {})}
        return self.enqueue("svg", params, **({"title": name} if name else {}), **options)

    def enqueue_file(
        self, file: "os.PathLike[str]", pages: Optional[Sequence[int]] = None, **options: Any
    ) -> List[Job]:
        """Queues a file of any format that plotd reads, such as a PDF: a job for each page, or for each of `pages`."""
        path = pathlib.Path(file)
        upload = self.upload(path.read_bytes())
        facts = self.call("document.describe", {"upload": upload, "name": path.name})
        return [
            self.enqueue(facts["task"], params, **{"title": title, **options})
            for title, params in records.file_jobs(path, upload, facts, pages)
        ]

    def get_job(self, job: Union[str, Job]) -> Job:
        return records.job_of(self.call("job.get", {"id": records.id_of(job)}))

    def get_job_status(self, job: Union[str, Job]) -> JobStatus:
        """The state of a job. An unknown id has the status 'not_found'."""
        id = records.id_of(job)
        try:
            data, info = self.call_all([("job.get", {"id": id}), ("server.info", {})])
        except PlotdError as error:
            if error.code != "ERR_JOB_UNKNOWN":
                raise
            return records.not_found(id)
        return records.status_of(data, info["output"])

    def list_jobs(self, **filter: Any) -> List[Job]:
        """Jobs in the order of the queue: status, tag, search, task, limit as in job.list."""
        return [records.job_of(each) for each in self.call("job.list", filter)["jobs"]]

    def cancel_job(self, job: Union[str, Job]) -> Job:
        return records.job_of(self.call("job.cancel", {"id": records.id_of(job)}))

    def plot(self, jobs: Iterable[Union[str, Job]], plot: Plot = True) -> List[Job]:
        """Asks for ink of jobs that were only rendered: all of them or none."""
        order = {"ids": records.ids_of(jobs), "plot": records.plot_request(plot) or {}}
        return [records.job_of(each) for each in self.call("job.plot", order)]

    def wait(
        self, job: Union[str, Job], timeout: Optional[float] = None, until: Optional[Sequence[str]] = None
    ) -> Job:
        """Waits until a job has ended, or is in a state of `until`. Raises TimeoutError after `timeout` seconds."""
        return self.wait_all([job], timeout, until)[0]

    def wait_all(
        self,
        jobs: Iterable[Union[str, Job]],
        timeout: Optional[float] = None,
        until: Optional[Sequence[str]] = None,
    ) -> List[Job]:
        """Waits for all of these jobs, by long polls. The answer is in their order."""
        ids = records.ids_of(jobs)
        end = None if timeout is None else time.monotonic() + timeout
        ended: Dict[str, Job] = {}
        for start in range(0, len(ids), AT_A_TIME):
            waiting = ids[start : start + AT_A_TIME]
            while waiting:
                left = LONGEST_POLL if end is None else max(0.0, min(LONGEST_POLL, end - time.monotonic()))
                answer = self.call("job.wait", wait_params(waiting, left, until))
                ended.update((each["id"], records.job_of(each)) for each in answer["jobs"])
                waiting = answer["waiting"]
                if waiting and end is not None and time.monotonic() >= end:
                    raise TimeoutError(f"{len(waiting)} jobs have not ended after {timeout} s; they go on")
        return [ended[id] for id in ids]

    def upload(self, source: Union[bytes, "os.PathLike[str]"]) -> str:
        """Uploads a file. Tasks take it by the digest that is returned."""
        body: Body = source if isinstance(source, bytes) else open(source, "rb")
        try:
            place = self.place
            status, answer = request(place, "PUT", "/uploads", body, "application/octet-stream")
        finally:
            if not isinstance(body, bytes):
                body.close()
        stored = parsed(status, answer, place.url)
        if "error" in stored:
            raise PlotdError.of(stored["error"])
        return str(stored["sha256"])

    def output(self, job: Union[str, Job]) -> bytes:
        """The SVG of a rendered job."""
        rendered = job if isinstance(job, Job) and job.path else self.get_job(job)
        if rendered.path is None:
            raise PlotdError("ERR_JOB_STATE", f"job {rendered.id} is {rendered.status}: it is not rendered yet")
        place = self.place
        status, body = request(place, "GET", f"/output/{quoted(rendered.path)}")
        if status >= 300:
            raise PlotdError.of(parsed(status, body, place.url)["error"])
        return body


def wait_params(ids: Sequence[str], seconds: float, until: Optional[Sequence[str]], any: bool = False) -> Dict[str, Any]:
    states = {} if until is None else {"until": list(until)}
    return {"ids": list(ids), "any": any, "timeoutMs": int(seconds * 1000), **states}


def quoted(path: str) -> str:
    import urllib.parse

    return urllib.parse.quote(path)
