"""The languages that the product speaks."""

LANGUAGES = ("en", "zh_CN", "zh_TW")
# Shows developers what is not translated or does not fit; it is offered to nobody.
PSEUDO_LANGUAGE = "pseudo"
