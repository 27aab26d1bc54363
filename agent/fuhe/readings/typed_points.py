"""Points as a person types them: 8, 8.5分, full width too."""

import re
from decimal import Decimal

from fuhe.readings.sheet import printed_points
from fuhe.text import squeeze

_FIGURE = re.compile(r"-?\d+(?:\.\d+)?分?")


def typed_points(text: str) -> Decimal | None:
    """Return the number a typed text is and nothing but; None for anything else."""
    return printed_points(text) if _FIGURE.fullmatch(squeeze(text)) else None
