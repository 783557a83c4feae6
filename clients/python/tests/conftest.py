"""A daemon for the tests: the one that PLOTD_STATE names. It must run with a simulated plotter."""
import os

import pytest

from plotd import Plotd


@pytest.fixture(scope="session")
def plotd():
    assert "PLOTD_STATE" in os.environ, "PLOTD_STATE names no daemon: test/e2e/python-package.long.test.ts starts one"
    return Plotd()
