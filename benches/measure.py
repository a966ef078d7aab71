#!/usr/bin/env python3
"""Measures `compose2ecs` beside `docker compose config`, in one run and on the same inputs.

usage: measure.py --bin target/release/compose2ecs --reference docker-compose [--sizes 1,10,100,1000,5000]

The figure is CPU time (user and system) of the whole process, the least of several runs: it hardly depends on what
else the machine does. All write JSON to /dev/null. `--generator` is anything that prints a Compose file of N
services; the default lies beside this script.
"""
import argparse
import os
import resource
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def cpu_ms(argv, runs, cwd):
    """The least CPU time of several runs, in milliseconds, and the largest resident size in MiB."""
    best = None
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(os.devnull, "w", encoding="utf-8") as nothing:
            status = subprocess.run(argv, stdout=nothing, stderr=nothing, cwd=cwd, check=False).returncode
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if status != 0:
            sys.exit("exit code %d: %s" % (status, " ".join(argv)))
        spent = 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
        best = spent if best is None else min(best, spent)
    return best


# What is measured: its title, the shape of `depends_on` in its input, and the arguments.
COLUMNS = [
    ("`config`", "tier", ["config", "--format", "json"]),
    ("`convert`", "tier", ["convert", "--region", "eu-west-1"]),
    ("`convert`, each service behind the one before", "chain", ["convert", "--region", "eu-west-1"]),
]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bin", required=True)
    ap.add_argument("--reference", help="docker-compose, or a command that runs it")
    ap.add_argument("--generator", default=os.path.join(HERE, "generate.py"))
    ap.add_argument("--sizes", default="1,10,100,1000,5000")
    ap.add_argument("--ratio", type=float, default=15, help="fail when the reference is not this many times as slow")
    a = ap.parse_args()
    titles = [title for title, _, _ in COLUMNS]
    if a.reference:
        titles += ["`docker compose config`", "ratio"]
    print("| services | %s |" % " | ".join(titles))
    print("|---:|%s" % ("---:|" * len(titles)))
    failed = False
    with tempfile.TemporaryDirectory() as directory:
        for size in map(int, a.sizes.split(",")):
            paths = {}
            for shape in sorted({shape for _, shape, _ in COLUMNS}):
                paths[shape] = os.path.join(directory, "%s-%d.yml" % (shape, size))
                with open(paths[shape], "w", encoding="utf-8") as out:
                    subprocess.run([sys.executable, a.generator, str(size), "--deps", shape], stdout=out, check=True)
            ours = [
                cpu_ms([os.path.abspath(a.bin), "-f", paths[shape]] + args, 15 if size <= 1000 else 5, directory)
                for _, shape, args in COLUMNS
            ]
            row = ["%.1f ms" % spent for spent in ours]
            if a.reference:
                # It runs the first column's work.
                argv = [a.reference, "-f", paths[COLUMNS[0][1]]] + COLUMNS[0][2]
                theirs = cpu_ms(argv, 5 if size <= 100 else 2, directory)
                failed |= any(theirs < a.ratio * spent for spent in ours)
                row += ["%s ms" % format(round(theirs), ","), "%.0f" % (theirs / ours[0])]
            print("| %s | %s |" % (format(size, ","), " | ".join(row)), flush=True)
    sys.exit(1 if failed else 0)


main()
