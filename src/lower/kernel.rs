//! What of the kernel a container sees and may use.
