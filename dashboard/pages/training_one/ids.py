"""Ids of the page of one training."""


class Ids:
    STATE = "training-one-state"
    NUMBER = "training-one-number"
    CANCEL = "training-one-cancel"
