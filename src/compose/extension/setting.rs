//! The keys of `x-ecs`, each declared once: what decodes it, what the JSON schema and the reference page say of it,
//! and what becomes of it when several services, or the project and a service, say something.

use indexmap::IndexMap;

use crate::diag::Diagnostics;
use crate::source::{Span, Spanned};
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

/// A key: its name, what it is for, and what it takes.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// The name.
    pub(crate) name: &'static str,
    /// The sentence about it, which starts with its name.
    pub(crate) about: String,
    /// What it takes.
    pub(crate) takes: Takes,
}

/// What a key takes.
#[derive(Debug, Clone)]
pub(crate) enum Takes {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number in a range.
    Number {
        /// The smallest.
        first: u32,
        /// The largest.
        last: u32,
    },
    /// One of several numbers.
    Numbers(&'static [u32]),
    /// A number of CPUs, as Compose writes it.
    Cpus,
    /// A duration, as Compose writes it.
    Duration,
    /// A size of memory, as Compose writes it.
    Size,
    /// One of several words.
    Word(Vec<&'static str>),
    /// A list.
    List(Box<Takes>),
    /// A mapping whose keys the user chooses.
    Map(Box<Takes>),
    /// A mapping with keys of its own.
    Keys(Vec<Key>),
    /// The fields of one of ECS's structures, by its name.
    Input(&'static str),
    /// One of several forms.
    Either(Vec<Takes>),
}

/// Texts by names of the user's own.
pub(crate) type Texts = IndexMap<String, Spanned<String>>;

/// Hears of services in one task that say different things: the key, and the places of both.
pub(crate) type Disagree<'d> = dyn FnMut(&'static str, Span, Span) + 'd;

/// A value that a key takes.
pub(crate) trait Setting: Decode + Clone + PartialEq {
    /// What may be written.
    fn takes() -> Takes;

    /// What two services of one task say together of a key.
    fn joined(
        this: Spanned<Self>,
        other: &Spanned<Self>,
        key: &'static str,
        disagree: &mut Disagree<'_>,
    ) -> Spanned<Self> {
        if this.value != other.value {
            disagree(key, this.span, other.span);
        }
        this
    }

    /// This value before another one that holds where this one says nothing.
    #[must_use]
    fn before(self, _other: &Self) -> Self {
        self
    }
}

/// Keys that stand in one mapping, perhaps among others.
pub(crate) trait Settings: Sized + Default {
    /// Takes the keys.
    fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self;

    /// The keys.
    fn keys() -> Vec<Key>;

    /// What two services of one task say together.
    #[must_use]
    fn joined(self, other: &Self, disagree: &mut Disagree<'_>) -> Self;

    /// These values before others, which hold where these say nothing.
    #[must_use]
    fn before(self, other: &Self) -> Self;
}

/// Declares keys that stand in one mapping. With `as`, they have a mapping to themselves, which is called so.
macro_rules! settings {
    (
        $(#[doc = $doc:literal])+
        $name:ident { $($(#[doc = $about:literal])+ $key:ident: $type:ty,)+ }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[doc = $about])+ pub $key: Option<Spanned<$type>>,)+
        }

        impl Settings for $name {
            fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
                Self { $($key: keys.take(stringify!($key), diags),)+ }
            }

            fn keys() -> Vec<Key> {
                vec![$(Key {
                    name: stringify!($key),
                    about: concat!($($about),+).trim().to_owned(),
                    takes: <$type as Setting>::takes(),
                },)+]
            }

            fn joined(self, other: &Self, disagree: &mut Disagree<'_>) -> Self {
                Self { $($key: join(stringify!($key), self.$key, other.$key.as_ref(), disagree),)+ }
            }

            fn before(self, other: &Self) -> Self {
                Self { $($key: before(self.$key, other.$key.as_ref()),)+ }
            }
        }
    };
    (
        $(#[doc = $doc:literal])+
        $name:ident as $what:literal { $($(#[doc = $about:literal])+ $key:ident: $type:ty,)+ }
    ) => {
        settings! { $(#[doc = $doc])+ $name { $($(#[doc = $about])+ $key: $type,)+ } }

        impl Decode for $name {
            fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
                whole(node, $what, diags)
            }
        }

        impl Setting for $name {
            fn takes() -> Takes {
                Takes::Keys(<Self as Settings>::keys())
            }

            fn joined(
                this: Spanned<Self>,
                other: &Spanned<Self>,
                _key: &'static str,
                disagree: &mut Disagree<'_>,
            ) -> Spanned<Self> {
                this.map(|this| Settings::joined(this, &other.value, disagree))
            }

            fn before(self, other: &Self) -> Self {
                Settings::before(self, other)
            }
        }
    };
}

/// Declares keys that stand in one mapping as those of several groups.
macro_rules! groups {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $about:literal])+ $group:ident: $type:ty,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[doc = $about])+ pub $group: $type,)+
        }

        impl Settings for $name {
            fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
                Self { $($group: <$type as Settings>::take(keys, diags),)+ }
            }

            fn keys() -> Vec<Key> {
                [$(<$type as Settings>::keys(),)+].concat()
            }

            fn joined(self, other: &Self, disagree: &mut Disagree<'_>) -> Self {
                Self { $($group: Settings::joined(self.$group, &other.$group, disagree),)+ }
            }

            fn before(self, other: &Self) -> Self {
                Self { $($group: Settings::before(self.$group, &other.$group),)+ }
            }
        }
    };
}

/// Declares the words of a key that takes one of them.
macro_rules! words {
    ($type:ty: $($word:literal => $value:expr),+ $(,)?) => {
        impl Decode for $type {
            fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
                choice(node, &[$(($word, $value)),+], diags)
            }
        }

        impl Setting for $type {
            fn takes() -> Takes {
                Takes::Word(vec![$($word),+])
            }
        }
    };
}

pub(crate) use {groups, settings, words};

/// What two services of one task say together of one key.
pub(crate) fn join<T: Setting>(
    key: &'static str,
    this: Option<Spanned<T>>,
    other: Option<&Spanned<T>>,
    disagree: &mut Disagree<'_>,
) -> Option<Spanned<T>> {
    match (this, other) {
        (Some(this), Some(other)) => Some(T::joined(this, other, key, disagree)),
        (this, other) => this.or_else(|| other.cloned()),
    }
}

/// A value before another one that holds where there is none.
pub(crate) fn before<T: Setting>(this: Option<Spanned<T>>, other: Option<&Spanned<T>>) -> Option<Spanned<T>> {
    match (this, other) {
        (Some(this), Some(other)) => Some(this.map(|this| this.before(&other.value))),
        (this, other) => this.or_else(|| other.cloned()),
    }
}

/// Reads a mapping that has no keys but those of a type.
pub(crate) fn whole<T: Settings>(node: &Node, what: &str, diags: &mut Diagnostics) -> Option<T> {
    let mut keys = Keys::of(node, diags)?;
    let settings = T::take(&mut keys, diags);
    keys.finish(what, diags);
    Some(settings)
}

impl Setting for String {
    fn takes() -> Takes {
        Takes::Text
    }
}

impl Setting for Texts {
    fn takes() -> Takes {
        Takes::Map(Box::new(Takes::Text))
    }
}

impl Setting for bool {
    fn takes() -> Takes {
        Takes::Flag
    }
}

impl<T: Setting> Setting for Vec<T> {
    fn takes() -> Takes {
        Takes::List(Box::new(T::takes()))
    }
}
