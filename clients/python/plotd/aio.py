"""The client for asyncio. Coroutines that wait for the same states share long polls. A poll covers up to 500 jobs."""
from __future__ import annotations

import asyncio
import http.client
import os
import pathlib
import ssl
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from .client import INLINE, JOBS_PER_CALL, LONGEST_POLL, wait_params
from . import jobs as records
from . import wire
from .errors import DaemonAway, PlotdError
from .jobs import Job, JobStatus, Plot, Priority
from .place import Path, Place, find
from .wire import (
    Call,
    connect,
    head,
    lost,
    message_of,
    no_answer,
    probe_when_quiet,
    read_answer,
    refusal_of,
    results_of,
    sha256_of,
)


class AsyncPlotd:
    """The client for asyncio. Its methods have the same names as the methods of Plotd.

    >>> plotd = AsyncPlotd()
    >>> job = await plotd.enqueue("pattern", {"pattern": "spiral"})
    >>> (await plotd.wait(job)).status
    'finished'
    """

    def __init__(
        self, url: Optional[str] = None, token: Optional[str] = None, state: Optional[Path] = None
    ) -> None:
        self._arguments = (url, token, state)
        self._waits: Dict[Tuple[str, ...], _Waits] = {}
        # These threads only open connections. The client has its own, because the program's threads may be busy.
        self._threads = ThreadPoolExecutor(2, "plotd")

    async def call(self, method: str, params: Optional[Mapping[str, Any]] = None) -> Any:
        """Calls a method of docs/protocol.md. The daemon refuses events.subscribe, which needs a WebSocket."""
        return (await self.call_all([(method, params or {})]))[0]

    async def call_all(self, calls: Sequence[Call]) -> List[Any]:
        """Sends several calls in one request. Raises the error of the first call that the daemon refused."""
        place = find(*self._arguments)
        status, body = await self._request(place, "POST", "/rpc", message_of(calls), "application/json")
        return results_of(status, body, place.url)

    async def enqueue(self, task: str, params: Optional[Mapping[str, Any]] = None, **options: Any) -> Job:
        """Queues a job, which is on the daemon's disk when this method returns. `options` are those of `new_job`."""
        job = records.new_job(task, params, **options)
        try:
            return records.job_of(await self.call("job.submit", job))
        except DaemonAway:
            # The daemon may have queued the job before the connection was lost. The job's key prevents a second job.
            return records.job_of(await self.call("job.submit", job))

    async def enqueue_svg_generation(
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
        return await self.enqueue("pattern", records.svg_generation(width, height, pattern_type), **options)

    async def enqueue_postcard_generation(
        self, recipient: str, message: str, template_name: str, priority: Priority = "default", **options: Any
    ) -> Job:
        """Queues a postcard. Without `output` its SVG is postcards/postcard_RECIPIENT_TEMPLATE.svg.

        Without `timeout` its rendering may take two minutes.
        """
        options = {"timeout": "2m", "priority": priority, **options}
        return await self.enqueue("postcard", records.postcard_generation(recipient, message, template_name), **options)

    async def enqueue_svg(
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
            params = {"upload": await self.upload(svg.encode() if isinstance(svg, str) else svg)}
        if not name:
            return await self.enqueue("svg", params, **options)
        return await self.enqueue("svg", {**params, "name": name}, **{"title": name, **options})

    async def enqueue_file(
        self, file: "os.PathLike[str]", pages: Optional[Sequence[int]] = None, **options: Any
    ) -> List[Job]:
        """Queues a file of any format that plotd reads, such as a PDF: a job for each page, or for each of `pages`.

        When this method fails at a page, the jobs of the pages before it stay in the queue.
        """
        path = pathlib.Path(file)
        upload = await self.upload(path.read_bytes())
        description = await self.call("document.describe", {"upload": upload, "name": records.short_name(path.name)})
        return [
            await self.enqueue(description["task"], params, **own)
            for params, own in records.file_jobs(path, upload, description["pages"], pages, options)
        ]

    async def get_job(self, job: Union[str, Job]) -> Job:
        """The job at this moment."""
        return records.job_of(await self.call("job.get", {"id": records.id_of(job)}))

    async def get_job_status(self, job: Union[str, Job]) -> JobStatus:
        """The state of a job. An unknown id has the status 'not_found'."""
        id = records.id_of(job)
        try:
            data = await self.call("job.get", {"id": id})
        except PlotdError as error:
            if error.code != "ERR_JOB_UNKNOWN":
                raise
            return records.not_found(id)
        # Two requests, not one JSON-RPC batch: the job's parameters may exceed the limit on the answers to a batch.
        output = (await self.call("server.info"))["output"] if data.get("result") else ""
        return records.status_of(data, output)

    async def list_jobs(self, **filter: Any) -> List[Job]:
        """A page of jobs. `filter` has the parameters of job.list, such as status and tag."""
        return [records.job_of(each) for each in (await self.call("job.list", filter))["jobs"]]

    async def cancel_job(self, job: Union[str, Job]) -> Job:
        """Cancels a job that has not ended. A plotter that is drawing the job lifts its pen and stops."""
        return records.job_of(await self.call("job.cancel", {"id": records.id_of(job)}))

    async def plot(self, jobs: Iterable[Union[str, Job]], plot: Plot = True) -> List[Job]:
        """Requests the plot of finished jobs that have no plot request yet: of all of them or of none."""
        params = {"ids": records.ids_of(jobs), "plot": records.plot_request(plot) or {}}
        return [records.job_of(each) for each in await self.call("job.plot", params)]

    async def wait(self, job: Union[str, Job], until: Optional[Sequence[str]] = None) -> Job:
        """Waits until a job has ended, or is in a state of `until`. `asyncio.wait_for` limits the time."""
        key = tuple(until or ())
        waits = self._waits.get(key)
        if waits is None:
            waits = self._waits[key] = _Waits(self, until)
        return await waits.wait(records.id_of(job))

    async def wait_all(self, jobs: Iterable[Union[str, Job]], until: Optional[Sequence[str]] = None) -> List[Job]:
        """Waits for all of these jobs. Returns them in the order of `jobs`."""
        return list(await asyncio.gather(*(self.wait(job, until) for job in records.list_of(jobs))))

    async def upload(self, source: Union[bytes, "os.PathLike[str]"]) -> str:
        """Uploads a file. Returns its digest, by which tasks read the file."""
        body = source if isinstance(source, bytes) else pathlib.Path(source).read_bytes()
        place = find(*self._arguments)
        status, answer = await self._request(place, "PUT", "/uploads", body, "application/octet-stream")
        return sha256_of(status, answer, place.url)

    async def output(self, job: Union[str, Job]) -> bytes:
        """The SVG of a rendered job. Raises PlotdError ERR_JOB_STATE when the job is not rendered yet."""
        rendered = job if isinstance(job, Job) and job.path else await self.get_job(job)
        if rendered.path is None:
            raise PlotdError("ERR_JOB_STATE", f"job {rendered.id} is {rendered.status}: it is not rendered yet")
        place = find(*self._arguments)
        status, body = await self._request(place, "GET", f"/output/{urllib.parse.quote(rendered.path)}")
        if status >= 300:
            raise refusal_of(status, body, place.url)
        return body

    async def _request(
        self, place: Place, verb: str, path: str, body: bytes = b"", kind: str = ""
    ) -> Tuple[int, bytes]:
        reader, writer, host = await self._open(place)
        headers = {**head(place, host, kind), "Content-Length": str(len(body))}
        lines = [f"{verb} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        try:
            writer.write("\r\n".join(lines).encode() + body)
            await writer.drain()
            return read_answer(await reader.read(-1))
        except (OSError, http.client.HTTPException) as error:
            raise lost(place.url, error) from error
        finally:
            writer.close()

    async def _open(self, place: Place) -> Tuple[asyncio.StreamReader, asyncio.StreamWriter, str]:
        at = urllib.parse.urlsplit(place.url)
        if at.scheme != "https" or place.socket:
            connection, host = await asyncio.get_running_loop().run_in_executor(self._threads, connect, place)
            if not isinstance(connection, ssl.SSLSocket):
                connection.setblocking(False)
                reader, writer = await asyncio.open_connection(sock=connection)
                return reader, writer, host
            # Nothing listens at the socket file, so `connect` used TLS. asyncio must open a TLS connection itself.
            connection.close()
        try:
            opening = asyncio.open_connection(at.hostname, at.port or 443, ssl=ssl.create_default_context())
            reader, writer = await asyncio.wait_for(opening, wire.CONNECT_SECONDS)
        except asyncio.TimeoutError as error:
            raise no_answer(place.url, TimeoutError("timed out")) from error
        except (OSError, ValueError) as error:
            raise no_answer(place.url, error) from error
        probe_when_quiet(writer.get_extra_info("socket"))
        return reader, writer, at.netloc


class _Waits:
    """Coroutines that wait for the same states. One asyncio task polls for all jobs. Each new wait starts new polls."""

    def __init__(self, plotd: AsyncPlotd, until: Optional[Sequence[str]]) -> None:
        self._plotd = plotd
        self._until = until
        self._futures: Dict[str, List["asyncio.Future[Job]"]] = {}
        self._task: Optional["asyncio.Task[None]"] = None
        self._more = asyncio.Event()

    async def wait(self, id: str) -> Job:
        future: "asyncio.Future[Job]" = asyncio.get_running_loop().create_future()
        self._futures.setdefault(id, []).append(future)
        self._more.set()
        if self._task is None or self._task.done():
            self._more = asyncio.Event()
            self._task = asyncio.ensure_future(self._poll())
        try:
            return await future
        finally:
            self._forget(id, future)

    def _forget(self, id: str, future: "asyncio.Future[Job]") -> None:
        others = [each for each in self._futures.get(id, []) if each is not future]
        if others:
            self._futures[id] = others
        else:
            self._futures.pop(id, None)
        if not self._futures and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _poll(self) -> None:
        while self._futures:
            await asyncio.sleep(0)  # Waits that begin in the same turn of the event loop share a poll.
            self._more.clear()
            polls = self._start_polls()
            more = asyncio.ensure_future(self._more.wait())
            try:
                await asyncio.wait([*polls, more], return_when=asyncio.FIRST_COMPLETED)
                for poll in polls:
                    if poll.done():
                        self._take(poll)
            finally:
                for each in (*polls, more):
                    each.cancel()
                await asyncio.gather(*polls, more, return_exceptions=True)

    def _start_polls(self) -> List["asyncio.Future[Any]"]:
        ids = list(self._futures)
        parts = [ids[i : i + JOBS_PER_CALL] for i in range(0, len(ids), JOBS_PER_CALL)]
        return [
            asyncio.ensure_future(
                self._plotd.call("job.wait", wait_params(part, LONGEST_POLL, self._until, any=True))
            )
            for part in parts
        ]

    def _take(self, poll: "asyncio.Future[Any]") -> None:
        error = poll.exception()
        if error is None:
            for data in poll.result()["jobs"]:
                self._settle(data["id"], records.job_of(data), None)
            return
        unknown = error.detail.get("id") if isinstance(error, PlotdError) else None
        for id in [str(unknown)] if unknown in self._futures else list(self._futures):
            self._settle(id, None, error)

    def _settle(self, id: str, job: Optional[Job], error: Optional[BaseException]) -> None:
        for future in self._futures.pop(id, []):
            if future.done():
                continue
            if job is not None:
                future.set_result(job)
            elif error is not None:
                future.set_exception(error)
