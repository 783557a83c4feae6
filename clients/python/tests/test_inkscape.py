"""The extension for Inkscape, without Inkscape."""
import importlib.util
import pathlib

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "inkscape" / "plotd_send.py"


def test_the_layers_may_be_numbers_or_names_that_only_look_like_numbers():
    spec = importlib.util.spec_from_file_location("plotd_send", PROGRAM)
    plotd_send = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plotd_send)
    options = plotd_send.parse(["--layers=1, ², Sea", "drawing.svg"])
    assert plotd_send.plot_of(options)["layers"] == [1, "²", "Sea"]
