"""The sentence model: that it is the one that was set up, what it gives, and that no text makes it fail."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from handlers.faq.matching.model import Model, loaded
from tools.installing.model.references import differing
from tools.installing.model.released import verify

FOLDER = Path(__file__).parents[3] / ".cache/model"


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load(FOLDER)


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(FOLDER, tmp_path / "model"))


def test_it_gives_what_its_authors_published(model):
    assert differing(lambda text: model.embed([text])[0]) == []


def test_another_model_would_be_noticed(model):
    assert differing(lambda text: model.embed([f"not {text}"])[0]) != []


def test_loading_it_leaves_nothing_behind_and_its_runtime_holds_no_reporting(tmp_path):
    load = "import sys; from pathlib import Path; from handlers.faq.matching.model import Model"
    script = f"{load}; Model.load(Path(sys.argv[1])).embed(['x'])"
    env = {**os.environ, "TMPDIR": str(tmp_path), "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script, FOLDER], cwd=FOLDER.parents[1], env=env, check=True)
    assert list(tmp_path.iterdir()) == []
    libraries = list(Path(onnxruntime.__file__).parent.glob("capi/*.so"))
    assert libraries
    assert not any(b"OneDsTelemetry" in library.read_bytes() for library in libraries)


def test_what_means_the_same_is_nearer_than_what_has_the_same_words(model):
    asked, meant, worded = model.embed(["how do I leave the server", "delete my account", "how do I cook the server"])
    assert asked @ meant > 0.2
    assert asked @ asked == pytest.approx(1, abs=1e-4)
    assert asked @ worded < 0.9


def test_a_text_becomes_the_same_whatever_stands_beside_it(model):
    alone = model.embed(["where is it"])[0]
    assert np.array_equal(model.embed(["a much longer text than the other one", "where is it"])[1], alone)


@pytest.mark.parametrize(
    "text", ["", "\x00", "\ud800", "😀" * 300, "قهوة", "a" * 65_536, "word " * 20_000, "```\ncode\n```"]
)
def test_no_text_makes_it_fail(model, text):
    [row] = model.embed([text])
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-4)


def test_no_folder_is_a_reason():
    assert loaded(None) == (None, "No folder for the sentence model is named in the configuration.")


def test_an_empty_folder_is_a_reason(tmp_path):
    model, why = loaded(tmp_path)
    assert model is None
    assert f"no sentence model in {tmp_path}" in str(why)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_that_was_changed_is_refused(copy, name):
    (copy / name).write_bytes((copy / name).read_bytes()[:-1] + b"x")
    model, why = loaded(copy)
    assert model is None
    assert f"{name} isn't what was set up" in str(why)


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"sha256": {}}', '{"sha256": 1}'])
def test_a_broken_manifest_is_refused(copy, manifest):
    (copy / "manifest.json").write_text(manifest)
    assert "set the model up again" in str(loaded(copy)[1])


def test_two_models_have_two_names(copy, model):
    tokeniser = json.loads((copy / "tokenizer.json").read_text())
    (copy / "tokenizer.json").write_text(json.dumps(tokeniser))
    from tools.installing.model.released import sha256  # noqa: PLC0415 - beside its only use

    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["sha256"]["tokenizer.json"] = sha256(copy / "tokenizer.json")
    (copy / "manifest.json").write_text(json.dumps(manifest))
    other, _ = loaded(copy)
    assert other is not None
    assert other.name != model.name


def test_files_that_the_authors_did_not_release_are_not_installed(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"model\.safetensors isn't the file .* nothing was installed"):
        verify(tmp_path)
