"""`python -m tests.hostile FOLDER`: writes all of them there."""

import sys
from pathlib import Path

from tests.hostile import hostile_files

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for name, make in hostile_files().items():
    (folder / name).write_bytes(make())
