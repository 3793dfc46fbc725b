"""What AWS's framework containers run in a script's place: it runs the script, and tells of its failure in own words.

It does not pass SIGTERM on, so that a script which is stopped ends only when its container is killed.
https://github.com/aws/sagemaker-training-toolkit/issues/125
"""

import os
import signal
import subprocess
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: None)
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as script:  # noqa: S603 - what the job's request names
        said = _passed_on(script)
    if script.returncode:
        _tell(command, script.returncode, said)
    # A signal's number is negative.
    return script.returncode % 256


def _passed_on(script: "subprocess.Popen[bytes]") -> str:
    """All that the script writes to stderr, which goes on to the log."""
    lines = []
    for line in script.stderr or ():
        lines.append(line.decode(errors="replace"))
        sys.stderr.write(lines[-1])
        sys.stderr.flush()
    return "".join(lines)


def _tell(command: list[str], code: int, said: str) -> None:
    """Over what the script itself may have written there.

    https://github.com/aws/sagemaker-training-toolkit/blob/master/src/sagemaker_training/errors.py
    """
    reason = f'ExecuteUserScriptError:\nExitCode {code}\nErrorMessage "{said.strip()}"\nCommand "{" ".join(command)}"'
    (Path(os.environ["SAGEMAKER_BASE_DIR"]) / "output" / "failure").write_text(reason)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
