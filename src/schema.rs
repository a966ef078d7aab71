//! What `x-ecs` takes, for editors and for readers: a JSON schema and a page, both made of what decodes the keys.

mod json;
mod page;

pub use json::schema;
pub use page::page;
