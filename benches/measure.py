#!/usr/bin/env python3
"""Measures `compose2ecs convert` beside `docker compose config`, in one run and on the same inputs.

usage: measure.py --bin target/release/compose2ecs --reference docker-compose [--sizes 1,10,100,1000,5000]

The figure is CPU time (user and system) of the whole process, the least of several runs: it hardly depends on what
else the machine does. Both write JSON to /dev/null. `--generator` is anything that prints a Compose file of N
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


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bin", required=True)
    ap.add_argument("--reference", help="docker-compose, or a command that runs it")
    ap.add_argument("--generator", default=os.path.join(HERE, "generate.py"))
    ap.add_argument("--sizes", default="1,10,100,1000,5000")
    ap.add_argument("--deps", default="tier,chain", help="shapes of `depends_on`; the reference runs the first only")
    ap.add_argument("--ratio", type=float, default=15, help="fail below this ratio")
    a = ap.parse_args()
    shapes = a.deps.split(",")
    print("| services | %s | docker compose config | ratio |" % " | ".join("convert, %s" % s for s in shapes))
    print("|---:|%s---:|---:|" % ("---:|" * len(shapes)))
    failed = False
    with tempfile.TemporaryDirectory() as directory:
        for size in map(int, a.sizes.split(",")):
            ours = []
            for shape in shapes:
                path = os.path.join(directory, "%s-%d.yml" % (shape, size))
                with open(path, "w", encoding="utf-8") as out:
                    subprocess.run([sys.executable, a.generator, str(size), "--deps", shape], stdout=out, check=True)
                argv = [os.path.abspath(a.bin), "-f", path, "convert", "--region", "eu-west-1"]
                ours.append(cpu_ms(argv, 15 if size <= 1000 else 5, directory))
            row = ["%.1f ms" % spent for spent in ours]
            if a.reference:
                path = os.path.join(directory, "%s-%d.yml" % (shapes[0], size))
                argv = [a.reference, "-f", path, "config", "--format", "json"]
                theirs = cpu_ms(argv, 5 if size <= 100 else 2, directory)
                ratio = theirs / ours[0]
                failed |= ratio < a.ratio
                row += ["%.0f ms" % theirs, "%.0f" % ratio]
            else:
                row += ["", ""]
            print("| %s | %s |" % (format(size, ","), " | ".join(row)), flush=True)
    sys.exit(1 if failed else 0)


main()
