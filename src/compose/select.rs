//! Which services are active: profiles.
