"""Makes the tones in resources/sounds: our own, short, told apart by their melody at a till.

Run as packaging/make_sounds.py; it writes the same files every time.
"""

import math
import struct
import wave
from pathlib import Path

RATE = 16_000
LOUDEST = 0.5
# Each tone begins and ends softly, or the loudspeaker clicks.
EDGE_S = 0.008
PAUSE = 0.0
# (hertz, seconds): up for done, level for act, insisting for call, low for a scan that was not taken,
# and one small bell for what ended in the background.
MELODIES = {
    "done": ((523.25, 0.10), (783.99, 0.18)),
    "act": ((440.00, 0.13), (PAUSE, 0.05), (440.00, 0.13)),
    "call": ((659.26, 0.13), (493.88, 0.13), (659.26, 0.13), (493.88, 0.20)),
    "not_taken": ((196.00, 0.11), (PAUSE, 0.04), (164.81, 0.16)),
    "background": ((1046.50, 0.22),),
}
FOLDER = Path(__file__).resolve().parent.parent / "resources" / "sounds"


def samples(melody: tuple[tuple[float, float], ...]) -> bytes:
    """Give a melody as 16-bit samples; every tone fades."""
    made: list[int] = []
    for hertz, length_s in melody:
        count = round(length_s * RATE)
        for place in range(count):
            at_s, left_s = place / RATE, (count - place) / RATE
            edge = min(1.0, at_s / EDGE_S, left_s / EDGE_S)
            fade = math.exp(-3.0 * at_s / length_s)
            made.append(round(32_767 * LOUDEST * edge * fade * math.sin(2 * math.pi * hertz * at_s)))
    return struct.pack(f"<{len(made)}h", *made)


def main() -> None:
    """Write one file per melody."""
    FOLDER.mkdir(exist_ok=True)
    for name, melody in MELODIES.items():
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(samples(melody))


if __name__ == "__main__":
    main()
