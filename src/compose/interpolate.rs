//! `${VARIABLE}` in values.
