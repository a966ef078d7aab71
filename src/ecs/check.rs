//! The rules of ECS that a stack must keep.
