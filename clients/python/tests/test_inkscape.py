"""The extension for Inkscape, without Inkscape."""
import importlib.util
import pathlib

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "inkscape" / "plotd_send.py"


def extension():
    spec = importlib.util.spec_from_file_location("plotd_send", PROGRAM)
    plotd_send = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plotd_send)
    return plotd_send


def test_the_layers_may_be_numbers_or_names_that_only_look_like_numbers():
    plotd_send = extension()
    options = plotd_send.parse(["--layers=1, ², Sea", "drawing.svg"])
    assert plotd_send.plot_of(options)["layers"] == [1, "²", "Sea"]


def test_the_name_of_a_document_may_be_longer_than_a_title(monkeypatch):
    monkeypatch.setenv("DOCUMENT_PATH", f"/home/ada/{'n' * 240}.svg")
    plotd_send = extension()
    assert plotd_send.title_of("unused", plotd_send.parse(["unused"])) == "n" * 160


def test_a_document_that_cannot_be_read_has_a_title_too(monkeypatch, tmp_path):
    monkeypatch.delenv("DOCUMENT_PATH", raising=False)
    plotd_send = extension()
    document = tmp_path / "drawing.svg"
    for text in ["", "no SVG", "<svg docname=", '<?xml version="1.0" encoding="none"?><svg/>']:
        document.write_text(text)
        assert plotd_send.title_of(document, plotd_send.parse([str(document)])) == "Drawing"
