"""Ids of the page of one training."""


class Ids:
    NOW = "training-one-now"
    TICK = "training-one-tick"
    NUMBER = "training-one-number"
    CANCEL = "training-one-cancel"
