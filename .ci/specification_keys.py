#!/usr/bin/env python3
"""Prints every key that the schema of the Compose specification names, and the types that its value can have.

usage: specification_keys.py FILE > testdata/specification/keys.txt

FILE is the schema, or a program that has it inside, such as the plugin `docker-compose`. `*` stands for a name that
the user gives, `[]` for the items of a list. What has no name of its own, such as an item of a list of texts, is left
out: it is a form of the value of the key above.
"""
import json
import re
import sys


def schema(path):
    with open(path, "rb") as file:
        data = file.read()
    for start in re.finditer(rb'\{\s*"\$schema":\s*"https?://json-schema\.org/draft', data):
        text = data[start.start() : start.start() + 1_000_000].decode("utf-8", "replace")
        try:
            found, _ = json.JSONDecoder().raw_decode(text)
        except ValueError:
            continue
        if found.get("title") == "Compose Specification":
            return found
    sys.exit("no schema of the Compose specification in " + path)


def walk(node, path, root, keys):
    while "$ref" in node:
        node = root["definitions"][node["$ref"].rsplit("/", 1)[-1]]
    types = node.get("type", [])
    keys.setdefault(path, set()).update([types] if isinstance(types, str) else types)
    for alternative in node.get("oneOf", []) + node.get("anyOf", []):
        walk(alternative, path, root, keys)
    below = path + "." if path else ""
    for key, value in node.get("properties", {}).items():
        walk(value, below + key, root, keys)
    for pattern, value in node.get("patternProperties", {}).items():
        walk(value, below + ("x-*" if pattern == "^x-" else "*"), root, keys)
    for key, suffix in (("additionalProperties", ".*"), ("items", "[]")):
        if isinstance(node.get(key), dict):
            walk(node[key], path + suffix, root, keys)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    root = schema(sys.argv[1])
    keys = {}
    walk(root, "", root, keys)
    for key in sorted(keys):
        if key and not key.endswith((".*", "[]")):
            print(key, ",".join(sorted(keys[key])) or "any")


if __name__ == "__main__":
    main()
