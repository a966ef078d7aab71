//! Draws findings with the source line they are about.
