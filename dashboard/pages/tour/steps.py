"""The first three steps of each role."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    title: str
    text: str
    link: str
    href: str


_LOOK = Step(
    "Look around",
    "Every label shows its pictures, how many there are, and what is missing.",
    "The labels",
    "/labels",
)
_PICK = Step(
    "Pick",
    "Choose labels and filters, and watch what they come to. Keep the choice as a subset.",
    "Pick pictures",
    "/pick",
)
_DOWNLOAD = Step(
    "Download",
    "A subset never changes. Download it in the format that your tools read.",
    "Your subsets",
    "/subsets",
)
_SUBMIT = Step(
    "Submit",
    "Drop pictures or a folder, say what they show, and see at once what is wrong with any.",
    "Submit pictures",
    "/submit",
)

STEPS = {
    "supplier": (
        Step("See what is wanted", "Home ends with the labels that need pictures.", "Home", "/"),
        _SUBMIT,
        Step(
            "Follow",
            "What became of every file, and why one was refused or is a duplicate.",
            "Your submissions",
            "/submissions",
        ),
    ),
    "data_scientist": (_LOOK, _PICK, _DOWNLOAD),
    "premium": (
        _PICK,
        _DOWNLOAD,
        Step(
            "Train",
            "Ask for a training on a pick, follow it and download the model.",
            "Trainings",
            "/training",
        ),
    ),
    "labeller": (
        Step(
            "Review",
            "People report labels that look wrong: look at the picture and decide.",
            "Reports to settle",
            "/review",
        ),
        _LOOK,
        _SUBMIT,
    ),
    "ops": (
        Step(
            "Watch the jobs",
            "What runs, what failed and why; try it again with one click.",
            "Operations",
            "/ops",
        ),
        Step("Invite people", "Whoever opens the link chooses a name.", "Users", "/users"),
        _LOOK,
    ),
}
"""By role; each link is to a page that the role may see."""
