#!/usr/bin/python3
"""confine.py UNIT COMMAND...: becomes COMMAND under the system call filter that systemd would make of UNIT.

SystemCallFilter=, MemoryDenyWriteExecute=, RestrictNamespaces=, RestrictAddressFamilies= and RestrictSUIDSGID=, and
NoNewPrivileges=. What is refused fails with EPERM.
"""
import errno
import os
import socket
import stat
import subprocess
import sys

import seccomp
from seccomp import ALLOW, EQ, MASKED_EQ, Arg

PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000
NAMESPACES = 0x7E020080  # CLONE_NEW*
MODE_OF = {"chmod": 1, "fchmod": 1, "fchmodat": 2, "mkdir": 1, "mkdirat": 2, "mknod": 1, "mknodat": 2, "creat": 1}


def settings(path):
    """The lines of [Service], in order."""
    section = ""
    for line in open(path, encoding="utf-8"):
        line = line.strip()
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            yield line.split("=", 1)


def expand(word, seen=None):
    """The system calls of a name or of a set such as @system-service."""
    seen = set() if seen is None else seen
    if not word.startswith("@"):
        return {word}
    if word in seen:
        return set()
    seen.add(word)
    text = subprocess.run(["systemd-analyze", "syscall-filter", word], check=True, capture_output=True, text=True).stdout
    names = [line.strip() for line in text.splitlines()[1:]]
    return set().union(*(expand(name, seen) for name in names if name and not name.startswith("#")))


def allowed_calls(lines):
    calls, started = set(), False
    for name, value in lines:
        if name != "SystemCallFilter":
            continue
        deny = value.startswith("~")
        if not started and deny:
            sys.exit("the first SystemCallFilter must allow")
        started = True
        for word in value.lstrip("~").split():
            calls = calls - expand(word) if deny else calls | expand(word)
    return calls | expand("@default")


def rules_of(call, on, families):
    """The argument conditions under which a call is allowed, each a list of them; [[]]: always."""
    if call == "socket":
        return [[Arg(0, EQ, family)] for family in families]
    if call == "clone" and on("RestrictNamespaces"):
        return [[Arg(0, MASKED_EQ, NAMESPACES, 0)]]
    if call in ("unshare", "setns") and on("RestrictNamespaces"):
        return []
    if call == "mmap" and on("MemoryDenyWriteExecute"):
        return [[Arg(2, MASKED_EQ, PROT_WRITE | PROT_EXEC, kind)] for kind in (0, PROT_WRITE, PROT_EXEC)]
    if call in ("mprotect", "pkey_mprotect") and on("MemoryDenyWriteExecute"):
        return [[Arg(2, MASKED_EQ, PROT_EXEC, 0)]]
    if call == "shmat" and on("MemoryDenyWriteExecute"):
        return [[Arg(2, MASKED_EQ, SHM_EXEC, 0)]]
    if call in MODE_OF and on("RestrictSUIDSGID"):
        return [[Arg(MODE_OF[call], MASKED_EQ, stat.S_ISUID | stat.S_ISGID, 0)]]
    return [[]]


def main():
    lines = list(settings(sys.argv[1]))
    last = dict(lines)
    families = [getattr(socket, name) for name in last["RestrictAddressFamilies"].split()]
    rules = seccomp.SyscallFilter(defaction=seccomp.ERRNO(errno.EPERM))
    for call in sorted(allowed_calls(lines)):
        for conditions in rules_of(call, lambda name: last.get(name) == "yes", families):
            try:
                # clone3 hides its flags behind a pointer; as with systemd, programs then fall back to clone.
                rules.add_rule(seccomp.ERRNO(errno.ENOSYS) if call == "clone3" else ALLOW, call, *conditions)
            except (RuntimeError, ValueError):
                continue  # not a call of this machine
    rules.load()  # sets no_new_privs
    os.execvp(sys.argv[2], sys.argv[2:])


main()
