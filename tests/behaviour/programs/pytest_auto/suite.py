"""Runs the tests and prints what became of each."""

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent


class Teller:
    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            print(report.nodeid, report.when, report.outcome)


if __name__ == "__main__":
    arguments = ["-s", "-p", "no:cacheprovider", "-p", "no:terminal", f"--rootdir={HERE}", str(HERE)]
    sys.exit(pytest.main(["-c", str(HERE / "pyproject.toml"), *arguments], plugins=[Teller()]))
