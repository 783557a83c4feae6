"""The vpype command `plotd`: it queues the drawing of the pipeline.

    vpype read drawing.svg linemerge linesort plotd --plotter axidraw --title "Hills"

vpype finds the command by the entry point of this package. Only this module imports vpype and click.
"""
from __future__ import annotations

import io
from typing import Any, Optional

import click
import vpype
import vpype_cli

from .client import Plotd
from .errors import PlotdError


@click.command()
@click.option("-p", "--plotter", help="name of a plotter, or the word any; without -p and -c the job ends as an SVG")
@click.option("-c", "--copies", type=click.IntRange(1, 1000), help="number of sheets; default: 1")
@click.option("-q", "--priority", default="default", help="high, default, low, or 1 to 100")
@click.option("-t", "--title", default="vpype", help="name of the job in the queue")
@click.option("--hold", is_flag=True, help="wait for `plotd release`")
@vpype_cli.global_processor
def plotd(
    document: Any, plotter: Optional[str], copies: Optional[int], priority: str, title: str, hold: bool
) -> Any:
    """Queue the drawing with plotd. The pipeline continues with the same drawing."""
    svg = io.StringIO()
    vpype.write_svg(svg, document)
    plot = None if plotter is None and copies is None else {"plotter": plotter or "any", "copies": copies or 1}
    level = int(priority) if priority.isdecimal() else priority
    try:
        job = Plotd().enqueue_svg(svg.getvalue(), title, plot=plot, priority=level, hold=hold)
    except PlotdError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Queued {job.id[-6:]}  {job.title}", err=True)
    for loss in job.losses:
        click.echo(f"Will not be drawn: {loss}", err=True)
    return document


# vpype lists the command under this heading.
setattr(plotd, "help_group", "Plugins")
