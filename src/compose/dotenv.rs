//! Files of variables, in Docker's dialect.
