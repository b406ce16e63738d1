#!/usr/bin/env bash
# Times a cold asyncfix against ruff's async rules on one tree, side by side, and their peak memory.
#
#     cargo build --release && benches/compare.sh [TREE]
#
# It builds nothing. TREE is a folder of Python (default: the packages that tests/corpus/check.py keeps).
# Both run as a user runs them, findings printed in full, and neither has a cache. ruff runs --isolated: one package
# whose own configuration it does not understand would otherwise end the run early, and look fast.
# With hyperfine both run in turn under it; without it a plain loop takes the best and the mean of RUNS.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tree=${1:-$root/target/corpus/packages}
runs=${RUNS:-10}
asyncfix=${ASYNCFIX:-$root/target/release/asyncfix}
ruff=${RUFF:-$(compgen -G "$root/target/corpus/ruff-*/bin/ruff" | tail -n 1 || command -v ruff || true)}

[[ -x $asyncfix ]] || { echo "$asyncfix is not there; run \`cargo build --release\` first" >&2; exit 2; }
[[ -x $ruff ]] || { echo "ruff is needed: \`pip install ruff\`, or name it with RUFF=/path/to/ruff" >&2; exit 2; }
if [[ $(head -c 2 "$ruff") == '#!' ]]; then
    echo "$ruff is a script that starts ruff, which costs it time; name the program itself with RUFF=" >&2
    exit 2
fi
[[ -d $tree ]] || { echo "$tree is not a folder; name one, or run tests/corpus/check.py first" >&2; exit 2; }

"$ruff" --version
"$asyncfix" --version
find "$tree" -name '*.py' -type f -print0 | du -c -b --files0-from=- |
    awk 'END { printf "%d .py files, %.1f MB, in %s\n\n", NR - 1, $1 / 1e6, tree }' tree="$tree"

python3 - "$tree" "$runs" "$asyncfix" "$ruff" <<'PYTHON'
import json, shutil, statistics, subprocess, sys, tempfile, time

tree, runs, asyncfix, ruff = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
commands = {
    "asyncfix": [asyncfix, "--no-cache", tree],
    "ruff": [ruff, "check", "--select", "ASYNC,RUF006", "--no-cache", "-q", "--isolated", tree],
}
quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def usage(command):
    """Of one run: the seconds of processor time, and the largest resident set in MB of 10^6 bytes.

    The child is alone in its own waiter, whose 14 MB or so are the floor of what this can tell."""
    waiter = (
        "import resource, subprocess, sys;"
        "quiet = dict(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
        "subprocess.run(sys.argv[1:], **quiet);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", waiter, *command], capture_output=True, check=True, text=True)
    processor, kibibytes = map(float, done.stdout.split())
    return processor, kibibytes * 1024 / 1e6


def measure():
    """Seconds of every run, by program."""
    if shutil.which("hyperfine"):
        with tempfile.NamedTemporaryFile(suffix=".json") as out:
            lines = [subprocess.list2cmdline(command) for command in commands.values()]
            # Findings, and files that do not parse, are a failure to hyperfine.
            hyperfine = ["hyperfine", "-N", "--ignore-failure", "--warmup", "2", "--runs", str(runs)]
            subprocess.run([*hyperfine, "--export-json", out.name, *lines], check=True)
            results = json.load(open(out.name))["results"]
        return {name: result["times"] for name, result in zip(commands, results)}
    seconds = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, **quiet)
            if turn:  # the first only warms the file cache
                seconds[name].append(time.perf_counter() - start)
    return seconds


for name, command in commands.items():
    done = subprocess.run(command, **quiet)
    print(f"{name} exits with {done.returncode}: {subprocess.list2cmdline(command)}")
print(flush=True)
seconds = measure()
print(f"\n{'':10}{'mean':>10}{'best':>10}{'deviation':>12}{'processor':>12}{'peak memory':>14}")
for name, times in seconds.items():
    spread = statistics.stdev(times) if len(times) > 1 else 0.0
    processor, megabytes = usage(commands[name])
    row = f"{statistics.mean(times):8.3f} s{min(times):8.3f} s{spread:10.3f} s{processor:10.3f} s"
    print(f"{name:10}{row}{megabytes:11.0f} MB")
mean, best = (f(seconds["asyncfix"]) / f(seconds["ruff"]) for f in (statistics.mean, min))
print(f"\nasyncfix takes {mean:.2f} of ruff's time by the mean, {best:.2f} by the best run (the aim: at most 0.50)")
PYTHON
