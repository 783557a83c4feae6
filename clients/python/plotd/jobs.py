"""Jobs as data, and the parameters of requests about them. Nothing here talks to a daemon."""
from __future__ import annotations

import os
import pathlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, TypedDict, TypeVar, Union

T = TypeVar("T")

#: 1 to 100, higher first; or high (75) when a user waits, default (50), low (25) for batches.
Priority = Union[int, str]
#: A plotter's name, True for any plotter, or a plot request of docs/protocol.md.
Plot = Union[str, bool, Mapping[str, Any]]
#: ISO 8601 text, ms since 1970, or a datetime with its time zone.
Moment = Union[str, int, float, datetime]

#: The states of a job that has ended. Only a user's request gives such a job another state.
ENDED: Tuple[str, ...] = ("finished", "failed", "canceled")
#: Maximum number of characters of a file's name before its extension. File systems permit longer names than the daemon.
LONGEST_STEM = 160


@dataclass(frozen=True)
class Job:
    """A job at the moment of the daemon's answer."""

    id: str
    task: str
    title: str
    status: str
    priority: int
    tags: Tuple[str, ...]
    created_at: datetime
    started_at: Optional[datetime]
    ended_at: Optional[datetime]
    #: The SVG's path below the output folder, once the job is rendered.
    path: Optional[str]
    #: Size in mm and drawing time in seconds, once the job is rendered.
    width_mm: Optional[float]
    height_mm: Optional[float]
    seconds: Optional[float]
    #: Why the job failed, or why its last attempt failed, if the job waits for another attempt.
    error: Optional[str]
    #: Parts of the drawing or its text that will not be on the paper.
    losses: Tuple[str, ...]
    #: Whether an earlier submit with the same key queued this job.
    repeated: bool
    #: The whole answer of the daemon: docs/protocol.md, "job".
    data: Mapping[str, Any] = field(repr=False)

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED


class JobStatus(TypedDict):
    """The result of `get_job_status`."""

    id: str
    #: A job's status, or not_found.
    status: str
    #: The SVG's path on the daemon's machine, once the job is rendered.
    result: Optional[str]
    error: Optional[str]
    created_at: Optional[datetime]
    started_at: Optional[datetime]
    ended_at: Optional[datetime]


def job_of(data: Mapping[str, Any]) -> Job:
    """The job of an answer of the daemon."""
    result = data.get("result") or {}
    warnings: Sequence[Mapping[str, Any]] = [*result.get("warnings", []), *data.get("notes", [])]
    losses = dict.fromkeys(str(each["message"]) for each in warnings if each.get("kind") == "loss")
    return Job(
        id=data["id"],
        task=data["task"],
        title=data["title"],
        status=data["status"],
        priority=data["priority"],
        tags=tuple(data.get("tags", ())),
        created_at=moment_of(data["createdAt"]) or datetime.fromtimestamp(0, timezone.utc),
        started_at=moment_of(data.get("startedAt")),
        ended_at=moment_of(data.get("endedAt")),
        path=result.get("path"),
        width_mm=result.get("widthMm"),
        height_mm=result.get("heightMm"),
        seconds=result.get("estimateSeconds"),
        error=(data.get("error") or {}).get("message"),
        losses=tuple(losses),
        repeated=bool(data.get("repeated", False)),
        data=data,
    )


def status_of(data: Mapping[str, Any], output: str) -> JobStatus:
    """The status of a job. `output` is the output folder on the daemon's machine, if the job has a result."""
    job = job_of(data)
    return {
        "id": job.id,
        "status": job.status,
        "result": None if job.path is None else f"{output}/{job.path}",
        "error": job.error,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
    }


def not_found(id: str) -> JobStatus:
    """The status of an unknown id."""
    return {
        "id": id,
        "status": "not_found",
        "result": None,
        "error": None,
        "created_at": None,
        "started_at": None,
        "ended_at": None,
    }


def new_job(
    task: str,
    params: Optional[Mapping[str, Any]] = None,
    *,
    priority: Optional[Priority] = None,
    timeout: Optional[Union[int, str]] = None,
    title: Optional[str] = None,
    output: Optional[str] = None,
    tags: Iterable[str] = (),
    plot: Optional[Plot] = None,
    hold: bool = False,
    at: Optional[Moment] = None,
    depends_on: Iterable[Union[str, Job]] = (),
    retries: int = 0,
    backoff: Union[int, str] = "1s",
    key: Optional[str] = None,
) -> Dict[str, Any]:
    """The parameters of job.submit.

    Without a key the job gets a random one. So a second submit after a lost connection does not queue the job twice.
    """
    job: Dict[str, Any] = {"task": task, "params": dict(params or {}), "idempotencyKey": key or str(uuid.uuid4())}
    parents = ids_of(depends_on)
    options = {
        "priority": priority,
        "timeoutMs": timeout,
        "title": title,
        "output": output,
        "tags": list_of(tags) or None,
        "plot": plot_request(plot),
        "hold": hold or None,
        "runAt": at.timestamp() * 1000 if isinstance(at, datetime) else at,
        "dependsOn": parents or None,
        "retries": {"max": retries, "backoffMs": backoff} if retries else None,
    }
    return {**job, **{name: value for name, value in options.items() if value is not None}}


def svg_generation(width: float, height: float, pattern_type: str) -> Dict[str, Any]:
    return {"pattern": pattern_type, "width": width, "height": height}


def postcard_generation(recipient: str, message: str, template_name: str) -> Dict[str, Any]:
    return {"recipient": recipient, "message": message, "template": template_name}


def short_name(name: str) -> str:
    """The name of a file, short enough for the title and the parameters of a job.

    A longer name keeps the start of its stem, and at most 9 characters of its extension.
    """
    stem, extension = os.path.splitext(name)
    return name if len(stem) <= LONGEST_STEM else f"{stem[:LONGEST_STEM]}…{extension[:9]}"


def short_stem(path: "os.PathLike[str]") -> str:
    """The name of a file without its extension, short enough for the title of a job."""
    return pathlib.Path(short_name(pathlib.Path(path).name)).stem


def file_jobs(
    path: pathlib.Path,
    upload: str,
    page_count: int,
    pages: Optional[Sequence[int]],
    options: Mapping[str, Any],
) -> List[Tuple[Dict[str, Any], Dict[str, Any]]]:
    """Parameters and options of the jobs that draw an uploaded file: one job for each page.

    `pages` are the numbers of the pages to draw, from 1; None draws all pages.

    A key in `options` is for the whole file. The job of a page gets that key with the number of the page.
    """
    stem = short_stem(path)
    params: Dict[str, Any] = {"upload": upload, "name": short_name(path.name)}
    if page_count <= 1 and pages is None:
        return [(params, {"title": stem, **options})]
    jobs: List[Tuple[Dict[str, Any], Dict[str, Any]]] = []
    for page in range(1, page_count + 1) if pages is None else pages:
        own: Dict[str, Any] = {"title": f"{stem}, page {page}", **options}
        if own.get("key"):
            own["key"] = f"{own['key']}-{page}"
        jobs.append(({**params, "pageNumber": page}, own))
    return jobs


def plot_request(plot: Optional[Plot]) -> Optional[Dict[str, Any]]:
    """The plot request of docs/protocol.md; None when the daemon only renders the job."""
    if plot is None or plot is False:
        return None
    if plot is True:
        return {"plotter": "any"}
    return {"plotter": plot} if isinstance(plot, str) else dict(plot)


def id_of(job: Union[str, Job]) -> str:
    return job if isinstance(job, str) else job.id


def ids_of(jobs: Iterable[Union[str, Job]]) -> List[str]:
    return [id_of(job) for job in list_of(jobs)]


def list_of(values: Iterable[T]) -> List[T]:
    """The values as a list. A text is one value: `list` would make a value of each of its characters."""
    return [values] if isinstance(values, str) else list(values)  # type: ignore[list-item]


def moment_of(ms: Optional[float]) -> Optional[datetime]:
    """The moment, in UTC, of a time in ms since 1970."""
    return None if ms is None else datetime.fromtimestamp(ms / 1000, timezone.utc)
