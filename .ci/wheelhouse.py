"""Gather what a computer without a network installs from: every wheel for Linux and Windows x64 in one folder, and prove it.

    python .ci/wheelhouse.py gather FOLDER --python 3.11 --python 3.12     # needs an index
    python .ci/wheelhouse.py proof FOLDER --python 3.11                    # needs none

jieba is published as source only and becomes a wheel here; pip reads markers for the machine it runs on, so that
they are read for the target here, and pip is given the plain list.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements-offline.lock"
SOURCE_ONLY = ("jieba",)
EXTRAS = "postgres,fast"
GLIBC = ("2_28", "2_27", "2_24", "2_17", "2_12", "2_5")
PLATFORMS = {
    "linux": [f"manylinux_{version}_x86_64" for version in GLIBC] + ["manylinux2014_x86_64"],
    "linux-arm": [f"manylinux_{version}_aarch64" for version in GLIBC[:4]] + ["manylinux2014_aarch64"],
    "windows": ["win_amd64"],
}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("verb", choices=("gather", "proof"))
    asked.add_argument("folder", type=Path)
    asked.add_argument("--python", action="append", dest="pythons")
    asked.add_argument("--platform", action="append", dest="platforms", choices=PLATFORMS)
    given = asked.parse_args()
    pythons = given.pythons or ["{}.{}".format(*sys.version_info)]
    targets = [(platform, python) for platform in given.platforms or ("linux", "windows") for python in pythons]
    (gather if given.verb == "gather" else proof)(given.folder.resolve(), targets)


def gather(folder: Path, targets: list[tuple[str, str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        listed = _list(Path(work), [entry for name, entry in _locked() if name.name in SOURCE_ONLY])
        _pip("wheel", "--no-deps", "--no-build-isolation", "--require-hashes", "-w", folder, "-r", listed)
        _pip("wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT)
        for platform, python in targets:
            named = _needed(platform, python)
            listed = _list(Path(work), [entry for name, entry in named if name.name not in SOURCE_ONLY])
            tags = [part for tag in PLATFORMS[platform] for part in ("--platform", tag)]
            _pip("download", "--no-deps", "--only-binary", ":all:", "--require-hashes", *tags,
                 "--python-version", python, "-d", folder, "-r", listed)  # fmt: skip
    sums = (
        f"{hashlib.sha256(wheel.read_bytes()).hexdigest()}  {wheel.name}\n" for wheel in sorted(folder.glob("*.whl"))
    )
    (folder / "SHA256SUMS").write_text("".join(sums), "utf-8")
    print(
        f"{folder}：{len(list(folder.glob('*.whl')))} 个轮子，{sum(w.stat().st_size for w in folder.glob('*.whl')) >> 20} MB"
    )


def proof(folder: Path, targets: list[tuple[str, str]]) -> None:
    """Every target finds all it asks for; on this machine it is installed with no index and checks the samples."""
    for platform, python in targets:
        missing = sorted(_missing(folder, platform, python))
        if missing:
            sys.exit(f"{platform} Python {python} 缺：{'、'.join(missing)}")
        print(f"{platform} Python {python}：需要的轮子都在")
    if "{}.{}".format(*sys.version_info) not in {python for _, python in targets}:
        print("本机的 Python 不在其中，没有试装")
        return
    with tempfile.TemporaryDirectory() as work:
        _run(sys.executable, "-m", "venv", work)
        _run(f"{work}/bin/pip", "--isolated", "install", "-q", "--disable-pip-version-check", "--no-index",
             "--find-links", folder, f"fuhe[{EXTRAS}]", alone=True)  # fmt: skip
        _run(f"{work}/bin/fuhe", "check", ROOT / "data/samples", "--fail-on", "never", "-o", f"{work}/问题清单.xlsx")
        _run(f"{work}/bin/fuhe", "doctor")


def _locked() -> Iterator[tuple[Requirement, str]]:
    """Return what the lock names, each with its line and its hashes as pip takes them, the marker left out."""
    for entry in LOCK.read_text("utf-8").replace("\\\n", " ").splitlines():
        if entry[:1].isalpha():
            plain, _, hashes = entry.partition("--hash")
            required = Requirement(plain.strip())
            yield required, f"{required.name}{required.specifier} --hash{hashes}"


def _needed(platform: str, python: str) -> list[tuple[Requirement, str]]:
    there = _environment(platform, python)
    return [(named, entry) for named, entry in _locked() if named.marker is None or named.marker.evaluate(there)]


def _environment(platform: str, python: str) -> dict[str, str]:
    windows = platform == "windows"
    return {
        "sys_platform": "win32" if windows else "linux",
        "platform_system": "Windows" if windows else "Linux",
        "os_name": "nt" if windows else "posix",
        "platform_machine": "AMD64" if windows else "aarch64" if platform == "linux-arm" else "x86_64",
        "python_version": python,
        "python_full_version": f"{python}.99",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }


def _missing(folder: Path, platform: str, python: str) -> set[str]:
    """Follow what each wheel asks for from fuhe on; return what no wheel in the folder answers on that target."""
    there, wheels = _environment(platform, python), _usable(folder, platform, python)
    asked, seen, missing = [Requirement(f"fuhe[{EXTRAS}]")], set[str](), set[str]()
    while asked:
        wanted = asked.pop()
        if str(wanted) in seen:
            continue
        seen.add(str(wanted))
        fitting = [
            wheel for version, wheel in wheels.get(canonicalize_name(wanted.name), ()) if version in wanted.specifier
        ]
        if not fitting:
            missing.add(str(wanted))
            continue
        environments = [there | {"extra": extra} for extra in ("", *wanted.extras)]
        asked += [
            needed for needed in _asks(fitting[0])
            if needed.marker is None or any(needed.marker.evaluate(env) for env in environments)
        ]  # fmt: skip
    return missing


def _usable(folder: Path, platform: str, python: str) -> dict[str, list[tuple[str, Path]]]:
    """Return the wheels of the folder that install on a target, by name."""
    found: dict[str, list[tuple[str, Path]]] = {}
    abi = f"cp{python.replace('.', '')}"
    for wheel in folder.glob("*.whl"):
        name, version, _, tags = parse_wheel_filename(wheel.name)
        if any(_fits(tag.interpreter, tag.abi, abi) and tag.platform in ("any", *PLATFORMS[platform]) for tag in tags):
            found.setdefault(name, []).append((str(version), wheel))
    return found


def _fits(interpreter: str, abi: str, own: str) -> bool:
    older = interpreter.startswith("cp3") and abi == "abi3" and int(interpreter[3:]) <= int(own[3:])
    return interpreter in ("py3", "py2.py3") or older or (interpreter == own and abi in (own, "none"))


def _asks(wheel: Path) -> list[Requirement]:
    with zipfile.ZipFile(wheel) as packed:
        name = next(name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        told = HeaderParser().parsestr(packed.read(name).decode("utf-8"))
    return [Requirement(line) for line in told.get_all("Requires-Dist") or ()]


def _list(work: Path, entries: list[str]) -> Path:
    path = work / "listed.txt"
    path.write_text("\n".join(entries) + "\n", "utf-8")
    return path


def _pip(*given: str | Path) -> None:
    _run(sys.executable, "-m", "pip", given[0], "-q", "--disable-pip-version-check", *given[1:])


def _run(*command: str | Path, alone: bool = False) -> None:
    """Run a command without this session's settings; `alone`: pip also without those of the machine, which may name other places."""
    left_out = ("FUHE_", "PYTHONPATH", *(["PIP_"] if alone else []))
    environ = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    nowhere = {"PIP_CONFIG_FILE": os.devnull} if alone else {}
    subprocess.run([str(part) for part in command], check=True, env=environ | nowhere)


if __name__ == "__main__":
    main()
