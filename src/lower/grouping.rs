//! Which services share a task.
