//! What a service waits for.
