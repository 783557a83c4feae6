"""Queue drawings for pen plotters with plotd, the pen-plotter control daemon.

    from plotd import enqueue_svg_generation, get_job_status, wait_for_job

    job = enqueue_svg_generation(width=200, height=200, pattern_type="spiral", priority="high")
    print(wait_for_job(job).path)

The functions use the daemon of this user on this machine, or the one that PLOTD_URL and PLOTD_TOKEN name. `Plotd` and
`AsyncPlotd` do the same for a daemon that the program names. The package needs only Python's standard library.
"""
from __future__ import annotations

import os
from typing import Any, Iterable, List, Mapping, Optional, Sequence, Union

from .aio import AsyncPlotd
from .client import Plotd
from .errors import DaemonAway, PlotdError, StateUnsafe
from .jobs import Job, JobStatus, Priority

__version__ = "0.1.0"
__all__ = [
    "AsyncPlotd",
    "DaemonAway",
    "Job",
    "JobStatus",
    "Plotd",
    "PlotdError",
    "StateUnsafe",
    "cancel_job",
    "enqueue",
    "enqueue_postcard_generation",
    "enqueue_file",
    "enqueue_svg",
    "enqueue_svg_generation",
    "get_job_status",
    "upload",
    "wait_for_job",
    "wait_for_jobs",
]


def enqueue(task: str, params: Optional[Mapping[str, Any]] = None, **options: Any) -> Job:
    """Queues a job of any task. Raises DaemonAway, or PlotdError with the daemon's code.

    `options`: priority, timeout ('2m'), title, output, tags, plot, hold, at, depends_on, retries, backoff, key.
    """
    return Plotd().enqueue(task, params, **options)


def enqueue_svg_generation(
    width: float,
    height: float,
    pattern_type: str,
    filename: Optional[str] = None,
    priority: Priority = "default",
    **options: Any,
) -> Job:
    """Queues a pattern. Sizes are in mm, and `filename` is a path below the output folder."""
    return Plotd().enqueue_svg_generation(width, height, pattern_type, filename, priority, **options)


def enqueue_postcard_generation(
    recipient: str, message: str, template_name: str, priority: Priority = "default", **options: Any
) -> Job:
    """Queues a postcard on 210 × 148 mm. `enqueue` takes other sizes."""
    return Plotd().enqueue_postcard_generation(recipient, message, template_name, priority, **options)


def enqueue_file(file: "os.PathLike[str]", pages: Optional[Sequence[int]] = None, **options: Any) -> List[Job]:
    """Queues a file of any format that plotd reads, such as a PDF: a job for each page, or for each of `pages`.

    When this function fails at a page, the jobs of the pages before it stay in the queue.
    """
    return Plotd().enqueue_file(file, pages, **options)


def enqueue_svg(svg: Union[str, bytes, "os.PathLike[str]"], name: Optional[str] = None, **options: Any) -> Job:
    """Queues an SVG that your program drew: its text, its bytes, or the pathlib.Path of its file."""
    return Plotd().enqueue_svg(svg, name, **options)


def get_job_status(job: Union[str, Job]) -> JobStatus:
    """The state of a job: id, status, result (the SVG's path), error and three timestamps."""
    return Plotd().get_job_status(job)


def cancel_job(job: Union[str, Job]) -> Job:
    """Cancels a job that has not ended. A plotter that is drawing the job lifts its pen and stops."""
    return Plotd().cancel_job(job)


def wait_for_job(job: Union[str, Job], timeout: Optional[float] = None, until: Optional[Sequence[str]] = None) -> Job:
    """Waits until a job has ended, or is in a state of `until`. Raises TimeoutError after `timeout` seconds."""
    return Plotd().wait(job, timeout, until)


def wait_for_jobs(
    jobs: Iterable[Union[str, Job]], timeout: Optional[float] = None, until: Optional[Sequence[str]] = None
) -> List[Job]:
    """Waits for all of these jobs. Returns them in the order of `jobs`. Raises as `wait_for_job` does."""
    return Plotd().wait_all(jobs, timeout, until)


def upload(source: Union[bytes, "os.PathLike[str]"]) -> str:
    """Uploads a file. Returns its digest, by which tasks read the file."""
    return Plotd().upload(source)
