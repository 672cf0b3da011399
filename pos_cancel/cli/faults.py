"""What an error means for the exit code, and what becomes of an unexpected one."""

from pos_cancel.domain.errors import (
    IllegalEvent,
    InvalidInput,
    InvalidNumber,
    KeyStoreError,
    KeyTextError,
    LocalError,
    PosCancelError,
)

FAULT, USAGE, NOT_FOUND, TILL = 1, 2, 4, 5


class Interrupted(BaseException):
    """A person or the system asks the program to end; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class ProgramFault(PosCancelError):
    """The program itself is at fault."""

    code = "fault"


def exit_code(error: PosCancelError) -> int:
    """Give the exit code of the contract: whose fault it is."""
    if isinstance(error, InvalidNumber | InvalidInput | KeyTextError | IllegalEvent):
        return USAGE
    return TILL if isinstance(error, LocalError | KeyStoreError) else FAULT


def internal_fault(error: Exception, log_file: str) -> ProgramFault:
    """Give the sentence for an unexpected error; it names its kind and the log, and nothing of its text."""
    way_on = f"Tell support; the details are in {log_file}." if log_file else "Tell support."
    return ProgramFault(f"The program met a fault of its own ({type(error).__name__}).", way_on)
