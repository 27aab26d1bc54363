"""Whether a text says how satisfaction was measured."""

from fuhe.policy import words


def says_how_surveyed(text: str) -> bool:
    """Tell whether a text names a way of asking people: 问卷, 回访, 抽样."""
    return any(word in text for word in words("narrative", "surveys"))
