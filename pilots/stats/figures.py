"""Figures as people read them."""


def in_figures(value: float) -> str:
    """As many digits as say something: 12, 3.4, 0.21, 0.034; −12 with a minus of its own."""
    if value < 0:
        return f"−{in_figures(-value)}"
    if value >= 9.95 or value == 0:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 0.95 else f"{value:.2g}"


def in_percent(share: float) -> str:
    """Of 1. A few of many are neither none nor all of them."""
    if 0 < share < 0.01:
        return "under 1 %"
    return "over 99 %" if 0.99 < share < 1 else f"{100 * share:.0f} %"
