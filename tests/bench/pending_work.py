"""A till over very many pending cases at rest: python -m tests.bench.pending_work HOME SECONDS.

Prints, as JSON, the seconds to the list, the share of one core while nothing is due, and the memory.
"""

import json
import queue
import sys
import time
from pathlib import Path

from tests.bench.pending_till import ShortLine, pending_till

SETTLING_S = 2.0


def main(home: Path, seconds: float) -> None:
    """Start, list, rest for so long."""
    with pending_till(home, ShortLine()) as runner:
        listed: queue.SimpleQueue[object] = queue.SimpleQueue()
        start = time.perf_counter()
        runner.start()
        runner.open_cases(listed.put)
        listing = listed.get()
        listed_s = time.perf_counter() - start
        time.sleep(SETTLING_S)
        began, used = time.perf_counter(), time.process_time()
        time.sleep(seconds)
        share = (time.process_time() - used) / (time.perf_counter() - began)
        status = Path("/proc/self/status").read_text()
        rss = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        del listing
    print(json.dumps({"listed_s": listed_s, "share": share, "rss_mib": int(rss.split()[1]) / 1024}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
