"""What there is help about."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    name: str
    """Of its file in dashboard/help, and its address below /help."""
    title: str
    about: str


TOPICS = (
    Topic("supplier", "Getting started as a supplier", "From photographs to published pictures."),
    Topic(
        "data-scientist",
        "Getting started as a data scientist",
        "From a question to a verified folder of pictures.",
    ),
    Topic("premium", "Getting started as a premium user", "From a pick to a trained model."),
    Topic("labeller", "Getting started as a labeller", "What to do about reports."),
    Topic("ops", "Getting started as ops", "Running the hub, and who may use it."),
    Topic("picking", "Picking", "How a choice of labels and filters becomes a list of pictures."),
    Topic("downloads", "Subsets and downloads", "What a subset is, and how to get it whole."),
    Topic(
        "submitting", "Submitting and licences", "What to say of pictures, and who may use them."
    ),
    Topic("checks", "What checks refuse, and why", "Each reason, and what to do about it."),
    Topic("api", "API and clients", "The same by REST, Python and the command line."),
    Topic("privacy", "Privacy", "What others see of you and of where a picture was taken."),
)
