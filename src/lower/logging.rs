//! Where output goes.
