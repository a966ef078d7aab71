//! Which files make up a project, and where it lies.
