//! How many tasks run, and where.
