//! What a container is told in confidence.
