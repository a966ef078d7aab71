#!/usr/bin/env python3
"""Runs the hooks of this repository's last commit with pre-commit, in a repository of their own.

usage: hooks.py --bin PATH --pre-commit PATH

The program is the one at PATH, and not built anew, as pre-commit would. Needs git.
"""
import argparse
import os
import subprocess
import sys
import tempfile

COMPOSE = "name: shop\nservices:\n  web: {image: 'nginx:1.27', mem_limit: %s}\n"
CONFIG = """\
repos:
  - repo: %s
    rev: %s
    hooks:
      - {id: compose2ecs-check, language: system, args: [deploy/ecs, --region, eu-west-1]}
      - {id: compose2ecs-config, language: system}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--pre-commit", required=True)
    arguments = parser.parse_args()
    here = os.getcwd()
    subprocess.run([arguments.pre_commit, "validate-manifest", ".pre-commit-hooks.yaml"], check=True)
    with tempfile.TemporaryDirectory() as scratch:
        project, programs = os.path.join(scratch, "project"), os.path.join(scratch, "bin")
        os.mkdir(programs)
        os.symlink(os.path.abspath(arguments.bin), os.path.join(programs, "compose2ecs"))
        environment = dict(os.environ, PRE_COMMIT_HOME=os.path.join(scratch, "cache"))
        environment["PATH"] = programs + os.pathsep + environment["PATH"]

        def run(*command):
            return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)

        def write(name, text):
            with open(os.path.join(project, name), "w", encoding="utf-8") as file:
                file.write(text)

        def hooks():
            """The hooks that fail."""
            run("git", "add", "--all")
            output = run(arguments.pre_commit, "run", "--all-files", "--color", "never").stdout
            lines = [line for line in output.splitlines() if line.endswith(("Passed", "Failed", "Skipped"))]
            return [(line.split("..")[0], line.rsplit(".", 1)[1]) for line in lines]

        os.mkdir(project)
        run("git", "init", "--quiet")
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, check=True)
        write(".pre-commit-config.yaml", CONFIG % (here, commit.stdout.strip()))
        check, config = "compose2ecs convert --check", "compose2ecs config"
        steps = []
        write("compose.yml", COMPOSE % "64m")
        steps.append((hooks(), [(check, "Failed"), (config, "Passed")]))
        run("compose2ecs", "convert", "--region", "eu-west-1", "--check", "deploy/ecs", "--update")
        steps.append((hooks(), [(check, "Passed"), (config, "Passed")]))
        write("compose.yml", COMPOSE % "65m")
        steps.append((hooks(), [(check, "Failed"), (config, "Passed")]))
        write("compose.yml", COMPOSE % "[]")
        steps.append((hooks(), [(check, "Failed"), (config, "Failed")]))
    wrong = [(found, expected) for found, expected in steps if found != expected]
    for found, expected in wrong:
        print("found %s\ninstead of %s" % (found, expected))
    print("%d passed, %d failed" % (len(steps) - len(wrong), len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
