"""How large a finger's target has to be on this screen."""

from PySide6.QtWidgets import QWidget

TARGET_MM = 12.0
TARGET_PX = 48
# Of a small window on a very fine screen no more than this of the drawing: a window that is given the
# whole of such a screen grows, and its targets with it.
MOST_PX = 72
# Real screens have 3 to 20 pixels in a millimetre; what says otherwise was never measured.
BELIEVABLE = (3.0, 20.0)


def px_per_mm(widget: QWidget) -> float:
    """Give the pixels in a millimetre, 0 where the screen reports nothing that can be believed.

    The widget's own millimetres are asked for, never its screen: PySide makes that a child of the widget, and
    Qt's screen would be destroyed together with it.
    """
    return believed(widget.width(), widget.height(), widget.widthMM(), widget.heightMM())


def believed(wide_px: int, high_px: int, wide_mm: float, high_mm: float) -> float:
    """Give pixels per millimetre of a screen of this size, 0 where that cannot be.

    Both ways have to agree within a tenth: a projector or a wall of screens invents one of them.
    """
    if wide_mm <= 0 or high_mm <= 0:
        return 0.0
    across, down = wide_px / wide_mm, high_px / high_mm
    if abs(across - down) > max(across, down) / 10:
        return 0.0
    least, most = BELIEVABLE
    return across if least <= across <= most else 0.0


def target_px(scale: float, pixels_per_mm: float) -> int:
    """Give the least side of what is tapped: 12 mm, never less than 48 pixels of the drawing."""
    drawn, most = TARGET_PX * scale, MOST_PX * scale
    return round(min(most, max(drawn, TARGET_MM * pixels_per_mm)))
