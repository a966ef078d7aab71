#!/usr/bin/env python3
"""Prints a Compose file of N services, the same bytes for the same arguments.

usage: generate.py N [--deps tier|chain|none]

--deps: whom a service depends on: two of an earlier tier, the one before it and the one half-way, or nobody.
"""
import argparse

ROLES = ["web", "api", "worker", "db", "cache", "queue", "search", "mail"]
IMAGES = ["nginx:1.27-alpine", "node:22-slim", "python:3.13-slim", "postgres:17", "redis:7.4", "rabbitmq:4",
          "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/app:v2.7.1", "ghcr.io/example/mail:2026.3"]

HEAD = """name: bench

x-defaults: &defaults
  restart: unless-stopped
  logging:
    driver: json-file
    options:
      max-size: 10m

services:
"""

SERVICE = """  {name}:
    <<: *defaults
    image: {image}
    command: ["./serve", "--port", "{port}", "--name={name}"]
    ports:
      - "{published}:{port}"
      - target: {admin}
        protocol: tcp
    environment:
      DATABASE_URL: postgres://app@db-{peer}:5432/app_{i}
      CACHE_URL: redis://cache-{peer}:6379/{database}
      LOG_LEVEL: ${{LOG_LEVEL:-info}}
      PORT: "{port}"
      REGION: ${{REGION:-eu-west-1}}
      WORKERS: {workers}
      FEATURES: search,export,audit
    volumes:
      - data-{volume}:/var/lib/data
      - ./config/{name}:/etc/app:ro
    healthcheck:
      test: ["CMD", "curl", "-fsS", "http://127.0.0.1:{port}/health"]
      interval: 30s
      timeout: 5s
      retries: 3
      start_period: 1m
    deploy:
      replicas: {replicas}
      resources:
        limits:
          cpus: "0.50"
          memory: 256M
        reservations:
          memory: 64M
      update_config:
        parallelism: 2
        order: start-first
    labels:
      com.example.tier: "{tier}"
      com.example.rule: Host(`{name}.example.com`)
    networks: [front, back]
"""


def depends_on(i, deps):
    if i == 0 or deps == "none":
        return []
    return sorted({i - 1, i // 2} if deps == "chain" else {i // 9, i // 6})


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("n", type=int)
    ap.add_argument("--deps", choices=["tier", "chain", "none"], default="tier")
    a = ap.parse_args()
    names = ["%s-%d" % (ROLES[i % len(ROLES)], i) for i in range(a.n)]
    out = [HEAD]
    for i, name in enumerate(names):
        out.append(SERVICE.format(
            name=name, i=i, image=IMAGES[i % len(IMAGES)], port=3000 + i % 5000, published=10000 + i % 50000,
            admin=9000 + i % 900, peer=i % 90, database=i % 16, workers=1 + i % 8, volume=i % 40,
            replicas=1 + i % 4, tier=i % 5))
        others = depends_on(i, a.deps)
        if others:
            out.append("    depends_on:\n")
            out += ["      - %s\n" % names[other] for other in others]
    out.append("networks:\n  front:\n  back:\nvolumes:\n")
    out += ["  data-%d:\n" % i for i in range(min(a.n, 40))]
    print("".join(out), end="")


main()
