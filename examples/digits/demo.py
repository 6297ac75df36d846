"""From a YAML spec to a trained digit classifier: `make demo`.

The architecture is text, `specs/digits.yaml`. specc checks it, shows it, and compiles it to a Keras
model with fresh weights; from there on it is plain Keras. The data are 1,797 real handwritten
digits that come with scikit-learn, so nothing is downloaded.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from specc import cli

SPEC = Path("specs/digits.yaml")
FOLDER = Path("demo")
SEED = 7
EPOCHS = 12

NEXT = """
what is in demo/:
  digits.yaml           the spec, to change and compile again
  digits.json           its Keras config
  digits.keras          the model with fresh weights; the spec travels inside
  digits-trained.keras  the trained model, for keras.models.load_model
  history.json          loss and accuracy of each epoch

try next:
  . .venv/bin/activate
  specc show demo/digits.yaml --set filters=32
  specc compile demo/digits.yaml -o demo/wide.keras --set filters=32 --seed 7
  sed 's/kernel_size/kernal_size/' demo/digits.yaml | specc check -
  specc show specs/resnet.yaml --variant resnet50 --depth 2
"""


def specc(*arguments: str | Path) -> None:
    """Runs a command of specc's, as one would type it."""
    words = list(map(str, arguments))
    print(f"\n$ specc {' '.join(words)}", flush=True)
    code = cli.main(words)
    if code:
        sys.exit(code)


def train(model_file: Path, trained_file: Path) -> dict[str, list[float]]:
    """Trains the compiled model, as any Keras model, and says how good it got."""
    import keras

    keras.utils.set_random_seed(SEED)
    digits = load_digits()
    images, labels = digits.images[..., None], digits.target
    x_train, x_test, y_train, y_test = train_test_split(
        images, labels, test_size=0.25, random_state=SEED, stratify=labels
    )
    model = keras.models.load_model(model_file)
    print(f"\ntraining on {len(x_train):,} digits, {EPOCHS} epochs …", flush=True)
    history = model.fit(x_train, y_train, batch_size=32, epochs=EPOCHS, verbose=0)
    _, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"accuracy on {len(x_test)} digits that it has never seen: {accuracy:.1%}")
    model.save(trained_file)
    return {name: list(map(float, values)) for name, values in history.history.items()}


def main() -> None:
    """Checks, shows, compiles and trains."""
    os.chdir(Path(__file__).parents[2])
    FOLDER.mkdir(exist_ok=True)
    shutil.copy(SPEC, FOLDER / "digits.yaml")

    specc("check", SPEC)
    specc("show", SPEC)
    specc("compile", SPEC, "-o", FOLDER / "digits.json", "--force")
    specc("compile", SPEC, "-o", FOLDER / "digits.keras", "--seed", str(SEED), "--force")

    history = train(FOLDER / "digits.keras", FOLDER / "digits-trained.keras")
    (FOLDER / "history.json").write_text(f"{json.dumps(history, indent=2)}\n", encoding="utf-8")
    print(NEXT)


if __name__ == "__main__":
    main()
