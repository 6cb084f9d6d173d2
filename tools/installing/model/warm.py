"""Work out beforehand, for the shipped answers and the model beside it, what each first start would take seconds for.

python -m tools.installing.model.warm MODEL-FOLDER ANSWERS-FOLDER
"""

import sys
from pathlib import Path

from handlers.faq.bank.reading import read_bank
from handlers.faq.matching.fitting import fit
from handlers.faq.matching.model import Model


def warm(model: Path, answers: Path) -> None:
    """Leave embeddings and thresholds in the model's folder."""
    fit(read_bank(answers).entries, Model.load(model), model)
    for path in model.iterdir():
        # Whoever runs the bot may be somebody else than whoever set it up.
        path.chmod(0o644)


if __name__ == "__main__":
    warm(Path(sys.argv[1]), Path(sys.argv[2]))
