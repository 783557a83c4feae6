"""The client for asyncio: many waits share one long poll."""
import asyncio

import pytest

from plotd import AsyncPlotd, DaemonAway, PlotdError


def spiral(plotd, **options):
    return plotd.enqueue_svg_generation(40, 40, "spiral", **options)


def test_the_main_methods_work():
    async def main():
        plotd = AsyncPlotd()
        job = await plotd.wait(await spiral(plotd, priority="low"))
        assert (job.status, job.priority) == ("finished", 25)
        assert (await plotd.get_job_status(job))["result"].endswith(job.path)
        assert (await plotd.output(job)).startswith(b"<")
        assert len(await plotd.upload(b"some bytes")) == 64
        [queued] = await plotd.plot([job], "axi")
        assert (await plotd.cancel_job(queued)).status == "canceled"
        assert (await plotd.get_job_status("nobody"))["status"] == "not_found"
        svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9mm' height='9mm'/>"
        assert (await plotd.enqueue_svg(svg)).id
        assert (await plotd.enqueue_svg(svg, "small", title="Small square")).title == "Small square"
        card = await plotd.enqueue_postcard_generation("Ada", "Hello", "birthday", hold=True)
        assert card.id in [each.id for each in await plotd.list_jobs(status=["held"])]
        await plotd.cancel_job(card)

    asyncio.run(main())


def test_a_hundred_waits_for_twenty_jobs_share_polls_and_end_as_their_jobs_end():
    async def main():
        plotd = AsyncPlotd()
        polls = []
        call = plotd.call

        async def counted(method, params=None):
            if method == "job.wait":
                polls.append(len(params["ids"]))
            return await call(method, params)

        plotd.call = counted
        held = await spiral(plotd, hold=True)
        first = asyncio.ensure_future(plotd.wait(held))
        jobs = [await spiral(plotd) for _ in range(20)]
        many = await asyncio.gather(*(plotd.wait(job) for job in jobs for _ in range(5)))
        assert {job.status for job in many} == {"finished"}
        assert not first.done()
        assert max(polls) == 21
        await plotd.cancel_job(held)
        assert (await first).status == "canceled"

    asyncio.run(main())


def test_a_wait_that_is_given_up_leaves_nothing_running():
    async def main():
        plotd = AsyncPlotd()
        job = await spiral(plotd, hold=True)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(plotd.wait(job), 0.2)
        await asyncio.sleep(0.1)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await plotd.cancel_job(job)

    asyncio.run(main())


def test_an_unknown_job_fails_only_its_own_wait():
    async def main():
        plotd = AsyncPlotd()
        job = await spiral(plotd)
        good, bad = await asyncio.gather(plotd.wait(job), plotd.wait("nobody"), return_exceptions=True)
        assert good.status == "finished"
        assert isinstance(bad, PlotdError) and bad.code == "ERR_JOB_UNKNOWN"

    asyncio.run(main())


def test_every_wait_fails_when_no_daemon_answers(tmp_path):
    async def main():
        plotd = AsyncPlotd(state=tmp_path / "nowhere")
        both = await asyncio.gather(plotd.wait("a"), plotd.wait("b"), return_exceptions=True)
        assert [type(each) for each in both] == [DaemonAway, DaemonAway]

    asyncio.run(main())
