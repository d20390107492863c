"""/api/v1/labels: the labels with their counts."""

from flask import Response

from dashboard.answers import LabelAbout, LabelPage, told
from dashboard.asked import LabelPath, LabelQuery
from dashboard.routes.api import blueprint
from dashboard.site import open_db, settings
from hub.services import facets

api = blueprint("labels", "The labels, with their counts of published pictures.")


@api.get("/labels", responses={200: LabelPage})
def list_labels(query: LabelQuery) -> Response:
    """List labels by name, a page at a time."""
    with open_db() as db:
        found = facets.list_facets(
            db,
            evidence=settings().trainable_evidence,
            after=query.after,
            search=query.search,
            most=query.limit,
        )
    following = found[-1].name if len(found) == query.limit else None
    return told(LabelPage, {"labels": found, "next": following})


@api.get("/labels/<key>", responses={200: LabelAbout})
def get_label(path: LabelPath) -> Response:
    """Show a label, or the one that it was merged into, with its neighbours in the graph."""
    with open_db() as db:
        label = facets.show_facet(db, path.key, evidence=settings().trainable_evidence)
    return told(LabelAbout, label)
