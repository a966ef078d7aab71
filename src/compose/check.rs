//! The references of a project: every name is defined, nothing depends on itself.
