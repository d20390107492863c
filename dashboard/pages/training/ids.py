"""Ids of the page of trainings."""


class Ids:
    ROOT = "training-root"
    LABELS = "training-labels"
    ARCH = "training-arch"
    EPOCHS = "training-epochs"
    SIDE = "training-side"
    BATCH = "training-batch"
    RANKS = "training-ranks"
    LAUNCHER = "training-launcher"
    MINIMUM = "training-minimum"
    ASK = "training-ask"
    LIST = "training-list"
