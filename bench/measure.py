"""Measures a command with all its children, and a PostgreSQL server's backends beside it."""

import os
import resource
import subprocess
import threading
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    """(parent, CPU seconds, CPU seconds of its ended children) of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / TICKS
    ended = (int(fields[13]) + int(fields[14])) / TICKS
    return int(fields[1]), own, ended


def server_cpu(postmaster):
    """CPU seconds that a server and all its backends, running and ended, have used."""
    total = 0.0
    for path in Path("/proc").iterdir():
        if not path.name.isdigit():
            continue
        try:
            parent, own, ended = _stat(path.name)
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(path.name) == postmaster:
            total += own + ended
        elif parent == postmaster:
            total += own
    return total


def _peak_mib(pid):
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0.0


def measure(command, cwd=None, env=None, server=None, limit=None):
    """Runs `command`; wall and CPU seconds, peak MiB of the process, CPU seconds of the server.

    One that takes longer than `limit` seconds is ended, and subprocess.TimeoutExpired raised.
    """
    server_before = server_cpu(server) if server else 0.0
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    child = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    peak = [0.0]

    def watch():
        while child.poll() is None:
            peak[0] = max(peak[0], _peak_mib(child.pid))
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        output, _ = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        raise
    finally:
        watcher.join()
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if child.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{output}")
    return {"wall_s": round(wall, 2), "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
            "peak_mib": round(peak[0]), "server_cpu_s": round(server_cpu(server) - server_before, 2) if server else 0.0}


def disk_mib(folder):
    return round(sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 2**20)
