"""The training files of a split, each what it was when it was written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hub.rules.runs import Run, TrainingFile
from jobs.train.worker.digests import DataError, digest_file


@dataclass
class Source:
    """The files of a split, each checked when it is first read."""

    folder: Path
    run: Run
    split: str
    _checked: set[int] = field(default_factory=set)

    @property
    def files(self) -> Sequence[TrainingFile]:
        return self.run.files.get(self.split, ())

    def check_sizes(self) -> None:
        """Raise DataError for a file that is missing or has another size, or one not ours.

        Petastorm unpickles what it finds in files of Parquet's metadata beside the data.
        """
        for folder in {(self.folder / file.path).parent for file in self.files}:
            for foreign in (*folder.glob("_common_metadata"), *folder.glob("_metadata")):
                raise DataError(f"{foreign} is not part of this training: remove it.")
        for number in range(len(self.files)):
            self.check_size(number)

    def check(self, number: int) -> None:
        """Raise DataError if a file's bytes are not those that were written for this training."""
        if number in self._checked:
            return
        self.check_size(number)
        file = self.files[number]
        if digest_file(self.folder / file.path) != file.sha256:
            raise DataError(
                f"{self.folder / file.path} has changed since it was written: run the training"
                " anew, which writes its files again."
            )
        self._checked.add(number)

    def check_size(self, number: int) -> None:
        file = self.files[number]
        try:
            size = (self.folder / file.path).stat().st_size
        except FileNotFoundError as error:
            raise DataError(
                f"{self.folder / file.path} is missing: run the training anew, which writes its"
                " files again."
            ) from error
        if size != file.size_bytes:
            raise DataError(
                f"{self.folder / file.path} has {size:,} bytes instead of {file.size_bytes:,}: run"
                " the training anew, which writes its files again."
            )
