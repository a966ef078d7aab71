#!/usr/bin/env python3
"""Writes the tables `ecs.txt`, `ecr.txt` and `logs.txt` beside this file: which members, types and limits the calls have
that the stand-in answers. Needs the Python package botocore, whose service models are read.

    python3 tests/standin/model/extract.py

A table has one line per call, `call <Name> <input> <output>`, and one per structure, `<Name> <member>:<type>…`.
A member that must be there ends in `!`. Types: `s` text, `i` whole number, `f` number, `b` true or false, `t` a point in
time, `[T]` a list, `{T}` a mapping from text, anything else the name of a structure; `s<A|B>` is text that is one of
these; `3..5`, `..5` or `3..` after a type are its limits, of length or of value.
"""

import gzip
import json
from pathlib import Path

import botocore

CALLS = {
    "ecs": """
        CreateCluster DeleteCluster DescribeClusters ListClusters PutClusterCapacityProviders DescribeCapacityProviders
        RegisterTaskDefinition DescribeTaskDefinition ListTaskDefinitions ListTaskDefinitionFamilies
        DeregisterTaskDefinition DeleteTaskDefinitions
        CreateService UpdateService DeleteService DescribeServices ListServices
        ListServiceDeployments DescribeServiceDeployments DescribeServiceRevisions StopServiceDeployment
        RunTask StopTask ListTasks DescribeTasks
        TagResource UntagResource ListTagsForResource
        ListContainerInstances DescribeContainerInstances
    """,
    "ecr": """
        DescribeRepositories CreateRepository DeleteRepository DescribeImages BatchGetImage ListImages
        GetAuthorizationToken TagResource ListTagsForResource
    """,
    "logs": """
        FilterLogEvents GetLogEvents DescribeLogStreams DescribeLogGroups CreateLogGroup DeleteLogGroup
        PutRetentionPolicy
    """,
}

# The table's letter for each simple type of the models.
SCALARS = {
    "string": "s",
    "integer": "i",
    "long": "i",
    "double": "f",
    "float": "f",
    "boolean": "b",
    "timestamp": "t",
    "blob": "s",
}


def limits(shape):
    least, most = shape.get("min"), shape.get("max")
    if least is None and most is None:
        return ""
    return f"{'' if least is None else int(least)}..{'' if most is None else int(most)}"


def type_of(model, name, wanted):
    """The type of a shape as the table writes it; structures that it names are added to `wanted`."""
    shape = model["shapes"][name]
    kind = shape["type"]
    if kind == "structure":
        wanted.append(name)
        return name
    if kind == "list":
        return f"[{type_of(model, shape['member']['shape'], wanted)}]{limits(shape)}"
    if kind == "map":
        return f"{{{type_of(model, shape['value']['shape'], wanted)}}}{limits(shape)}"
    if "enum" in shape:
        return f"s<{'|'.join(shape['enum'])}>"
    return SCALARS[kind] + limits(shape)


def table(model, calls):
    lines, wanted, seen = [], [], set()
    for call in sorted(calls):
        operation = model["operations"][call]
        ends = [operation.get(end, {}).get("shape", "-") for end in ("input", "output")]
        lines.append(f"call {call} {ends[0]} {ends[1]}")
        wanted.extend(end for end in ends if end != "-")
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        shape = model["shapes"][name]
        required = set(shape.get("required", []))
        members = [
            f"{member}{'!' if member in required else ''}:{type_of(model, target['shape'], wanted)}"
            for member, target in shape["members"].items()
        ]
        lines.append(" ".join([name, *members]))
    head, body = lines[: len(calls)], sorted(lines[len(calls) :])
    return "\n".join([*head, *body]) + "\n"


def main():
    data = Path(botocore.__file__).parent / "data"
    for service, calls in CALLS.items():
        newest = max((data / service).iterdir(), key=lambda folder: folder.name)
        with gzip.open(newest / "service-2.json.gz", "rt", encoding="utf-8") as file:
            model = json.load(file)
        Path(__file__).with_name(f"{service}.txt").write_text(table(model, calls.split()), encoding="utf-8")


if __name__ == "__main__":
    main()
