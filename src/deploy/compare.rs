//! Whether what there is on ECS is what is wanted.
//!
//! ECS answers with more than it was given: names, states, defaults. Both sides are brought into one form, without what
//! ECS adds and without defaults, lists in one order where order has no meaning. What then differs is a difference.

pub mod definition;
pub mod difference;
pub mod service;

mod canonical;

pub use difference::Difference;
