"""python -m tests.fuzz NAME [options of the fuzzer]: such as -runs=100000 -seed=7, or a file to repeat."""

import sys

import atheris

with atheris.instrument_imports(include=["pos_cancel.gateways", "pos_cancel.domain", "pos_cancel.cli"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    name = sys.argv.pop(1)
    target = TARGETS[name]

    def once(data: bytes) -> None:
        target(atheris.FuzzedDataProvider(data))

    atheris.Setup(sys.argv, once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
