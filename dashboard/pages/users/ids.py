"""Ids of the page of users."""


class Ids:
    FIND = "users-find"
    FOUND = "users-found"
    GRID = "users-grid"
    NEW_ROLE = "users-new-role"
    CHANGE = "users-change"
    ROLE = "users-role"
    EMAIL = "users-email"
    DAYS = "users-days"
    INVITE = "users-invite"
    INVITED = "users-invited"
    INVITATIONS = "users-invitations"
    TAKE_BACK = "users-take-back"
    """Type of the buttons that take an invitation back; their index is its id."""
    DECISIONS = "users-decisions"
