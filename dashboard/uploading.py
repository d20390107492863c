"""What routes of uploads and submissions are sent, and what they answer."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field, StrictBool, StrictStr

from dashboard.answers import Told
from dashboard.asked import Asked, Name, Text

OUTCOME = r"^(pending|published|duplicate|rejected)$"
"""As the table submission_file has them."""
MOST_LABELS = 10


class UploadPath(BaseModel):
    upload_id: str = Field(pattern=r"^[0-9a-f]{32}$")


class UploadFileQuery(Asked):
    path: str = Field(
        min_length=1, max_length=2000, description="What the file is called; only text."
    )


class SubmissionAsked(Asked):
    labels: list[Name] = Field(min_length=1, max_length=MOST_LABELS)
    licence: Name
    consent: StrictBool = Field(description="You may give these pictures under the licence.")
    author: Text = Field("", description="Whom to credit; empty: you.")
    source_url: StrictStr = Field("", max_length=1000)
    lon: float | None = Field(None, ge=-180, le=180, description="Where they were taken, degrees.")
    lat: float | None = Field(None, ge=-90, le=90)


class SubmissionPath(BaseModel):
    submission_id: int = Field(ge=1, le=2**63 - 1)


class SubmissionsQuery(Asked):
    after: int | None = Field(None, ge=1, le=2**63 - 1, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class SubmissionQuery(Asked):
    outcome: str | None = Field(None, pattern=OUTCOME, description="Only files that ended so.")
    skip: int = Field(0, ge=0, le=2**31 - 1, description="`next` of the page before.")
    limit: int = Field(100, ge=1, le=1000)


class UploadMade(Told):
    id: str = Field(validation_alias="upload_id")
    expires_at: datetime


class UploadFile(Told):
    path: str
    sha256: str
    size_bytes: int


class RelatedPicture(Told):
    related_to: str
    relation: str
    why: str


class Verdict(Told):
    path: str
    outcome: str = Field(description="published, duplicate, rejected, pending or refused.")
    reason: str | None
    message: str | None = Field(description="What to do about a reason.")
    duplicate_of: str | None = Field(description="Id of the picture that it repeats.")
    same_as: str | None = Field(description="File of this upload that it repeats; null: the hub's.")
    relation: str | None
    why: str | None
    related: list[RelatedPicture]
    issues: list[str]


class Verdicts(Told):
    files: list[Verdict]
    unchecked: int = Field(description="Files that another check will look at.")


class AlreadyThere(Told):
    path: str
    submission: int


class RefusedFile(Told):
    path: str
    reason: str
    message: str


class SubmissionTaken(Told):
    id: int | None
    label: str
    received: int
    already: list[AlreadyThere]
    refused: list[RefusedFile]


class Receipt(Told):
    receipt: int | None = Field(description="null: nothing new came.")
    supplier: str
    submissions: list[SubmissionTaken]


class Submission(Told):
    id: int
    receipt: int
    label: str
    supplier: str
    status: str
    received_at: datetime
    submitted: int
    pending: int
    published: int
    rejected: Mapping[str, int]
    duplicates: Mapping[str, int]


class SubmissionPage(Told):
    submissions: list[Submission]
    next: int | None = Field(description="Ask for the next page with `after`; null: the last.")


class SubmittedFile(Told):
    file_id: int
    path: str
    outcome: str
    reason: str | None
    remedy: str | None
    image_id: str | None
    duplicate_of: str | None
    relation: str | None
    why: str | None
    undone: bool
    again_in: int | None
    issues: list[str]


class SubmissionAbout(Submission):
    files: list[SubmittedFile]
    next: int | None = Field(description="Ask for the next files with `skip`; null: the last.")
