#!/usr/bin/env python3
"""The Inkscape extension "Send to plotd": queues the open document, or only shows its size, time, layers and losses.

Inkscape calls this program with a flag for each parameter of plotd_send.inx and, last, the path of a temporary copy of
the document. Inkscape takes the program's stdout as the new document, so the program prints the document unchanged.
Inkscape shows the program's stderr to the user. The program needs the folder `plotd` of clients/python beside it, or
the installed package. The program does not use inkex.
"""
import argparse
import os
import pathlib
import sys
import xml.etree.ElementTree as ET

HERE = pathlib.Path(__file__).resolve().parent
# The folders that may hold the package: the folder of this file, or clients/python of the repository.
sys.path[1:1] = [str(HERE), str(HERE.parent / "python")]

SODIPODI = "{http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd}docname"


def main(words):
    options = parse(words)
    document = pathlib.Path(options.document)
    sys.stdout.buffer.write(document.read_bytes())
    sys.stdout.flush()
    try:
        from plotd import DaemonAway, Plotd, PlotdError
    except ImportError:
        return tell("The folder plotd is missing beside plotd_send.py. See clients/inkscape/README.md of plotd.")
    try:
        action = preview if options.action == "preview" else queue
        return action(Plotd(), document, options)
    except DaemonAway as error:
        return tell(f"plotd does not answer: {error}.")
    except PlotdError as error:
        return tell(f"plotd refused the drawing: {error}")


def queue(plotd, document, options):
    title = title_of(document, options)
    # The document is uploaded, because it may be too large for a message.
    params = {"upload": plotd.upload(document), "name": title}
    job = plotd.enqueue(
        "svg", params, title=title, plot=plot_of(options), priority=options.priority, hold=options.hold
    )
    if job.losses:
        tell("\n".join([f"Queued as {job.id[-6:]}. Will not be drawn:", *job.losses]))
    return 0


def preview(plotd, document, options):
    params = {"upload": plotd.upload(document), "name": title_of(document, options)}
    plot = plot_of(options)
    result = plotd.call("preview.render", {"task": "svg", "params": params, **({"plot": plot} if plot else {})})
    size = f"{result['widthMm']:g} × {result['heightMm']:g} mm"
    lines = [f"{size}, {strokes(result['strokes'])}, {minutes(result['estimateSeconds'])}", "Layers:"]
    lines += [f"  {i}  {each['name']}  {strokes(each['strokes'])}" for i, each in enumerate(result["layers"], 1)]
    losses = [f"  {each['message']}" for each in result["warnings"] if each["kind"] == "loss"]
    if losses:
        lines += ["Will not be drawn:", *losses]
    lines.append("Nothing was queued.")
    tell("\n".join(lines))
    return 0


def parse(words):
    parser = argparse.ArgumentParser()
    parser.add_argument("--action", default="queue")
    parser.add_argument("--plotter", default="any")
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--layers", default="")
    parser.add_argument("--priority", default="default")
    parser.add_argument("--hold", type=lambda word: word == "true", default=False)
    parser.add_argument("--title", default="")
    parser.add_argument("document")
    # Inkscape adds flags of its own, such as --id for each selected object.
    return parser.parse_known_args(words)[0]


def plot_of(options):
    plotter = options.plotter.strip()
    if plotter in ("", "none"):
        return None
    layers = [word.strip() for word in options.layers.split(",") if word.strip()]
    numbers = [int(word) if word.isdecimal() else word for word in layers]
    return {"plotter": plotter, "copies": options.copies, **({"layers": numbers} if numbers else {})}


def title_of(document, options):
    """The title that the user typed, else the name of the original document, from DOCUMENT_PATH or the SVG."""
    if options.title.strip():
        return options.title.strip()
    name = os.environ.get("DOCUMENT_PATH") or ""
    if not name:
        try:
            name = next(ET.iterparse(document, ["start"]))[1].get(SODIPODI, "")
        except (ET.ParseError, LookupError, ValueError, StopIteration):
            pass  # The daemon refuses the document, and says why.
    # The name of a file may be longer than a title.
    return pathlib.Path(name).stem[:160] or "Drawing"


def strokes(count):
    return "1 stroke" if count == 1 else f"{count} strokes"


def minutes(seconds):
    return f"about {round(seconds)} s" if seconds < 90 else f"about {round(seconds / 60)} min"


def tell(text):
    """Shows a text in a window of Inkscape. Returns 0: after any other code Inkscape calls the extension broken."""
    print(text, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
