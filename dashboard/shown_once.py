"""A secret that a page shows this once, to be copied."""

import dash_mantine_components as dmc
from dash.development.base_component import Component


def shown_once(title: str, words: str, secret: str) -> Component:
    """Return it under a title, with what to do with it."""
    return dmc.Paper(
        dmc.Stack(
            [
                dmc.Text(title, fw=600),
                dmc.Text(words),
                dmc.Code(secret, block=True, className="account-secret"),
                dmc.CopyButton(
                    "Copy",
                    value=secret,
                    copiedChildren="Copied",
                    buttonProps={"variant": "default"},
                ),
            ],
            align="flex-start",
            gap="sm",
        ),
        withBorder=True,
        p="md",
        mt="md",
    )
