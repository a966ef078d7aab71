//! What a container is an instance of.
