//! What is laid over the inputs of ECS's calls, in ECS's own words, after everything else.

use std::rc::Rc;

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings};
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::keys::{Decode, Keys};
use crate::yaml::{Kind, Node};

settings! {
    /// What is laid over task definitions and services.
    Hatches {
        /// `task_definition`: fields of `RegisterTaskDefinition` that are laid over the result, in ECS's own words.
        task_definition: TaskDefinitionLayers,
        /// `service`: fields of `CreateService`, or of `RunTask` for what runs once, that are laid over the result, in ECS's own words.
        service: ServiceLayers,
    }
}

settings! {
    /// What is laid over every container.
    ContainerHatch {
        /// `container_definition`: fields of every container that are laid over the result, in ECS's own words.
        container_definition: ContainerLayers,
    }
}

/// Declares the layers over one kind of input.
macro_rules! layers {
    ($($(#[$doc:meta])+ $name:ident = $takes:expr;)+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Default)]
        pub struct $name(pub(crate) Vec<Rc<Node>>);

        // Where layers come from tells them apart.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(one, other)| one.span == other.span)
            }
        }

        impl Eq for $name {}

        impl Decode for $name {
            fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
                layer(node, diags).map(|layer| Self(vec![layer]))
            }
        }

        impl Setting for $name {
            fn takes() -> Takes {
                $takes
            }

            /// All of them, one on the other.
            fn joined(
                this: Spanned<Self>,
                other: &Spanned<Self>,
                _key: &'static str,
                _disagree: &mut Disagree<'_>,
            ) -> Spanned<Self> {
                this.map(|Self(layers)| Self([layers, other.value.0.clone()].concat()))
            }

            fn before(self, other: &Self) -> Self {
                Self([other.0.clone(), self.0].concat())
            }
        }
    )+};
}

layers! {
    /// Layers over a task definition, the lowest first.
    TaskDefinitionLayers = Takes::Input("RegisterTaskDefinitionRequest");
    /// Layers over a container, the lowest first.
    ContainerLayers = Takes::Input("ContainerDefinition");
    /// Layers over a service, the lowest first.
    ServiceLayers = Takes::Either(vec![Takes::Input("CreateServiceRequest"), Takes::Input("RunTaskRequest")]);
}

/// A layer, which is a mapping. What is in it is for ECS's own words to judge.
fn layer(node: &Node, diags: &mut Diagnostics) -> Option<Rc<Node>> {
    Keys::of(node, diags)?;
    let Node { span, tag, kind } = node;
    let kind = match kind {
        Kind::Mapping(mapping) => Kind::Mapping(mapping.clone()),
        Kind::Sequence(_) | Kind::Scalar(_) => return None,
    };
    Some(Rc::new(Node { span: *span, tag: *tag, kind }))
}
