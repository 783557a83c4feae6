"""The vpype command, with stand-ins for the documented functions: vpype and click need not be installed."""
import importlib
import sys
import types

import pytest

import plotd as package


class ClickException(Exception):
    pass


def stand_ins(messages):
    """Modules whose decorators return the function unchanged. `click.echo` appends its text to `messages`."""
    click = types.ModuleType("click")
    click.command = lambda *_, **__: lambda function: function
    click.option = lambda *_, **__: lambda function: function
    click.IntRange = lambda *_: int
    click.echo = lambda text, err=False: messages.append(text)
    click.ClickException = ClickException
    vpype = types.ModuleType("vpype")
    vpype.write_svg = lambda output, document: output.write(document)
    vpype_cli = types.ModuleType("vpype_cli")
    vpype_cli.global_processor = lambda function: function
    return {"click": click, "vpype": vpype, "vpype_cli": vpype_cli}


@pytest.fixture()
def command(monkeypatch):
    messages = []
    for name, module in stand_ins(messages).items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.delitem(sys.modules, "plotd.vpype_command", raising=False)
    return importlib.import_module("plotd.vpype_command").plotd, messages


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm"><path d="M9 9h50" stroke="red"/></svg>'
FLAGS = {"plotter": None, "copies": None, "priority": "default", "title": "vpype", "hold": False}


def test_the_command_queues_the_drawing_and_leaves_it_in_the_pipeline(command):
    plotd, messages = command
    flags = {**FLAGS, "plotter": "axi", "copies": 3, "priority": "60", "title": "Hills", "hold": True}
    assert plotd(SVG, **flags) == SVG
    newest = package.Plotd().list_jobs(sort="newest", limit=1)[0]
    assert (newest.title, newest.priority, newest.status) == ("Hills", 60, "held")
    assert newest.data["plot"] == {"plotter": "axi", "copies": 3}
    assert messages == [f"Queued {newest.id[-6:]}  Hills"]
    package.cancel_job(newest)
    assert plotd.help_group == "Plugins"


def test_a_number_of_copies_asks_for_ink_on_any_plotter(command):
    plotd, _ = command
    plotd(SVG, **{**FLAGS, "copies": 2, "hold": True})
    newest = package.Plotd().list_jobs(sort="newest", limit=1)[0]
    assert newest.data["plot"] == {"plotter": "any", "copies": 2}
    package.cancel_job(newest)


def test_the_command_reports_the_refusal_of_the_daemon(command):
    plotd, _ = command
    with pytest.raises(ClickException, match="no plotter"):
        plotd(SVG, **{**FLAGS, "plotter": "nobody"})


def test_click_parses_the_flags_of_the_command(monkeypatch):
    click = pytest.importorskip("click")
    testing = pytest.importorskip("click.testing")
    modules = stand_ins([])
    modules["vpype_cli"].global_processor = lambda function: lambda **flags: function(SVG, **flags)
    for name in ("vpype", "vpype_cli"):
        monkeypatch.setitem(sys.modules, name, modules[name])
    monkeypatch.delitem(sys.modules, "plotd.vpype_command", raising=False)
    command = importlib.import_module("plotd.vpype_command").plotd
    assert isinstance(command, click.Command)
    words = ["-p", "axi", "-c", "2", "-q", "high", "-t", "From vpype", "--hold"]
    assert testing.CliRunner().invoke(command, words).exit_code == 0
    newest = package.Plotd().list_jobs(sort="newest", limit=1)[0]
    assert (newest.title, newest.priority, newest.status) == ("From vpype", 75, "held")
    assert newest.data["plot"]["copies"] == 2
    refused = testing.CliRunner().invoke(command, ["-p", "nobody"])
    assert refused.exit_code == 1 and "no plotter" in refused.output
    assert testing.CliRunner().invoke(command, ["-c", "0"]).exit_code == 2
    package.cancel_job(newest)


def test_vpype_finds_the_command_by_the_entry_point():
    from importlib.metadata import entry_points

    found = entry_points()
    group = found.select(group="vpype.plugins") if hasattr(found, "select") else found.get("vpype.plugins", [])
    assert [each.value for each in group if each.name == "plotd"] == ["plotd.vpype_command:plotd"]
