//! Stories of services and tasks, and what calls answer.

mod breaker;
mod calls;
mod capacity;
mod draining;
mod faults;
mod http;
mod lists;
mod logs;
mod one_off;
mod random;
mod registry;
mod rollout;
mod task_life;
mod time;
