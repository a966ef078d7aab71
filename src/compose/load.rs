//! The loading phases, in their order.
