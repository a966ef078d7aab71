//! What a container keeps.
