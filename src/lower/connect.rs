//! How names keep resolving.
