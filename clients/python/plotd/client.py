"""The client for programs without asyncio. Each method closes its connections before it returns."""
from __future__ import annotations

import os
import pathlib
import time
import urllib.parse
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Union

from . import jobs as records
from .errors import DaemonAway, PlotdError
from .jobs import Job, JobStatus, Plot, Priority
from .place import Path, Place, find
from .wire import Body, Call, message_of, refusal_of, request, results_of, sha256_of

#: Maximum number of jobs in one call of job.wait.
JOBS_PER_CALL = 500
#: The longest time for which this client lets the daemon hold a call of job.wait, seconds.
LONGEST_POLL = 25.0
#: The daemon must answer within this time after the end of a long poll, seconds.
GRACE = 30.0
#: Longest SVG in the parameters, characters. The client uploads longer ones, so that the queue stays small.
INLINE = 32 * 1024


class Plotd:
    """A daemon: the one at the address `url`, else at PLOTD_URL, else the one of a state folder.

    The state folder is `state`, else PLOTD_STATE, else the folder of this user. The token is `token`, else PLOTD_TOKEN,
    else the one in the state folder.

    >>> plotd = Plotd()
    >>> job = plotd.enqueue("pattern", {"pattern": "spiral"})
    >>> plotd.wait(job).path
    'patterns/spiral_210x148_1.svg'

    Every method raises DaemonAway when no daemon answers, StateUnsafe when others can change the state folder, and
    PlotdError with the daemon's code when the daemon refuses.
    """

    def __init__(
        self, url: Optional[str] = None, token: Optional[str] = None, state: Optional[Path] = None
    ) -> None:
        self._arguments = (url, token, state)

    @property
    def place(self) -> Place:
        """The present address of the daemon, which may change when the daemon restarts."""
        return find(*self._arguments)

    def call(self, method: str, params: Optional[Mapping[str, Any]] = None) -> Any:
        """Calls a method of docs/protocol.md. The daemon refuses events.subscribe, which needs a WebSocket."""
        return self.call_all([(method, params or {})])[0]

    def call_all(self, calls: Sequence[Call]) -> List[Any]:
        """Sends several calls in one request. Raises the error of the first call that the daemon refused."""
        place = self.place
        status, body = request(place, "POST", "/rpc", message_of(calls), "application/json")
        return results_of(status, body, place.url)

    def enqueue(self, task: str, params: Optional[Mapping[str, Any]] = None, **options: Any) -> Job:
        """Queues a job, which is on the daemon's disk when this method returns. `options` are those of `new_job`."""
        job = records.new_job(task, params, **options)
        try:
            return records.job_of(self.call("job.submit", job))
        except DaemonAway:
            # The daemon may have queued the job before the connection was lost. The job's key prevents a second job.
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
        """Queues a pattern. Sizes are in mm, and `filename` is a path below the output folder."""
        options = {"output": filename, "priority": priority, **options}
        return self.enqueue("pattern", records.svg_generation(width, height, pattern_type), **options)

    def enqueue_postcard_generation(
        self, recipient: str, message: str, template_name: str, priority: Priority = "default", **options: Any
    ) -> Job:
        """Queues a postcard. Without `output` its SVG is postcards/postcard_RECIPIENT_TEMPLATE.svg.

        Without `timeout` its rendering may take two minutes.
        """
        options = {"timeout": "2m", "priority": priority, **options}
        return self.enqueue("postcard", records.postcard_generation(recipient, message, template_name), **options)

    def enqueue_svg(
        self, svg: Union[str, bytes, "os.PathLike[str]"], name: Optional[str] = None, **options: Any
    ) -> Job:
        """Queues an SVG of your own: its text, its bytes, or the pathlib.Path of its file."""
        if isinstance(svg, os.PathLike):
            name = name or records.short_stem(svg)
            svg = pathlib.Path(svg).read_bytes()
        params: Dict[str, Any]
        if isinstance(svg, str) and len(svg) <= INLINE:
            params = {"svg": svg}
        else:
            params = {"upload": self.upload(svg.encode() if isinstance(svg, str) else svg)}
        if not name:
            return self.enqueue("svg", params, **options)
        return self.enqueue("svg", {**params, "name": name}, **{"title": name, **options})

    def enqueue_file(
        self, file: "os.PathLike[str]", pages: Optional[Sequence[int]] = None, **options: Any
    ) -> List[Job]:
        """Queues a file of any format that plotd reads, such as a PDF: a job for each page, or for each of `pages`.

        When this method fails at a page, the jobs of the pages before it stay in the queue.
        """
        path = pathlib.Path(file)
        upload = self.upload(path.read_bytes())
        description = self.call("document.describe", {"upload": upload, "name": records.short_name(path.name)})
        return [
            self.enqueue(description["task"], params, **own)
            for params, own in records.file_jobs(path, upload, description["pages"], pages, options)
        ]

    def get_job(self, job: Union[str, Job]) -> Job:
        """The job at this moment."""
        return records.job_of(self.call("job.get", {"id": records.id_of(job)}))

    def get_job_status(self, job: Union[str, Job]) -> JobStatus:
        """The state of a job. An unknown id has the status 'not_found'."""
        id = records.id_of(job)
        try:
            data = self.call("job.get", {"id": id})
        except PlotdError as error:
            if error.code != "ERR_JOB_UNKNOWN":
                raise
            return records.not_found(id)
        # Two requests, not one JSON-RPC batch: the job's parameters may exceed the limit on the answers to a batch.
        output = (self.call("server.info"))["output"] if data.get("result") else ""
        return records.status_of(data, output)

    def list_jobs(self, **filter: Any) -> List[Job]:
        """A page of jobs. `filter` has the parameters of job.list, such as status and tag."""
        return [records.job_of(each) for each in self.call("job.list", filter)["jobs"]]

    def cancel_job(self, job: Union[str, Job]) -> Job:
        """Cancels a job that has not ended. A plotter that is drawing the job lifts its pen and stops."""
        return records.job_of(self.call("job.cancel", {"id": records.id_of(job)}))

    def plot(self, jobs: Iterable[Union[str, Job]], plot: Plot = True) -> List[Job]:
        """Requests the plot of finished jobs that have no plot request yet: of all of them or of none."""
        params = {"ids": records.ids_of(jobs), "plot": records.plot_request(plot) or {}}
        return [records.job_of(each) for each in self.call("job.plot", params)]

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
        """Waits for all of these jobs, by long polls. Returns them in the order of `jobs`."""
        ids = records.ids_of(jobs)
        deadline = None if timeout is None else time.monotonic() + timeout
        results: Dict[str, Job] = {}
        for start in range(0, len(ids), JOBS_PER_CALL):
            waiting = ids[start : start + JOBS_PER_CALL]
            while waiting:
                seconds = LONGEST_POLL
                if deadline is not None:
                    seconds = max(0.0, min(LONGEST_POLL, deadline - time.monotonic()))
                answer = self._poll(waiting, seconds, until)
                results.update((each["id"], records.job_of(each)) for each in answer["jobs"])
                waiting = answer["waiting"]
                if waiting and deadline is not None and time.monotonic() >= deadline:
                    raise TimeoutError(f"the wait ended after {timeout} s; plotd keeps the jobs")
        return [results[id] for id in ids]

    def _poll(self, ids: Sequence[str], seconds: float, until: Optional[Sequence[str]]) -> Any:
        """One long poll with a time limit, because a connection stays open when the network is cut."""
        place = self.place
        message = message_of([("job.wait", wait_params(ids, seconds, until))])
        status, body = request(place, "POST", "/rpc", message, "application/json", seconds + GRACE)
        return results_of(status, body, place.url)[0]

    def upload(self, source: Union[bytes, "os.PathLike[str]"]) -> str:
        """Uploads a file. Returns its digest, by which tasks read the file."""
        body: Body = source if isinstance(source, bytes) else open(source, "rb")
        try:
            place = self.place
            status, answer = request(place, "PUT", "/uploads", body, "application/octet-stream")
        finally:
            if not isinstance(body, bytes):
                body.close()
        return sha256_of(status, answer, place.url)

    def output(self, job: Union[str, Job]) -> bytes:
        """The SVG of a rendered job. Raises PlotdError ERR_JOB_STATE when the job is not rendered yet."""
        rendered = job if isinstance(job, Job) and job.path else self.get_job(job)
        if rendered.path is None:
            raise PlotdError("ERR_JOB_STATE", f"job {rendered.id} is {rendered.status}: it is not rendered yet")
        place = self.place
        status, body = request(place, "GET", f"/output/{urllib.parse.quote(rendered.path)}")
        if status >= 300:
            raise refusal_of(status, body, place.url)
        return body


def wait_params(
    ids: Sequence[str], seconds: float, until: Optional[Sequence[str]], any: bool = False
) -> Dict[str, Any]:
    """The parameters of job.wait. With `any`, one job that has ended, or is in a state of `until`, ends the wait."""
    states = {} if until is None else {"until": records.list_of(until)}
    return {"ids": list(ids), "any": any, "timeoutMs": int(seconds * 1000), **states}
