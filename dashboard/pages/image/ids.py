"""Ids of a picture's page."""


class Ids:
    IMAGE = "image-shown"
    LABELS = "image-labels"
    REPORT = "image-report"
    """Type of the buttons that open the form, by the key of a label, or '' for the picture."""
    FORM = "image-form"
    ABOUT = "image-about"
    """The key of the label that the form is of."""
    REASON = "image-reason"
    NOTE = "image-note"
    SEND = "image-send"
    CANCEL = "image-cancel"
