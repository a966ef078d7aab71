#!/usr/bin/env python3
"""Converts every case of the conformance corpus that Docker Compose accepts, for both launch types.

usage: corpus.py --bin PATH --shared DIR [--out DIR] [--list]

Each case must end in JSON in which ecs_check.py finds no violation, or in an error that names the line and the
reason. A panic, a signal, a time-out, or an error without a place is a failure. Needs botocore.
"""
import argparse
import atexit
import collections
import io
import json
import os
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

LAUNCH_TYPES = {
    "ec2": ["--launch-type", "ec2"],
    "fargate": ["--launch-type", "fargate", "--subnets", "subnet-0a1b2c3d",
                "--execution-role", "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"],
}
COMMON = ["--region", "eu-west-1", "--registry", "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "--color", "never"]
ERROR = re.compile(r"^error\[([a-z-]+)\]: (.*)$", re.M)
PLACE = re.compile(r"^\s*--> \S.*:\d+:\d+$", re.M)


def convert(conformance, binary, case, launch_type, timeout):
    """(outcome, detail, stdout) of one conversion."""
    base, root = conformance.stage(case.dir)
    try:
        command = dict(case.cmd)
        command["args"] = LAUNCH_TYPES[launch_type] + COMMON + list(case.cmd.get("args", []))
        rc, out, err, _, late = conformance.invoke([binary], command, root, timeout)
        text = err.decode("utf-8", "replace").replace(base, "")
        if late:
            return "timeout", "no answer in %gs" % timeout, b""
        if rc < 0 or rc in (101, 134, 139) or conformance.PANIC.search(err):
            return "crash", text[:400], b""
        if rc == 0:
            return "converted", "", out
        errors = ERROR.findall(text)
        if rc != 1 or not errors:
            return "unexplained", "exit %d: %s" % (rc, text[:400]), b""
        if out:
            return "half-printed", text[:400], b""
        placed = len(PLACE.findall(text)) > 0
        return ("refused" if placed else "placeless"), "; ".join(sorted(set("%s: %s" % e for e in errors))), b""
    finally:
        shutil.rmtree(base, ignore_errors=True)


def wrapper(directory, binary):
    """A command that turns `config --format json ARGS`, which the corpus' runner calls, into `convert ARGS`."""
    path = os.path.join(directory, "convert")
    with open(path, "w", encoding="utf-8") as script:
        script.write('#!/bin/sh\nshift 3\nexec "%s" convert "$@"\n' % binary)
    os.chmod(path, 0o755)
    return path


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bin", required=True)
    ap.add_argument("--shared", required=True, help="the directory that holds conformance/ and tools/")
    ap.add_argument("--out", help="keep the JSON here")
    ap.add_argument("--only", help="only cases whose name contains this")
    ap.add_argument("--list", action="store_true", help="print every refusal")
    ap.add_argument("--timeout", type=float, default=10.0)
    a = ap.parse_args()
    sys.path[:0] = [os.path.join(a.shared, "conformance"), os.path.join(a.shared, "tools")]
    import ecs_check
    import run_conformance as conformance

    scratch = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, scratch, True)
    binary = wrapper(scratch, os.path.abspath(a.bin))
    packs = [os.path.join(a.shared, "conformance", name + ".tar.gz") for name in ("visible", "own")]
    cases = [c for pack in packs for c in conformance.load_corpus(pack) if c.accept]
    if a.only:
        cases = [c for c in cases if a.only in c.name]
    print("%d accepted cases" % len(cases))

    failed = 0
    for launch_type in LAUNCH_TYPES:
        with ThreadPoolExecutor(max_workers=2) as pool:
            results = list(pool.map(lambda c: convert(conformance, binary, c, launch_type, a.timeout), cases))
        outcomes, reasons = collections.Counter(), collections.Counter()
        for case, (outcome, detail, out) in zip(cases, results):
            if outcome == "converted":
                violations = io.StringIO()
                with tempfile.NamedTemporaryFile("wb", suffix=".json") as document:
                    document.write(out)
                    document.flush()
                    empty = not json.loads(out).get("taskDefinitions")
                    if not empty and ecs_check.main([document.name], stdout=violations):
                        outcome = "violation"
                        detail = violations.getvalue().replace(document.name + ": ", "")
                if a.out:
                    os.makedirs(os.path.join(a.out, launch_type), exist_ok=True)
                    with open(os.path.join(a.out, launch_type, case.id + ".json"), "wb") as kept:
                        kept.write(out)
            outcomes[outcome] += 1
            if outcome in ("refused", "placeless"):
                reasons.update(set(code for code, _ in re.findall(r"(?:^|; )([a-z-]+): ([^;]*)", detail)))
            if outcome not in ("converted", "refused", "placeless"):
                failed += 1
                print("FAIL %s %s [%s]\n     %s" % (launch_type, case.name, outcome, detail.strip()))
            elif a.list and detail:
                print("%s %s [%s] %s" % (launch_type, case.name, outcome, detail))
            if outcome == "placeless":
                failed += 1
                print("FAIL %s %s [no error has a place] %s" % (launch_type, case.name, detail))
        print("%s: %s" % (launch_type, ", ".join("%s %d" % pair for pair in sorted(outcomes.items()))))
        print("  refusals by code: %s" % ", ".join("%s %d" % pair for pair in reasons.most_common()))
    print("%d passed, %d failed" % (2 * len(cases) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
