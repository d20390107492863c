"""What a user of the hub may be."""

ROLES = ("supplier", "data_scientist", "premium", "labeller", "ops")
"""As the constraint of the table hub_user has them."""
