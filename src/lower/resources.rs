//! How much a container and its task may use.
