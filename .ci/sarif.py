#!/usr/bin/env python3
"""Holds the SARIF documents of every case below testdata against the schema of SARIF 2.1.0.

usage: sarif.py --bin PATH --manifest .ci/sarif/Cargo.toml [--testdata DIR]

The schema is the copy in the crate that the manifest names. Needs jsonschema.
"""
import argparse
import json
import os
import subprocess
import sys

from jsonschema import Draft7Validator, FormatChecker


def schema(manifest):
    """The schema, from the sources of the crate serde-sarif."""
    command = ["cargo", "metadata", "--format-version", "1", "--manifest-path", manifest]
    packages = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["packages"]
    crate = next(package for package in packages if package["name"] == "serde-sarif")
    with open(os.path.join(os.path.dirname(crate["manifest_path"]), "src", "schema.json"), encoding="utf-8") as file:
        return json.load(file)


def cases(testdata):
    """The folders with a Compose file."""
    for folder, _, files in sorted(os.walk(testdata)):
        if "compose.yml" in files:
            yield folder


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--manifest", required=True)
    parser.add_argument("--testdata", default="testdata")
    arguments = parser.parse_args()
    validator = Draft7Validator(schema(arguments.manifest), format_checker=FormatChecker())
    binary = os.path.abspath(arguments.bin)
    documents = results = wrong = 0
    for case in cases(arguments.testdata):
        for flags in (["convert"], ["convert", "--launch-type", "fargate", "--strict"], ["config"]):
            command = [binary] + flags + ["--diagnostics", "sarif"]
            run = subprocess.run(command, cwd=case, capture_output=True, timeout=60)
            try:
                document = json.loads(run.stderr)
            except ValueError as err:
                wrong += 1
                print("%s: %s: no JSON: %s" % (case, " ".join(flags), err))
                continue
            documents += 1
            results += len(document["runs"][0]["results"])
            for error in validator.iter_errors(document):
                wrong += 1
                print("%s: %s: %s: %s" % (case, " ".join(flags), "/".join(map(str, error.path)), error.message[:200]))
    print("%d documents with %d results, %d mistakes" % (documents, results, wrong))
    sys.exit(1 if wrong or not results else 0)


if __name__ == "__main__":
    main()
