//! In what order things start.
