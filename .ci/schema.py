#!/usr/bin/env python3
"""Holds docs/x-ecs.schema.json against the schema of schemas, and the files of every case below testdata against it.

usage: schema.py --bin PATH [--specification FILE] [--testdata DIR]

Files that are translated must be valid. Files in which `x-ecs` has an unknown key, or a value of a wrong type or out of
its range, must not be. FILE has the schema of Compose files inside, as the plugin `docker-compose` does; without it,
`x-ecs` alone is looked at. Needs jsonschema and PyYAML.
"""
import argparse
import json
import os
import re
import shlex
import subprocess
import sys

import yaml
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

import specification_keys

# The arguments of a case that has no file `args`.
USUAL = "--region eu-west-1"
# Findings about the form of a value.
OF_FORM = {"unknown-key", "wrong-type"}
# What other tools write under `x-ecs`, and editors should mark.
OF_OTHERS = "is a key of ecs-compose-x"
# Findings about what a value is that has the right form, as far as they name all that it may be.
OF_RANGE = re.compile(r"it must be (from \d|`|\d)")


class Loader(yaml.SafeLoader):
    """Reads YAML as editors do, with Compose's own tags."""


Loader.add_multi_constructor("!", lambda loader, _, node: construct(loader, node))
# Docker Compose has the booleans, numbers and dates of YAML 1.2, more or less.
Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0].rsplit(":", 1)[1] not in ("bool", "timestamp", "int", "float")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false|True|False|TRUE|FALSE)$"), list("tTfF"))
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$"), list("-+0123456789")
)


def construct(loader, node):
    """A tagged value without its tag."""
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return None if node.tag == "!reset" else loader.construct_scalar(node)


def cases(testdata):
    """The folders of cases that are translated or drawn, each with the arguments of its runs."""
    for folder, _, files in sorted(os.walk(testdata)):
        if "compose.yml" in files and os.path.basename(os.path.dirname(folder)) not in ("config", "graph"):
            lines = [USUAL]
            if "args" in files:
                with open(os.path.join(folder, "args"), encoding="utf-8") as file:
                    lines = file.read().splitlines()
            yield folder, lines


def found(binary, folder, line):
    """The exit code of a run, and its findings."""
    words = shlex.split(re.sub(r"-o out$", "", line))
    variables = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
    words = [word for word in words if not re.match(r"[A-Z_]+=", word)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "COMPOSE_"))}
    command = [binary, "convert", "--diagnostics", "json"] + words
    run = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, env={**environment, **variables})
    return run.returncode, [json.loads(line) for line in run.stderr.splitlines() if line.startswith(b"{")]


def is_of_form(finding):
    """Whether a finding is about what the schema of `x-ecs` can tell."""
    path = finding.get("path") or ""
    if not re.search(r"(^|\.)x-ecs\b", path) or finding.get("file") != "compose.yml":
        return False
    if OF_OTHERS in finding["message"]:
        return True
    code = finding.get("code")
    of_form = code in OF_FORM or code == "invalid-value" and OF_RANGE.search(finding["message"]) is not None
    return finding.get("severity") == "error" and of_form


def is_lost(finding):
    """Whether a finding is about something of `x-ecs` that is left out."""
    return finding.get("code") == "lost" and re.search(r"(^|\.)x-ecs\b", finding.get("path") or "") is not None


def paths(error):
    """The paths of what is wrong, as findings name them, those of all alternatives among them."""
    path = ""
    for step in error.absolute_path:
        path += "[%d]" % step if isinstance(step, int) else "." + str(step)
    yield path.lstrip(".")
    for cause in error.context:
        yield from paths(cause)


def is_known(finding, wrong):
    """Whether the schema says that something is wrong at the place of a finding. A key is wrong where it stands."""
    path = finding["path"].replace('"', "")
    return path in wrong or re.sub(r"(\.[^.]*|\[\d+\])$", "", path) in wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--specification")
    parser.add_argument("--testdata", default="testdata")
    arguments = parser.parse_args()
    with open("docs/x-ecs.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    Draft7Validator.check_schema(schema)
    compose = {}
    if arguments.specification and os.path.exists(arguments.specification):
        compose = specification_keys.schema(arguments.specification)
    (reference,) = [part["$ref"] for part in schema["allOf"]]
    resource = Resource.from_contents(compose, default_specification=DRAFT7)
    validator = Draft7Validator(schema, registry=Registry().with_resource(reference, resource))

    binary = os.path.abspath(arguments.bin)
    valid = mistaken = wrong = 0
    for folder, lines in cases(arguments.testdata):
        runs = [found(binary, folder, line) for line in lines]
        passes = any(code == 0 for code, _ in runs)
        mistakes = [finding for _, findings in runs for finding in findings if is_of_form(finding)]
        lost = {finding["path"] for _, findings in runs for finding in findings if is_lost(finding)}
        if not passes and not mistakes:
            continue
        try:
            with open(os.path.join(folder, "compose.yml"), encoding="utf-8-sig") as file:
                document = next(yaml.load_all(file, Loader))
        except (yaml.YAMLError, UnicodeDecodeError, TypeError, StopIteration) as err:
            print("%s: not read: %s" % (folder, str(err).splitlines()[0]))
            continue
        errors = list(validator.iter_errors(document))
        if mistakes:
            mistaken += len(mistakes)
            places = {path for error in errors for path in paths(error)}
            for finding in mistakes:
                if not is_known(finding, places):
                    wrong += 1
                    print("%s: valid, although it has this at %s: %s" % (folder, finding["path"], finding["message"]))
        else:
            valid += 1
            for error in errors:
                # Docker Compose drops what stands twice before it looks at its schema. A field that is left out, as what
                # runs once has none such, may well be marked.
                place = next(paths(error)).replace('"', "")
                if error.validator == "uniqueItems" or any(path.startswith(place) for path in lost):
                    continue
                wrong += 1
                print("%s: %s: %s" % (folder, error.json_path, error.message[:200]))
    print("%d valid files, %d mistakes in x-ecs, %d wrong" % (valid, mistaken, wrong))
    return 1 if wrong or not valid or not mistaken else 0


if __name__ == "__main__":
    sys.exit(main())
