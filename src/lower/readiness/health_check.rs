//! `healthcheck` as ECS says it, and how long a dependant waits for it.
