"""Real trainings as tasks, small and slowed down, for the tests on a cluster. Jobs import this module."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from empirical.data.images import Images
from empirical.training.run_files import CHECKPOINT, LOCK, ORIGIN
from empirical.training.run_folder import run
from empirical.training.settings import Settings
from theory.compile_options import quick_compile


@dataclass(frozen=True)
class Training:
    """A run of 2NN with `pause` seconds of sleep after each epoch, on which its results do not depend.

    The images come along: to import scikit-learn for them took a job 5 s of a processor, more than all the rest.
    """

    name: str
    out: Path
    images: Images
    seed: int = 0
    epochs: int = 3
    pause: float = 0.0
    rho: float = 0.1

    @property
    def folder(self):
        return self.out / self.name

    @property
    def process(self):
        """A file with the number of the process that trained last."""
        return self.out / f"{self.name}.process"

    def __call__(self):
        self.out.mkdir(exist_ok=True)
        self.process.write_text(str(os.getpid()))
        settings = Settings(model="2nn", width=8, method="1-sam", seed=self.seed, rho=self.rho, momentum=0.9, epochs=self.epochs)
        run(self.folder, settings, self.images, compiler=quick_compile(), tell=lambda *_: time.sleep(self.pause))

    def progress(self):
        path = self.folder / CHECKPOINT
        return json.loads(path.read_text())["epoch"] if path.exists() else 0

    def done(self):
        return self.progress() == self.epochs

    def results(self):
        """Return the contents of the run's files, metrics and checkpoint among them, but not the place and time of the run."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.name not in {ORIGIN, LOCK}}
