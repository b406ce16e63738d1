"""Processes that are started or waited for in coroutines, in the shapes that ruff and flake8-async document."""
import asyncio
import os
import subprocess
from subprocess import check_output


async def start(command):
    os.popen(command)  # ASYNC220 ruff flake8-async
    subprocess.Popen(command)  # ASYNC220 ruff flake8-async
    os.spawnl(os.P_NOWAIT, "/bin/ls", "ls")  # ASYNC220 ruff flake8-async | differs: with `P_NOWAIT` it does not wait
    os.spawnvp(os.P_NOWAIT, "ls", ["ls"])  # ASYNC220 ruff flake8-async | differs: with `P_NOWAIT` it does not wait


async def run(command):
    subprocess.run(command)  # ASYNC221 ruff flake8-async
    subprocess.call(command)  # ASYNC221 ruff flake8-async
    subprocess.check_call(command)  # ASYNC221 ruff flake8-async
    subprocess.check_output(command)  # ASYNC221 ruff flake8-async
    check_output(command)  # ASYNC221 ruff flake8-async
    subprocess.getoutput(command)  # ASYNC221 ruff flake8-async
    subprocess.getstatusoutput(command)  # ASYNC221 ruff flake8-async
    os.system(command)  # ASYNC221 ruff flake8-async
    os.spawnv(os.P_WAIT, "/bin/ls", ["ls"])  # ASYNC221 ruff flake8-async
    os.posix_spawn("/bin/ls", ["ls"], os.environ)  # ASYNC221 ruff flake8-async
    os.posix_spawnp("ls", ["ls"], os.environ)  # ASYNC221 ruff flake8-async


async def wait(pid):
    os.wait()  # ASYNC222 ruff flake8-async
    os.waitpid(pid, 0)  # ASYNC222 ruff flake8-async
    os.wait3(0)  # ASYNC222 ruff flake8-async
    os.wait4(pid, 0)  # ASYNC222 ruff flake8-async
    os.waitid(os.P_PID, pid, os.WEXITED)  # ASYNC222 ruff flake8-async
    os.waitpid(pid, os.WNOHANG)  # ASYNC222 ruff flake8-async | differs: with `WNOHANG` it does not wait


async def fine(command):
    process = await asyncio.create_subprocess_exec(*command)
    await process.wait()
