//! `include`: projects that are made of others.
