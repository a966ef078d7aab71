//! What runs in a container.
