"""Ids of the page of one's account."""


class Ids:
    TOKENS = "account-tokens"
    TOKEN_NAME = "account-token-name"
    TOKEN_SCOPES = "account-token-scopes"
    TOKEN_DAYS = "account-token-days"
    TOKEN_MAKE = "account-token-make"
    TOKEN_MADE = "account-token-made"
    REVOKE = "account-revoke"
    """Type of the buttons that revoke a token; their index is its id."""
