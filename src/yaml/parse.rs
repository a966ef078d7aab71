//! Reads YAML text into a tree.
