//! `extends`: services that start from other services.
