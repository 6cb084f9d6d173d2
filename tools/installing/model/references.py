"""What the model must give: the first numbers of published embeddings, made by its authors' own software."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from tools.installing.model.weights import Array

#: From the tests of others who run this model: texts, and how their embeddings begin.
REFERENCES: Mapping[str, Sequence[float]] = {
    "This is an example sentence": (0.06765693, 0.06349593, 0.04871314, 0.07930495, 0.03744806, 0.00265273),
    "Each sentence is converted.": (0.07853645, 0.08856265, -0.00209270, -0.00717247, -0.01252624, 0.01881747),
    "Café déjà vu — 東京": (0.05083271, 0.00967685, 0.09635572, -0.00997369, -0.01987603, 0.01692343),
}
#: How far a number may be off: they are about 0.05, and rounding the weights to whole numbers costs about 0.01.
TOLERANCE = 0.025


def differing(embed: Callable[[str], Array]) -> list[str]:
    """The texts whose embedding isn't what it should be."""
    return [text for text, begins in REFERENCES.items() if not _near(embed(text), begins)]


def _near(found: Array, begins: Sequence[float]) -> bool:
    length = float(np.linalg.norm(found))
    return abs(length - 1) < TOLERANCE and float(np.abs(found[: len(begins)] - np.array(begins)).max()) < TOLERANCE
