"""The ways in which a training job ends badly, told apart by whose fault it is.

CustomerError     the request or the data is wrong; the sentence says what to change
AlgorithmError    the engine or its installation is wrong
JobStoppedError   SIGTERM came before there was anything to store
"""


class CustomerError(Exception):
    """The hyperparameters or the input data cannot be used as they are."""


class AlgorithmError(Exception):
    """Training itself could not go on, although the request was a legal one."""


class JobStoppedError(Exception):
    """The job was asked to stop before its first epoch had ended."""
