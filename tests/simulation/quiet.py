"""The product's log during a simulation: kept for a look, and off the screen."""

import logging


def quiet_logs() -> None:
    """Keep what the product logs away from standard error: a simulated disk is full rather often."""
    logger = logging.getLogger("pos_cancel")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
