"""What a changed policy pack or word list would newly report and no longer report over a folder of forms."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fuhe import county, policy
from fuhe.batch.rule_trial import Difference, Hits, TrialTerms, by_code
from fuhe.batch.rule_trial import hits as hits_on
from fuhe.errors import UsageError
from fuhe.intake.paths import read_paths

_SHOWN = 40


def comparison(present: str, changed: Path, folder: str) -> str:
    """Check a folder with the present pack and with the changed one; say what differs, by code and by cell.

    `changed` is a pack's .yaml, or a folder with such a file, with word lists in lexicon/, or with both.
    """
    pack_name, words = _parts(present, changed)
    found = Difference(hits(present, folder), _fresh(pack_name, words, folder))
    counts = [len(part) for part in (found.before, found.after, found.more, found.less)]
    lines = ["现行 {} 处，改后 {} 处：多报 {} 处，少报 {} 处。".format(*counts)]
    lines += _listed("多报", found.more)
    lines += _listed("少报", found.less)
    return "\n".join(lines)


def _parts(present: str, changed: Path) -> tuple[str, Path | None]:
    if changed.is_file():
        return str(changed), None
    if not changed.is_dir():
        raise UsageError(f"没有“{changed}”这个文件或文件夹", todo="给出政策包 .yaml，或内有 lexicon 文件夹的文件夹")
    packs = sorted(changed.glob("*.y*ml"))
    words = changed / "lexicon"
    return str(packs[0]) if packs else present, words if words.is_dir() else None


def _fresh(pack_name: str, words: Path | None, folder: str) -> Hits:
    """Check in a new process where words are changed: a process keeps the words it has used."""
    policy.pack(pack_name)
    if words is None:
        return hits(pack_name, folder)
    policy.check_lexicons(words)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=county.add_words, initargs=(words,)) as worker:
        return worker.submit(hits, pack_name, folder).result()


def hits(pack_name: str, folder: str) -> Hits:
    """Return every finding over a folder by its place."""
    forms = ((file.path, form) for file in read_paths([folder]) for form in file.forms)
    return hits_on(forms, TrialTerms(pack_name))


def _listed(title: str, found: Hits) -> list[str]:
    if not found:
        return []
    lines = ["", f"{title}：" + "、".join(f"{code} {count} 处" for code, count in by_code(found).items())]
    for (file, form, code, _), told in list(found.items())[:_SHOWN]:
        lines.append(f"  {file}【{form}】{code} {told.message}")
    return [*lines, f"  ……共 {len(found)} 处"] if len(found) > _SHOWN else lines
