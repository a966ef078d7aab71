#!/usr/bin/env python3
"""Writes src/ecs/shape/shapes.txt from botocore's model of ECS, or checks with --check that it is up to date.

usage: ecs_shapes.py [--check] FILE

A line `Name` starts a structure, and an indented line is a field: its name, `!` where it must be there, and its type:
`string`, `integer`, `double`, `boolean`, `one|of|these|words`, `[item]`, `{value}`, `any`, or the name of a structure. Bounds
follow a number: `integer 0..1000`.
"""
import argparse
import gzip
import json
import os
import sys

ROOTS = ["RegisterTaskDefinition", "CreateService", "UpdateService", "RunTask"]


def model():
    import botocore
    folder = os.path.join(os.path.dirname(botocore.__file__), "data", "ecs")
    version = sorted(os.listdir(folder))[-1]
    with gzip.open(os.path.join(folder, version, "service-2.json.gz")) as file:
        return json.load(file)


def written(shapes):
    lines, names, done = [], [root + "Request" for root in ROOTS], set()

    def kind(name):
        shape = shapes[name]
        if shape.get("document"):
            return "any"
        if shape["type"] == "structure":
            names.append(name)
            return name
        if shape["type"] == "list":
            return "[" + kind(shape["member"]["shape"]) + "]"
        if shape["type"] == "map":
            return "{" + kind(shape["value"]["shape"]) + "}"
        if "enum" in shape:
            return "|".join(shape["enum"])
        if shape["type"] in ("integer", "long"):
            bounds = ".." if "min" in shape or "max" in shape else None
            return "integer" if bounds is None else "integer %s..%s" % (shape.get("min", ""), shape.get("max", ""))
        return shape["type"]

    while names:
        name = names.pop(0)
        if name in done:
            continue
        done.add(name)
        lines.append(name)
        required = shapes[name].get("required", [])
        for field, member in shapes[name]["members"].items():
            lines.append("  %s%s %s" % (field, "!" if field in required else "", kind(member["shape"])))
    return "".join(line + "\n" for line in lines)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--check", action="store_true")
    ap.add_argument("file")
    a = ap.parse_args()
    text = written(model()["shapes"])
    if not a.check:
        with open(a.file, "w") as file:
            file.write(text)
        return 0
    with open(a.file) as file:
        if file.read() == text:
            return 0
    print("%s is not what ECS takes today: run .ci/ecs_shapes.py %s" % (a.file, a.file), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
