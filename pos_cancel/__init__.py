"""pos_cancel takes back an Alipay payment at the till and says honestly how it ended."""

__version__ = "0.1.0"
