//! Takes a `docker-compose.yml` to Amazon ECS.
//!
//! ```text
//!  files ─▶ yaml::Node ─▶ compose::Project ─▶ ecs::Stack ─▶ task JSON
//!           spans, text    typed, canonical    plain data
//! ```
//!
//! Every arrow is a function without side effects: what it needs of files and variables comes through
//! [`world::World`], and what it finds is returned beside what it makes.

pub mod backend;
pub mod compose;
pub mod diag;
pub mod ecs;
pub mod lower;
pub mod options;
pub mod source;
pub mod world;
pub mod yaml;

#[cfg(test)]
mod testing;
