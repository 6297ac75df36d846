"""Did you mean …?"""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, if one is near enough to be worth offering."""
    words = list(known)
    by_lower = {candidate.lower(): candidate for candidate in reversed(words)}
    exact = by_lower.get(word.lower())
    if exact is not None and exact != word:
        return exact
    from difflib import get_close_matches  # only when something is wrong: it costs start-up time

    found = get_close_matches(word, words, n=1, cutoff=0.7)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean `…`?`, or the empty string."""
    found = nearest(word, known)
    return f"did you mean `{found}`?" if found else ""
