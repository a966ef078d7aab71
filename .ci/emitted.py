#!/usr/bin/env python3
"""Runs ecs_check.py over every document below a directory, each by itself: names are unique per project only.

usage: emitted.py --shared DIR EMITTED
"""
import argparse
import io
import os
import sys


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--shared", required=True, help="the directory that holds tools/")
    ap.add_argument("emitted")
    a = ap.parse_args()
    sys.path.insert(0, os.path.join(a.shared, "tools"))
    import ecs_check

    passed = failed = 0
    for root, _, files in sorted(os.walk(a.emitted)):
        for name in sorted(files):
            out = io.StringIO()
            if ecs_check.main([os.path.join(root, name)], stdout=out):
                failed += 1
                print(out.getvalue(), end="")
            else:
                passed += 1
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
