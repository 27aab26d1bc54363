"""On what terms a batch is checked, and the hash of them that tells whether an earlier result still holds."""

import functools
import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import fuhe
from fuhe.checking import Options
from fuhe.county import Additions, added
from fuhe.layouts.profiles import LayoutProfile
from fuhe.policy import Pack, data_folder, pack

_RESULTS_REST_ON = ("*.py", "readers/*.py", "layouts/*.py", "readings/*.py", "intake/*.py", "join/*.py", "rules/*.py")


@dataclass(frozen=True)
class Terms:
    """The policy pack by name, what to run how loud, and whether drafts by the rules are made with it."""

    policy: str
    options: Options
    drafts: bool = False
    profile: LayoutProfile | None = None

    @property
    def pack(self) -> Pack:
        """The policy pack."""
        return pack(self.policy)

    @functools.cached_property
    def ruleset(self) -> str:
        """The hash of program, rules, pack, word lists and options; drafts do not change what is found."""
        told = [_program(added()), self.pack.model_dump_json(), repr(sorted(asdict(self.options).items()))]
        told += [self.profile.model_dump_json()] if self.profile else []
        return hashlib.sha256("\x1f".join(told).encode()).hexdigest()


@functools.cache
def _program(own: Additions) -> str:
    """Hash what reads and checks, and the words and rules: a changed rule counts even where the version stays."""
    home = Path(fuhe.__file__).parent
    files = [file for pattern in _RESULTS_REST_ON for file in sorted(home.glob(pattern))]
    files += sorted((data_folder() / "lexicon").glob("*.yaml"))
    files += [file for folder in own.words for file in sorted(folder.glob("*.yaml"))]
    files += [own.rules] if own.rules else []
    digest = hashlib.sha256(fuhe.__version__.encode())
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()
