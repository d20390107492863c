"""Errors the hub raises on purpose; entry points print them without a traceback."""


class HubError(Exception):
    """Base of every error a user can act on: says what, of which thing, and what to do."""

    exit_code = 1


class ConfigError(HubError):
    """A setting is absent or malformed."""


class DatabaseUnavailable(HubError):
    """Postgres does not answer, or went away in the middle; running the command again is safe."""


class Conflict(HubError):
    """A row would break the constraint of that name."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


class NotFound(HubError):
    """The hub has no such thing."""


class LabelError(HubError):
    """A change of the labels that the rules refuse."""


class UndoError(HubError):
    """A verdict that cannot be taken back."""


class SubmitError(HubError):
    """Nothing of a submission could be received."""


class StorageError(HubError):
    """The objects' folder does not take bytes: it is full, closed or failing."""


class LeaseHeld(HubError):
    """Another job holds the lease of the lake; the message says who, since when."""

    exit_code = 75


class JobError(HubError):
    """A job cannot be asked for, tried again or cancelled as it stands."""


class TrainingError(HubError):
    """A training cannot be asked for, or stopped, as it stands."""


class StoresDiffer(HubError):
    """The lake and Postgres contradict each other: going on could lose pictures."""


class RecipeError(HubError):
    """A recipe says something that no recipe says, or contradicts itself."""


class LockError(HubError):
    """A subset lock is malformed, or what it names is not in this hub."""


class SubsetError(HubError):
    """A subset cannot be made: nothing answers to its recipe, or its lock has nowhere to go."""


class PictureUnreadable(HubError):
    """The lake does not give a picture's bytes as they were published."""

    def __init__(self, message: str, *, fault: str = "") -> None:
        """`fault` says it of one picture alone, to go behind its name."""
        super().__init__(message)
        self.fault = fault or message


class PullError(HubError):
    """A folder cannot be brought to what a lock names."""


class ExportError(HubError):
    """A subset cannot be written in a format, or not into that folder."""


class AccountError(HubError):
    """A user, a password or a token cannot be made as it was asked for."""


class NotSignedIn(HubError):
    """The hub does not know who asks: no token, or none that is good."""


class Forbidden(HubError):
    """Who asks is known, and may not do this."""


class TooManyRequests(HubError):
    """A client asked more often than it may."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class MigrationError(HubError):
    """The catalogue's schema is not one that this version can bring up to date."""


class LakeUnreadable(HubError):
    """A table of the lake is there and cannot be opened."""


class HubUnreachable(HubError):
    """A hub does not answer over HTTP."""


class HubRefused(HubError):
    """A hub refuses a request over HTTP, or answers as no hub does; the sentence is its own."""

    def __init__(self, message: str, *, status: int) -> None:
        """`status` is HTTP's; 0 where the answer itself is wrong."""
        super().__init__(message)
        self.status = status


class NotWhole(HubError):
    """A hub does not send the whole of what was asked for."""


class PackageMissing(HubError):
    """What was asked for needs a package that is not installed here."""


class ReportError(HubError):
    """A report, or what a review says of one, that cannot be taken."""
