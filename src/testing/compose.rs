//! Texts as values, services and projects of Compose.

use indexmap::IndexMap;

use super::{documents, findings, node, span};
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::compose::{Project, load};
use crate::diag::Diagnostics;
use crate::options::LoadOptions;
use crate::source::Spanned;
use crate::world::MemoryWorld;
use crate::yaml::Node;
use crate::yaml::keys::Decode;

/// Reads a value.
pub(crate) fn decode<T: Decode>(text: &str) -> (Option<T>, Diagnostics) {
    let mut diags = Diagnostics::default();
    (T::decode(&node(text), &mut diags), diags)
}

/// Reads a service from its own mapping.
pub(crate) fn service(text: &str) -> (Service, Diagnostics) {
    let mut diags = Diagnostics::default();
    (read("web", &node(text), &mut diags), diags)
}

/// Reads a service in which there is nothing to find.
#[track_caller]
pub(crate) fn sound_service(text: &str) -> Service {
    let (service, diags) = service(text);
    assert_eq!(findings(text, &diags), "");
    service
}

/// Reads services named `a`, `b` and so on, each from a document of its own.
pub(crate) fn services(text: &str) -> (Vec<Service>, Diagnostics) {
    let mut diags = Diagnostics::default();
    let documents = documents(text);
    let names = ["a", "b", "c"].iter().zip(&documents);
    (names.map(|(name, node)| read(name, node, &mut diags)).collect(), diags)
}

fn read(name: &str, node: &Node, diags: &mut Diagnostics) -> Service {
    Service::take(Spanned::new(ServiceName::new(name), node.span), node, diags).expect("the text is a mapping")
}

/// Loads a file in the directory `/srv/shop` of a user whose home is `/home/ann`. Without mistakes there is a project,
/// named `shop`.
pub(crate) fn load(text: &str) -> (Option<Project>, Diagnostics) {
    let world = MemoryWorld {
        files: [("/srv/shop/compose.yaml".into(), text.into())].into(),
        variables: [("HOME".to_owned(), "/home/ann".to_owned())].into(),
        current_dir: "/srv/shop".into(),
        stdin: Vec::new(),
    };
    let loaded = load::load(&world, &[], &LoadOptions::default());
    (loaded.reported.product, loaded.reported.diagnostics)
}

/// The values of a list, without their places.
pub(crate) fn values<T: Clone>(list: &[Spanned<T>]) -> Vec<T> {
    list.iter().map(|item| item.value.clone()).collect()
}

/// Words, each at the place of its own number.
pub(crate) fn words<T: AsRef<str>>(words: &[T]) -> Spanned<Vec<Spanned<String>>> {
    let spanned = |(at, word): (usize, &T)| Spanned::new(word.as_ref().to_owned(), span(at, at + 1));
    Spanned::new(words.iter().enumerate().map(spanned).collect(), span(0, words.len()))
}

/// Variables with values.
pub(crate) fn environment(variables: &[(&str, &str)]) -> IndexMap<String, Spanned<Option<String>>> {
    let variable =
        |(name, value): &(&str, &str)| ((*name).to_owned(), Spanned::new(Some((*value).to_owned()), span(0, 1)));
    variables.iter().map(variable).collect()
}
