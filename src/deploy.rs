//! From a stack to AWS: what there is, what is to change, and the changes, in order, watched to their end.

pub mod api;
pub mod compare;
pub mod down;
pub mod error;
pub mod event;
pub mod execute;
pub mod logs;
pub mod mask;
pub mod observe;
pub mod options;
pub mod outcome;
pub mod pin;
pub mod plan;
pub mod policy;
pub mod problem;
pub mod prune;
pub mod push;
pub mod release;
pub mod rollback;
pub mod run;
pub mod scale;
pub mod sdk;
pub mod standing;
pub mod unplaced;
pub mod vpc;
pub mod watch;
