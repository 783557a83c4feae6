#!/usr/bin/env python3
"""The Inkscape extension "Send to plotd": queues the document that is open.

Inkscape calls it with a flag for each parameter of plotd_send.inx and, last, a temporary copy of the document. What it
prints to stdout becomes the document, so it gives back what it got; what it prints to stderr is shown to the user. It
needs the folder `plotd` of clients/python beside it, or the installed package, and nothing else: not even inkex.
"""
import argparse
import os
import pathlib
import sys
import xml.etree.ElementTree as ET

HERE = pathlib.Path(__file__).resolve().parent
# As it lies in the repository.
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
        return (preview if options.action == "preview" else queue)(Plotd(), document, options)
    except DaemonAway as error:
        return tell(f"plotd does not answer: {error.message}.\nStart it by `plotd serve` and try again.")
    except PlotdError as error:
        return tell(f"plotd refused the drawing: {error.message}")


def queue(plotd, document, options):
    title = title_of(document, options)
    # By upload: a document from Inkscape is larger than most messages.
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
    seen = plotd.call("preview.render", {"task": "svg", "params": params, **({"plot": plot} if plot else {})})
    layers = [f"  {i}  {each['name']}  {each['strokes']} strokes" for i, each in enumerate(seen["layers"], 1)]
    lines = [
        f"{seen['widthMm']:g} × {seen['heightMm']:g} mm, {seen['strokes']} strokes, {minutes(seen['estimateSeconds'])}",
        "Layers:",
        *layers,
        *(["Will not be drawn:"] if any(each["kind"] == "loss" for each in seen["warnings"]) else []),
        *(f"  {each['message']}" for each in seen["warnings"] if each["kind"] == "loss"),
        "Nothing was queued.",
    ]
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
    numbers = [int(word) if word.isdigit() else word for word in layers]
    return {"plotter": plotter, "copies": options.copies, **({"layers": numbers} if numbers else {})}


def title_of(document, options):
    """The title that was typed, else the name that Inkscape keeps in the document: its own file is a temporary one."""
    if options.title.strip():
        return options.title.strip()
    named = os.environ.get("DOCUMENT_PATH") or ""
    if not named:
        for _, root in ET.iterparse(document, ["start"]):
            named = root.get(SODIPODI, "")
            break
    return pathlib.Path(named).stem or "Drawing"


def minutes(seconds):
    return f"about {round(seconds)} s" if seconds < 90 else f"about {round(seconds / 60)} min"


def tell(text):
    """Inkscape shows it in a window. A code other than 0 would make it say that the extension is broken."""
    print(text, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
