//! What a stack becomes: one file per format.

pub mod task_json;
