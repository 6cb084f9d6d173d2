"""What the browser is installed from."""

import json

from tests.browser.stage import ROOT


def test_the_lock_pins_every_package_by_its_hash_and_names_no_address():
    packages = json.loads((ROOT / "tests/browser/package-lock.json").read_text())["packages"]
    installed = {name: one for name, one in packages.items() if name}
    assert installed
    assert [name for name, one in installed.items() if not one["integrity"].startswith("sha512-")] == []
    assert [name for name, one in installed.items() if "resolved" in one] == []
