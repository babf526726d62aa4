"""What the coverage of a pilot comes to, as a sentence. Pure."""

from collections.abc import Mapping

from pilots.measured.coverage import Known


def percent(part: float) -> str:
    """Of 1. A little is not nothing, and almost all is not all."""
    if 0 < part < 0.01:
        return "under 1 %"
    return "over 99 %" if 0.99 < part < 1 else f"{100 * part:.0f} %"


def covers(shares: Mapping[Known, float]) -> str:
    """“Evidence covers 38 % of the work; 62 % was never tried”."""
    if not shares:
        return "Nobody has counted the work, so nobody knows how much of it the evidence covers"
    seen, few, dark = (shares.get(one, 0.0) for one in (Known.SEEN, Known.FEW, Known.DARK))
    said = [f"Evidence covers {percent(seen)} of the work" if seen else "Evidence covers none of the work"]
    if few:
        said.append(f"of {percent(few)} there is not enough data")
    if dark:
        said.append(f"{percent(dark)} was never tried")
    return "; ".join(said)
