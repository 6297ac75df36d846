"""What a rule can't be done to."""


class Misfit(ValueError):  # noqa: N818 - it is told as a problem of a file, not of ours
    """A tensor that an operation isn't for; the message says why, in a user's words."""
