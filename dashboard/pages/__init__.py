"""The pages of the site, in the order of its navigation."""

from dashboard.pages.account import PAGE as ACCOUNT
from dashboard.pages.help import PAGE as HELP
from dashboard.pages.help_topic import PAGE as HELP_TOPIC
from dashboard.pages.home import PAGE as HOME
from dashboard.pages.image import PAGE as IMAGE
from dashboard.pages.label import PAGE as LABEL
from dashboard.pages.labels import PAGE as LABELS
from dashboard.pages.map import PAGE as MAP
from dashboard.pages.model import PAGE as MODEL
from dashboard.pages.models import PAGE as MODELS
from dashboard.pages.ops import PAGE as OPS
from dashboard.pages.page import Page
from dashboard.pages.pick import PAGE as PICK
from dashboard.pages.review import PAGE as REVIEW
from dashboard.pages.submission import PAGE as SUBMISSION
from dashboard.pages.submissions import PAGE as SUBMISSIONS
from dashboard.pages.submit import PAGE as SUBMIT
from dashboard.pages.subset import PAGE as SUBSET
from dashboard.pages.subsets import PAGE as SUBSETS
from dashboard.pages.tour import PAGE as TOUR
from dashboard.pages.training import PAGE as TRAINING
from dashboard.pages.training_one import PAGE as TRAINING_ONE
from dashboard.pages.users import PAGE as USERS

PAGES: tuple[Page, ...] = (
    HOME,
    LABELS,
    MAP,
    PICK,
    SUBSETS,
    SUBMIT,
    SUBMISSIONS,
    REVIEW,
    TRAINING,
    MODELS,
    OPS,
    USERS,
    HELP,
    ACCOUNT,
    HELP_TOPIC,
    TOUR,
    LABEL,
    IMAGE,
    TRAINING_ONE,
    MODEL,
    SUBSET,
    SUBMISSION,
)
