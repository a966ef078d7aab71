//! Words of a command, split as Docker Compose splits them.
