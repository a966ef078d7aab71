//! How a later file changes what an earlier one says.
