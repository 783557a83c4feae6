"""Queueing, following and ending jobs, with the functions of the package and the methods of a client."""
import asyncio
import json
import pathlib
import socket
import threading
import uuid
from datetime import datetime, timedelta, timezone

import pytest

import plotd as package
from plotd import AsyncPlotd, DaemonAway, Plotd, PlotdError

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm"><path d="M9 9h50" stroke="red"/></svg>'


def spiral(**options):
    return package.enqueue_svg_generation(width=40, height=40, pattern_type="spiral", **options)


def test_a_pattern_is_queued_and_its_file_is_there_when_the_job_has_ended(plotd):
    job = spiral(filename="background_spiral.svg", priority="high")
    assert job.priority == 75
    assert package.wait_for_job(job).status == "finished"
    status = package.get_job_status(job.id)
    assert status["status"] == "finished"
    assert status["error"] is None
    assert "<svg" in pathlib.Path(status["result"]).read_text()
    assert status["created_at"] <= status["ended_at"] <= datetime.now(timezone.utc) + timedelta(minutes=1)
    assert plotd.output(job).startswith(b"<")


def test_a_postcard_has_a_file_named_after_its_recipient_and_a_job_that_lists_what_will_not_be_drawn():
    message = "Hello \N{BIRTHDAY CAKE}"
    job = package.enqueue_postcard_generation(recipient="Ada", message=message, template_name="birthday")
    assert any("U+1F382" in loss for loss in job.losses)
    done = package.wait_for_job(job)
    assert done.path == "postcards/postcard_Ada_birthday.svg"
    assert (done.width_mm, done.height_mm) == (210, 148)


def test_any_task_takes_parameters_and_options(plotd):
    order = str(uuid.uuid4())
    first = spiral(hold=True)
    job = package.enqueue(
        "text", {"text": "later"}, title="Later", tags=[order], depends_on=[first], timeout="2m", retries=2
    )
    assert (job.title, job.tags, job.status) == ("Later", (order,), "scheduled")
    assert job.data["dependsOn"] == [first.id]
    assert [each.id for each in plotd.list_jobs(tag=order)] == [job.id]
    tomorrow = package.enqueue("text", {"text": "tomorrow"}, at=datetime.now(timezone.utc) + timedelta(days=1))
    assert tomorrow.status == "scheduled"
    for each in (job, first, tomorrow):
        assert package.cancel_job(each).status == "canceled"


def test_a_text_in_the_place_of_a_list_is_one_value(plotd):
    first = spiral()
    job = package.enqueue("text", {"text": "later"}, tags="friday", depends_on=first.id)
    assert (job.tags, job.data["dependsOn"]) == (("friday",), [first.id])
    assert [each.id for each in package.wait_for_jobs(job.id, until="finished")] == [job.id]
    assert [each.id for each in asyncio.run(AsyncPlotd().wait_all(job.id))] == [job.id]


def test_an_error_names_the_format_of_a_file_that_plotd_does_not_draw_and_says_what_to_do(tmp_path):
    document = tmp_path / "letter"
    document.write_bytes(b"{\\rtf1 Dear Ada}")
    with pytest.raises(PlotdError, match="is an RTF document. Print it to plotd, or export it as PDF.") as caught:
        package.enqueue_file(document)
    assert caught.value.code == "ERR_DOCUMENT"


def test_a_second_submit_with_the_same_key_returns_the_first_job():
    key = str(uuid.uuid4())
    first, second = spiral(key=key), spiral(key=key)
    assert (first.id, first.repeated, second.repeated) == (second.id, False, True)


def test_one_key_covers_all_pages_of_a_file(tmp_path):
    file = tmp_path / "letter.txt"
    file.write_text("the first page\fthe second page")
    key = str(uuid.uuid4())
    first = package.enqueue_file(file, key=key, hold=True)
    again = package.enqueue_file(file, key=key, hold=True)
    assert [job.title for job in first] == ["letter, page 1", "letter, page 2"]
    assert len({job.id for job in first}) == 2
    assert [(job.id, job.repeated) for job in again] == [(job.id, True) for job in first]
    for job in first:
        package.cancel_job(job)


def test_an_svg_is_queued_as_text_as_a_file_or_as_bytes(tmp_path, plotd):
    file = tmp_path / "hills.svg"
    file.write_text(SVG)
    large = SVG.replace("</svg>", "<!--" + "x" * 40_000 + "--></svg>")
    jobs = [package.enqueue_svg(SVG, "text"), package.enqueue_svg(file), package.enqueue_svg(large.encode(), "large")]
    assert [job.title for job in package.wait_for_jobs(jobs)] == ["text", "hills", "large"]
    named = package.enqueue_svg(file, "slopes", title="Hills in May", hold=True)
    assert (named.title, plotd.get_job(named).data["params"]["name"]) == ("Hills in May", "slopes")
    assert package.cancel_job(named).status == "canceled"
    assert len(package.upload(file)) == 64
    assert [job.status for job in map(plotd.get_job, jobs)] == ["finished"] * 3


def test_a_plot_is_requested_at_submit_or_later(plotd):
    waiting = package.enqueue_svg(SVG, "at once", plot={"plotter": "axi", "copies": 2})
    assert package.wait_for_job(waiting, until=["rendered"]).data["plot"]["copies"] == 2
    rendered = package.wait_for_job(package.enqueue_svg(SVG, "later"))
    [queued] = plotd.plot([rendered], "axi")
    assert (queued.status, queued.data["plot"]["plotter"]) == ("rendered", "axi")
    for job in (waiting, queued):
        plotd.cancel_job(job)


def test_a_status_can_be_read_when_the_parameters_of_the_job_exceed_the_limit_of_a_batch():
    comment = "<!--" + '"' * 600_000 + "-->"
    job = package.enqueue("svg", {"svg": SVG.replace("<path", f"{comment}<path")}, hold=True)
    assert package.get_job_status(job.id)["status"] == "held"
    assert asyncio.run(AsyncPlotd().get_job_status(job))["status"] == "held"
    package.cancel_job(job)


def test_a_wait_ends_at_its_time_limit_and_does_not_change_the_job():
    job = spiral(hold=True)
    with pytest.raises(TimeoutError):
        package.wait_for_job(job, timeout=0.1)
    assert package.get_job_status(job.id)["status"] == "held"
    threading.Timer(0.2, package.cancel_job, [job]).start()
    assert package.wait_for_job(job, timeout=60).status == "canceled"
    assert package.wait_for_jobs([]) == []


def test_refusals_have_the_code_of_the_daemon(plotd):
    with pytest.raises(PlotdError) as refused:
        package.enqueue("patern")
    assert refused.value.code == "ERR_TASK_UNKNOWN"
    with pytest.raises(PlotdError) as refused:
        spiral_of_words = {"pattern": "spiral", "width": "wide"}
        package.enqueue("pattern", spiral_of_words)
    assert refused.value.code == "ERR_PARAMS"
    assert "width" in refused.value.message
    with pytest.raises(PlotdError) as refused:
        plotd.plot(["nobody"])
    assert refused.value.code == "ERR_JOB_UNKNOWN"
    assert package.get_job_status("nobody")["status"] == "not_found"
    with pytest.raises(PlotdError) as refused:
        plotd.output(spiral(hold=True))
    assert refused.value.code == "ERR_JOB_STATE"


def test_without_a_daemon_a_call_raises_an_error_with_a_hint(tmp_path):
    with pytest.raises(DaemonAway) as away:
        Plotd(state=tmp_path / "nowhere").enqueue("text", {"text": "a"})
    assert away.value.code == "ERR_DAEMON_AWAY"
    assert "plotd serve" in away.value.hint
    assert "plotd serve" in str(away.value)
    assert isinstance(away.value, ConnectionError)
    with pytest.raises(DaemonAway):
        Plotd("127.0.0.1:9", "token").get_job_status("a")


def test_a_program_needs_two_lines_to_draw_without_a_daemon(tmp_path):
    """The fallback is written as the owner of a small program would write it."""
    try:
        result = Plotd(state=tmp_path).enqueue_svg_generation(200, 200, "spiral")
    except DaemonAway:
        result = "drawn here"
    assert result == "drawn here"


def test_a_status_can_be_written_as_json_with_its_times_as_text():
    status = package.get_job_status(spiral().id)
    assert json.loads(json.dumps(status, default=str))["id"] == status["id"]


def test_a_wait_ends_when_the_daemon_falls_silent(monkeypatch):
    monkeypatch.setattr(package.client, "GRACE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_plotd = Plotd(f"http://127.0.0.1:{silent.getsockname()[1]}", "token")
        with pytest.raises(DaemonAway):
            silent_plotd.wait("01M8KKDE8ES2XFASRY1ETEH75F", timeout=0.05)


def test_a_file_may_have_a_longer_name_than_a_job(tmp_path, plotd):
    file = tmp_path / f"{'n' * 240}.svg"
    file.write_text(SVG)
    expected = "n" * 160 + "…"
    assert package.enqueue_svg(file, hold=True).title == expected
    assert [job.title for job in plotd.enqueue_file(file, hold=True)] == [expected]
