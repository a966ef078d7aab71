//! Differences between two documents, by the paths at which they are.

use serde_json::{Map, Value};

use super::canonical::key;

/// Something that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Where: `containerDefinitions[api].environment[LOG_LEVEL]`.
    pub path: String,
    /// What there is.
    pub from: Option<Value>,
    /// What is wanted.
    pub to: Option<Value>,
}

impl Difference {
    /// Where, in the shortest words that tell: the container of a task that has only one goes without saying.
    #[must_use]
    pub fn short_path(&self) -> &str {
        let rest = self.path.strip_prefix("containerDefinitions[");
        rest.and_then(|rest| rest.split_once("].")).map_or(&self.path, |(_, rest)| rest)
    }
}

/// What differs between two documents in canonical form. `order` says by what the objects of a list are known.
pub(super) fn differences(
    from: &Map<String, Value>,
    to: &Map<String, Value>,
    order: fn(&[&str]) -> Option<&'static [&'static str]>,
) -> Vec<Difference> {
    let mut search = Search { order, found: Vec::new() };
    search.objects((&[], ""), from, to);
    search.found
}

struct Search {
    order: fn(&[&str]) -> Option<&'static [&'static str]>,
    found: Vec<Difference>,
}

/// Where a value is: its keys, and the path as it is shown.
type Place<'a> = (&'a [&'a str], &'a str);

impl Search {
    fn objects(&mut self, (keys, shown): Place<'_>, from: &Map<String, Value>, to: &Map<String, Value>) {
        let added = to.keys().filter(|key| !from.contains_key(*key));
        for key in from.keys().chain(added) {
            let keys: Vec<&str> = keys.iter().copied().chain([&**key]).collect();
            let shown = if shown.is_empty() { key.clone() } else { format!("{shown}.{key}") };
            self.values((&keys, &shown), from.get(key), to.get(key));
        }
    }

    fn values(&mut self, place: Place<'_>, from: Option<&Value>, to: Option<&Value>) {
        match (from, to) {
            (Some(from), Some(to)) if from == to => {}
            (Some(Value::Object(from)), Some(Value::Object(to))) => self.objects(place, from, to),
            (Some(Value::Array(from)), Some(Value::Array(to))) => self.arrays(place, from, to),
            (from, to) => {
                let path = place.1.to_owned();
                self.found.push(Difference { path, from: from.cloned(), to: to.cloned() });
            }
        }
    }

    fn arrays(&mut self, (keys, shown): Place<'_>, from: &[Value], to: &[Value]) {
        let fields = (self.order)(keys).filter(|fields| !fields.is_empty());
        let Some(fields) = fields else {
            let (from, to) = (Some(Value::Array(from.to_vec())), Some(Value::Array(to.to_vec())));
            self.found.push(Difference { path: shown.to_owned(), from, to });
            return;
        };
        let names = |items: &[Value]| items.iter().map(|item| key(item, fields)).collect::<Vec<_>>();
        let (from_names, to_names) = (names(from), names(to));
        let find = |items: &'_ [Value], names: &[String], name: &String| {
            names.iter().position(|other| other == name).and_then(|at| items.get(at).cloned())
        };
        let added = to_names.iter().filter(|name| !from_names.contains(name));
        for name in from_names.iter().chain(added) {
            let (one, other) = (find(from, &from_names, name), find(to, &to_names, name));
            let shown = format!("{shown}[{name}]");
            // A named value is best shown as a whole, not as `.value` of it.
            if let (Some(one), Some(other)) = (value_of(one.as_ref()), value_of(other.as_ref())) {
                self.values((keys, &shown), Some(one), Some(other));
            } else {
                self.values((keys, &shown), one.as_ref(), other.as_ref());
            }
        }
    }
}

/// The value of a named value.
fn value_of(item: Option<&Value>) -> Option<&Value> {
    let object = item?.as_object()?;
    object.get("value").or_else(|| object.get("valueFrom")).filter(|_| object.len() == 2 && object.contains_key("name"))
}
