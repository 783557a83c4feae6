"""Finds the daemon and the token for it: docs/protocol.md, "Access". The Node client has the same rules."""
from __future__ import annotations

import errno
import json
import os
import pathlib
import re
import stat
import urllib.parse
from dataclasses import dataclass, replace
from typing import Callable, Optional, Union

from .errors import DaemonAway, PlotdError, StateUnsafe

Path = Union[str, "os.PathLike[str]"]
MAX_LINKS = 40
#: The state folder of the machine's service.
SERVICE_STATE = "/var/lib/plotd"


@dataclass(frozen=True)
class Place:
    """The place of a daemon: its socket file if there is one, else `url`."""

    url: str
    token: str
    socket: Optional[str] = None
    #: Whether the daemon, over TCP without TLS, must first prove that it knows the token. False when the user gave both
    #: address and token.
    verify: bool = False


def find(url: Optional[str] = None, token: Optional[str] = None, state: Optional[Path] = None) -> Place:
    """The daemon that the arguments or PLOTD_URL and PLOTD_TOKEN name, else the one of the state folder.

    If root's own state folder names no daemon, root gets the daemon of the machine's service.
    """
    address = url or os.environ.get("PLOTD_URL")
    token_given = token or os.environ.get("PLOTD_TOKEN")
    if token_given and not re.fullmatch("[\x21-\x7e]+", token_given):
        raise PlotdError("ERR_UNAUTHORIZED", "the token has a blank or a character that no token has")
    if address and token_given:
        return Place(http_url(address), token_given)
    folder = pathlib.Path(state) if state is not None else state_folder()
    service = None if address else service_place(folder, state is not None)
    if service is not None:
        return replace(service, token=token_given or service.token)
    check_folder(folder)
    daemon = {"url": address} if address else daemon_file(folder)
    secret = token_given or (read_private(folder / "token") or b"").decode("ascii", "replace").strip()
    return Place(http_url(str(daemon["url"])), secret, daemon.get("socket"), verify=True)


def state_folder() -> pathlib.Path:
    home = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return pathlib.Path(os.environ.get("PLOTD_STATE") or os.path.join(home, "plotd"))


def daemon_file(state: pathlib.Path) -> "dict[str, Optional[str]]":
    none = f"no daemon runs with the state folder {state}"
    data = read_private(state / "daemon.json")
    if data is None:
        raise DaemonAway(none)
    address = address_in(data)
    if address is None:
        raise DaemonAway(f"{none}: its daemon.json is damaged")
    return address


def address_in(data: bytes) -> "Optional[dict[str, Optional[str]]]":
    """The address that the daemon wrote. None when the file was cut off, as by a loss of power."""
    try:
        daemon = json.loads(data)
        url, socket = daemon["url"], daemon.get("socket")
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return None
    if not isinstance(url, str) or not (socket is None or isinstance(socket, str)):
        return None
    return {"url": url, "socket": socket}


def service_place(folder: pathlib.Path, is_given: bool) -> Optional[Place]:
    """The daemon of the machine's service, for root. None for other users, and when root's own folder names a daemon.

    None also when `state` or PLOTD_STATE names another folder, or when a file of the service cannot be used.

    The state folder of the service belongs to the user of the service, so `check_folder` refuses it. Root trusts this
    user, because root started the service.
    """
    if not hasattr(os, "getuid") or os.getuid() != 0:
        return None
    is_usual = not is_given and not os.environ.get("PLOTD_STATE")
    service = pathlib.Path(SERVICE_STATE)
    if folder != service and (not is_usual or (folder / "daemon.json").exists()):
        return None
    try:
        address = address_in((service / "daemon.json").read_bytes())
        secret = (service / "token").read_text().strip()
    except (OSError, ValueError):
        return None
    return None if address is None else Place(http_url(str(address["url"])), secret, verify=True)


def http_url(url: str) -> str:
    """The http or https address of a daemon. A user may also write ws://, wss://, or only host:port."""
    scheme, separator, rest = url.partition("://")
    address = f"{scheme.lower()}://{rest}" if separator else f"http://{url}"
    if address.startswith(("ws://", "wss://")):
        address = "http" + address[2:]
    try:
        # With any other scheme, the client would use no TLS.
        if not address.startswith(("http://", "https://")):
            raise ValueError
        urllib.parse.urlsplit(address).port
    except ValueError:
        raise DaemonAway(f"{url} is no address: expected one such as http://127.0.0.1:7475") from None
    address = address.rstrip("/")
    for end in ("/v1", "/rpc"):
        if address.endswith(end):
            address = address[: -len(end)]
    return address.rstrip("/")


def check_folder(path: Path, links: int = MAX_LINKS) -> None:
    """Checks a folder, the folders above and the symbolic links on the way.

    Raises StateUnsafe if other users can change one of these.

    Folders that do not exist yet need no check.
    """
    folder = pathlib.Path(os.path.abspath(path))
    for each in [*reversed(folder.parents), folder]:
        try:
            info = os.lstat(each)
        except FileNotFoundError:
            return
        except OSError as error:
            raise unreadable(each, error) from error
        if stat.S_ISLNK(info.st_mode):
            check_entry(each, info, stat.S_ISLNK)
            if links == 0:
                raise StateUnsafe(f"{path} is not safe: there are too many symbolic links on the way")
            target = os.path.join(os.path.realpath(each.parent), os.readlink(each))
            return check_folder(os.path.join(target, folder.relative_to(each)), links - 1)
        check_entry(each, info, stat.S_ISDIR, above=each != folder)


def check_socket(path: str) -> bool:
    """Whether there is a socket file. Raises StateUnsafe if another user could have put it there."""
    try:
        info = os.lstat(path)
    except OSError:
        return False
    if not stat.S_ISSOCK(info.st_mode):
        return False
    check_folder(os.path.dirname(path))
    check_entry(path, info, stat.S_ISSOCK)
    return True


def read_private(path: Path) -> Optional[bytes]:
    """The bytes of a file that only this user or root can have written; None if there is no such file.

    Raises StateUnsafe for a symbolic link and for a file that fails `check_entry`. Raises PlotdError ERR_FILE when the
    file cannot be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        file = os.open(path, flags)
        with os.fdopen(file, "rb") as opened:
            check_entry(path, os.fstat(file))
            return opened.read()
    except FileNotFoundError:
        return None
    except StateUnsafe:
        raise
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise StateUnsafe(f"{path} is not safe: it is a symbolic link") from error
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> PlotdError:
    return PlotdError("ERR_FILE", f"cannot read {path}: {error.strerror}")


def check_entry(
    path: Path, info: os.stat_result, kind: Callable[[int], bool] = stat.S_ISREG, above: bool = False
) -> None:
    """Raises StateUnsafe if a user other than this one and root could have made the file, or can change it.

    Raises StateUnsafe also for a file of another type than `kind`, and for a regular file with a second hard link.

    `above` marks a folder above the folder to check. Others may write to such a folder if its sticky bit is set. Its
    group may write to it if the group is private (`is_private_group`).
    """
    if not hasattr(os, "getuid"):
        return
    writable = info.st_mode & 0o022
    if above and (info.st_mode & stat.S_ISVTX or (writable == 0o020 and is_private_group(info))):
        writable = 0
    if info.st_uid not in (0, os.getuid()):
        raise StateUnsafe(f"{path} is not safe: it belongs to user {info.st_uid}")
    if not kind(info.st_mode):
        raise StateUnsafe(f"{path} is not safe: it has another file type than plotd expects")
    if kind is not stat.S_ISLNK and writable:
        raise StateUnsafe(f"{path} is not safe: other users can write to it. To repair this, run: chmod go-w {path}")
    if kind is stat.S_ISREG and info.st_nlink > 1:
        raise StateUnsafe(f"{path} is not safe: it has hard links")


def is_private_group(info: os.stat_result) -> bool:
    """Whether this user is not root, owns the folder, and is the only member of the folder's group."""
    import grp
    import pwd

    if info.st_uid == 0 or info.st_uid != os.getuid():
        return False
    own = [user.pw_name for user in pwd.getpwall() if user.pw_gid == info.st_gid]
    try:
        members = set(grp.getgrgid(info.st_gid).gr_mem)
        return own == [pwd.getpwuid(info.st_uid).pw_name] and members <= set(own)
    except KeyError:
        return False
