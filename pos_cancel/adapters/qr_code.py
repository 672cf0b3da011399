"""A text as the dark and light squares of a QR code; who has a screen or paper draws them."""

Squares = tuple[tuple[bool, ...], ...]
# White squares around the code, without which a phone does not find it.
MARGIN = 4


def squares_of(text: str) -> Squares:
    """Give the rows of the code with its margin, True for dark. A text holds 2,900 characters at most."""
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=MARGIN)
    code.add_data(text)
    return tuple(tuple(map(bool, row)) for row in code.get_matrix())
