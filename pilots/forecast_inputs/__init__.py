"""All that goes into a forecast: read from the database, and written down as `stats.forecast.record` reads it."""

from pilots.forecast_inputs.document import Impossible, document_of
from pilots.forecast_inputs.rows import counting_batches, may_change

__all__ = ["Impossible", "counting_batches", "document_of", "may_change"]
