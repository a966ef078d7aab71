#!/usr/bin/env python3
"""A smoke test of the deploying binary against moto: up, ps, up again, a change, down.

usage: up_on_moto.py --bin target/debug/compose2ecs

moto speaks the protocol of AWS as others wrote it down, signs and all, so that it shows what a fake of our own cannot: that
the wire is right. It has no rollouts, no events and no draining; those are for the stand-in. Two of its gaps are filled here:
services are said to have as many tasks as they are to have (its own switch), and what CreateService and UpdateService
were told is remembered, as it drops half of it.
"""
import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import threading

os.environ.update(
    MOTO_ECS_SERVICE_RUNNING="1",
    AWS_ACCESS_KEY_ID="AKIDTESTED",
    AWS_SECRET_ACCESS_KEY="secret",
    AWS_DEFAULT_REGION="eu-west-1",
)

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

COMPOSE = """
name: shop
services:
  db: {image: 'redis:7', mem_limit: 64m}
  web: {image: 'nginx:%d', mem_limit: 64m, depends_on: [db], ports: ['80'], environment: {PASSWORD: hunter2}}
"""

READS = ("Describe", "List", "Get", "Filter")


class Recorder:
    """Keeps the calls, and what services were told to be."""

    def __init__(self, app):
        self.app = app
        self.calls = []
        self.told = {}

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        signed = "AWS4-HMAC-SHA256 Credential=AKIDTESTED/" in environ.get("HTTP_AUTHORIZATION", "")
        self.calls.append((operation, signed))
        document = json.loads(body) if operation and body else {}
        if operation in ("CreateService", "UpdateService"):
            self.told.setdefault(document.get("serviceName") or document["service"], {}).update(document)
        status = []
        answer = b"".join(self.app(environ, lambda *args: status.append(args)))
        if operation == "DescribeServices":
            answer = self.complete(answer)
        line, headers = status[0][:2]
        headers = [(key, value) for key, value in headers if key.lower() != "content-length"]
        start_response(line, headers + [("Content-Length", str(len(answer)))])
        return [answer]

    def complete(self, answer):
        """What moto drops of services."""
        document = json.loads(answer)
        for service in document.get("services", []):
            told = self.told.get(service["serviceName"], {})
            primary = [deployment for deployment in service["deployments"] if deployment["status"] == "PRIMARY"]
            service.update((key, told[key]) for key in ("deploymentConfiguration", "enableECSManagedTags") if key in told)
            for deployment in primary if "serviceConnectConfiguration" in told else []:
                deployment["serviceConnectConfiguration"] = told["serviceConnectConfiguration"]
        return json.dumps(document).encode()

    def changes(self):
        """The calls since the last time that change something; all were signed."""
        assert all(signed for _, signed in self.calls), self.calls
        changes = [name for name, _ in self.calls if name and not name.startswith(READS)]
        self.calls.clear()
        return changes


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bin", required=True)
    binary = os.path.abspath(ap.parse_args().bin)
    recorder = Recorder(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, recorder, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = "http://127.0.0.1:%d" % server.server_port
    ecs, ec2 = (boto3.client(name, endpoint_url=url) for name in ("ecs", "ec2"))
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]]
    group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    target = ["--launch-type", "fargate", "--subnets", ",".join(subnets), "--security-groups", group]
    target += ["--execution-role", "arn:aws:iam::123456789012:role/execution", "--task-per", "service"]
    folder = tempfile.TemporaryDirectory()

    def write(version):
        with open(os.path.join(folder.name, "compose.yml"), "w") as file:
            file.write(COMPOSE % version)

    def run(command, expected, changes, *args):
        recorder.calls.clear()
        # Nothing of the machine's own configuration counts.
        environment = {key: os.environ[key] for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        environment |= {"HOME": folder.name, "AWS_ENDPOINT_URL": url, "AWS_REGION": "eu-west-1"}
        done = subprocess.run(
            [binary, *command, *args], cwd=folder.name, env=environment, capture_output=True, text=True, timeout=120
        )
        found = (done.returncode, recorder.changes())
        said = "%s\n%s\n%s" % (" ".join(command), done.stdout, done.stderr)
        assert found == (expected, changes), "%s: %s, not %s\n%s" % (command, found, (expected, changes), said)
        assert "hunter2" not in done.stdout + done.stderr, said
        print("compose2ecs %s: exit %d, %s" % (" ".join(command), done.returncode, ", ".join(changes) or "no change"))
        return done.stdout

    up = ["up", "--poll-interval", "100ms"]
    write(1)
    run(up, 1, [], *target)
    run([*up, "--create-cluster"], 0, ["CreateCluster"] + 2 * ["RegisterTaskDefinition"] + 2 * ["CreateService"], *target)
    services = ecs.describe_services(cluster="shop", services=["shop-db", "shop-web"], include=["TAGS"])["services"]
    tags = [{tag["key"]: tag["value"] for tag in service["tags"]} for service in services]
    assert [tag["compose2ecs:service"] for tag in tags] == ["db", "web"], tags
    # Services of moto have no tasks to show.
    run(["ps"], 0, [], *target)
    run(up, 0, [], *target)
    write(2)
    run([*up, "--detach"], 0, ["RegisterTaskDefinition", "UpdateService"], *target)
    definition = ecs.describe_task_definition(taskDefinition="shop-web")["taskDefinition"]
    assert definition["containerDefinitions"][0]["image"] == "nginx:2", definition
    run(["down", "--yes"], 0, ["DeleteService", "DeleteService"], *target)
    run(["down", "--yes"], 0, [], *target)
    server.shutdown()


if __name__ == "__main__":
    sys.exit(main())
