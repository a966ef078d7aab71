//! The path of a place: from a range of bytes to `services.web.ports[0]`.
