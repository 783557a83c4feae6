"""Builds the wheel and the source archive with Python's standard library alone (PEP 517), without a package index.

The project's name, version and description are in pyproject.toml. Two wheels of the same files have the same bytes.
"""
from __future__ import annotations

import base64
import configparser
import hashlib
import io
import pathlib
import re
import tarfile
import zipfile

HERE = pathlib.Path(__file__).parent
# The earliest time that a zip file can hold.
TIME = (1980, 1, 1, 0, 0, 0)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    project = read_project()
    name = f"{project['name']}-{project['version']}"
    info = f"{name}.dist-info"
    files = {path.relative_to(HERE).as_posix(): path.read_bytes() for path in sources()}
    files[f"{info}/METADATA"] = metadata(project).encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: plotd\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/entry_points.txt"] = project["entry_points"].encode()
    record = [f"{path},sha256={digest(data)},{len(data)}" for path, data in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    wheel = f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, TIME)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return wheel


def build_sdist(sdist_directory, config_settings=None):
    project = read_project()
    name = f"{project['name']}-{project['version']}"
    archive_name = f"{name}.tar.gz"
    extra = [HERE / file for file in ("pyproject.toml", "README.md", "wheel_backend.py")]
    with tarfile.open(pathlib.Path(sdist_directory) / archive_name, "w:gz") as archive:
        for path in [*extra, *sources()]:
            add(archive, f"{name}/{path.relative_to(HERE).as_posix()}", path.read_bytes())
        add(archive, f"{name}/PKG-INFO", metadata(project).encode())
    return archive_name


def add(archive, path, data):
    entry = tarfile.TarInfo(path)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


def sources():
    return sorted(path for path in (HERE / "plotd").rglob("*") if path.suffix == ".py" or path.name == "py.typed")


def digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def read_project():
    """The fields of pyproject.toml, which uses little of TOML. Python's standard library reads TOML only since 3.11."""
    text = (HERE / "pyproject.toml").read_text()
    fields = dict(re.findall(r'^([\w-]+) = "(.*)"$', text, re.MULTILINE))
    points = configparser.ConfigParser()
    for group, body in re.findall(r'^\[project\.entry-points\."(.+?)"\]\n((?:[^\[].*\n?)*)', text, re.MULTILINE):
        points[group] = dict(re.findall(r'^([\w-]+) = "(.*)"$', body, re.MULTILINE))
    text_of_points = io.StringIO()
    points.write(text_of_points)
    return {**fields, "entry_points": text_of_points.getvalue()}


def metadata(project):
    head = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {project['version']}",
        f"Summary: {project['description']}",
        f"Requires-Python: {project['requires-python']}",
        f"License-Expression: {project['license']}",
        "Description-Content-Type: text/markdown",
    ]
    return "\n".join([*head, "", (HERE / "README.md").read_text()])
