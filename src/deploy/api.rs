//! The calls that deploying makes, as data: what is asked and what is answered, in the names of the services.
//!
//! Only what is used of an answer is read. What is sent is complete: the documents that `convert` prints go out as they
//! are.

pub mod cluster;
pub mod definition;
pub mod history;
pub mod image;
pub mod log;
pub mod network;
pub mod repository;
pub mod service;
pub mod task;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Declares [`Operation`], so that an operation stands in one place.
macro_rules! operations {
    ($($service:ident { $($name:ident,)+ })+) => {
        /// An operation of an AWS service.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation { $($(#[doc = concat!("`", stringify!($name), "`.")] $name,)+)+ }

        impl Operation {
            /// All of them.
            pub const ALL: &[Self] = &[$($(Self::$name,)+)+];

            /// Its name in the service's API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($(Self::$name => stringify!($name),)+)+ }
            }

            /// The prefix of IAM actions of its service.
            #[must_use]
            pub const fn service(self) -> &'static str {
                match self { $($(Self::$name)|+ => stringify!($service),)+ }
            }
        }
    };
}

operations! {
    ecs {
        CreateCluster, CreateService, DeleteService, DeleteTaskDefinitions, DeregisterTaskDefinition, DescribeClusters, DescribeServiceDeployments,
        DescribeServiceRevisions, DescribeServices, DescribeTaskDefinition, DescribeTasks, ListClusters,
        ListServiceDeployments, ListServices, ListTaskDefinitions, ListTasks, RegisterTaskDefinition, RunTask, StopServiceDeployment,
        StopTask, TagResource, UpdateService,
    }
    ecr { BatchGetImage, CreateRepository, DescribeImages, DescribeRepositories, GetAuthorizationToken, }
    ec2 { DescribeSubnets, }
    logs { FilterLogEvents, }
}

/// A call, whose fields are its input.
pub trait Call: Serialize {
    /// What is called.
    const OPERATION: Operation;
    /// The answer.
    type Answer: DeserializeOwned;
}

/// A call that changes nothing.
pub trait Read: Call {}

/// A call that changes something.
pub trait Write: Call {}

/// A tag of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its name.
    pub key: String,
    /// Its value.
    #[serde(default)]
    pub value: String,
}

/// What a call that describes several resources says of those it does not describe.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Failure {
    /// The resource's name.
    #[serde(default)]
    pub arn: Option<String>,
    /// Why: `MISSING`, `RESOURCE:MEMORY` …
    #[serde(default)]
    pub reason: Option<String>,
    /// More words.
    #[serde(default)]
    pub detail: Option<String>,
}

/// An answer of which nothing is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Done {}

/// Adds tags to a resource of ECS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TagResource<'a> {
    /// The resource.
    pub resource_arn: &'a str,
    /// The tags.
    pub tags: Vec<Tag>,
}

impl Call for TagResource<'_> {
    const OPERATION: Operation = Operation::TagResource;
    type Answer = Done;
}

impl Write for TagResource<'_> {}
