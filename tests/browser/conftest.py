"""The page of the published evidence, rendered once, and the programs that look at it; without them the tests here are skipped."""

import shutil
from pathlib import Path

import pytest

from reports import ledger, record, sentences
from reports.page import claims_html, claims_json, evidence_html, runs, sentences_html

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def page():
    return claims_json.document(ledger.read(), record.gather([record.PUBLISHED]), sentences.read())


@pytest.fixture(scope="session")
def chromium_and_node():
    """The paths of Chromium and node; a test that asks for them is skipped where one, or playwright-core, is not installed."""
    chromium, node = shutil.which("chromium"), shutil.which("node")
    if chromium is None or node is None:
        pytest.skip("chromium and node are needed to look at the page")
    if not (HERE / "node_modules" / "playwright-core").exists():
        pytest.skip("playwright-core is not installed; `nox -s browser` installs it")
    return chromium, node


@pytest.fixture(scope="session")
def rendered(page, tmp_path_factory):
    """The file of the page; beside it stand the pages to which it points."""
    folder, ran = tmp_path_factory.mktemp("page"), runs.gather([record.PUBLISHED])
    (folder / "evidence.html").write_bytes(evidence_html.render(page, ran))
    (folder / "sentences.html").write_bytes(sentences_html.render(page))
    path = folder / "claims.html"
    path.write_bytes(claims_html.render(page, ran))
    return path
