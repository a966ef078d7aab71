//! What has no meaning on ECS.
