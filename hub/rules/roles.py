"""What a user of the hub may be, and what each may do."""

ROLES = ("supplier", "data_scientist", "premium", "labeller", "ops")
"""As the constraint of the table hub_user has them."""

PERMISSIONS = {
    "browse": frozenset(ROLES),
    "pick": frozenset(ROLES),
    "report": frozenset(ROLES),
    "submit": frozenset({"supplier", "labeller", "ops"}),
    "review": frozenset({"labeller", "ops"}),
    "train": frozenset({"premium", "ops"}),
    "operate": frozenset({"ops"}),
}
"""Who may do what: `browse` looks at labels and pictures, `pick` counts, locks and downloads,
`report` says that a picture or a label is wrong, `submit` brings pictures, `review` settles
reports, `train` asks for trainings, `operate` runs jobs and says who may use the hub. Who is not
signed in may browse where `Settings.anonymous` says so, and nothing else."""


def role_text(role: str) -> str:
    """Return a role as people read it: data scientist."""
    return role.replace("_", " ")


def may(role: str | None, permission: str) -> bool:
    """Tell whether a role may do something; None: nobody who signed in."""
    return role in PERMISSIONS[permission]
