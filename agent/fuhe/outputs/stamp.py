"""Where an output comes from: program, rule pack, time, file hash, and whether a person has accepted it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from fuhe import __version__
from fuhe.outputs.contract import FileReport, Report
from fuhe.readers.own_marks import PROPOSER

_HASH_SHOWN = 12
PROPOSED = "建议稿，未经人工核定"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who made what from which file; `accepted_by` is the person who accepted it, None for a 建议稿."""

    pack: str
    at: str
    sha256: tuple[str, ...] = ()
    accepted_by: str | None = None

    @property
    def author(self) -> str:
        """Who signs what is written into a unit's file."""
        return self.accepted_by or PROPOSER

    @property
    def line(self) -> str:
        """The provenance as one line of Chinese."""
        parts = [f"复核 fuhe {__version__}", f"规则包 {self.pack}", self.at.replace("T", " ")[:16]]
        if len(self.sha256) == 1:
            parts.append(f"原文件 SHA-256 {self.sha256[0][:_HASH_SHOWN]}")
        elif self.sha256:
            joined = hashlib.sha256("\n".join(sorted(self.sha256)).encode()).hexdigest()
            parts.append(f"原文件 {len(self.sha256)} 个，合计 SHA-256 {joined[:_HASH_SHOWN]}")
        parts.append(f"已由{self.accepted_by}核定" if self.accepted_by else PROPOSED)
        return "　".join(parts)


def stamp_of(report: Report, files: Iterable[FileReport] | None = None, accepted_by: str | None = None) -> Stamp:
    """Return the stamp of a report, or of some of its files."""
    named = report.files if files is None else files
    hashes = tuple(file.sha256 for file in named if file.sha256)
    return Stamp(report.policy, report.made, hashes, accepted_by)
