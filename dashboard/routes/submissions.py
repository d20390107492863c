"""/api/v1/submissions: what became of every file that you submitted."""

from dataclasses import asdict
from typing import Any

from flask import Response

from dashboard.answers import told
from dashboard.routes.api import TOKEN, blueprint
from dashboard.site import caller, open_db
from dashboard.uploading import (
    SubmissionAbout,
    SubmissionPage,
    SubmissionPath,
    SubmissionQuery,
    SubmissionsQuery,
)
from hub.rules.remedies import REMEDIES
from hub.services import submission_reports
from hub.services.submission_reports import FileReport
from hub.services.uploads import check_may_submit

api = blueprint("submissions", "What became of every file that you submitted.")


@api.get("/submissions", responses={200: SubmissionPage}, security=TOKEN)
def list_submissions(query: SubmissionsQuery) -> Response:
    """List your submissions, the newest first; ops see everybody's."""
    asking = caller("read")
    check_may_submit(asking.user)
    with open_db() as db:
        found = submission_reports.list_submissions(
            db, supplier=asking.viewer, before=query.after, most=query.limit
        )
    following = found[-1].id if len(found) == query.limit else None
    return told(SubmissionPage, {"submissions": found, "next": following})


@api.get("/submissions/<submission_id>", responses={200: SubmissionAbout}, security=TOKEN)
def get_submission(path: SubmissionPath, query: SubmissionQuery) -> Response:
    """Say what became of the files of a submission."""
    asking = caller("read")
    check_may_submit(asking.user)
    with open_db() as db:
        page = submission_reports.page_files(
            db,
            path.submission_id,
            supplier=asking.viewer,
            outcome=query.outcome,
            most=query.limit,
            skip=query.skip,
        )
    files = [_with_remedy(one) for one in page.files]
    document = {**asdict(page.submission), "files": files, "next": page.following}
    return told(SubmissionAbout, document)


def _with_remedy(file: FileReport) -> dict[str, Any]:
    return {**asdict(file), "remedy": REMEDIES.get(file.reason or "")}
