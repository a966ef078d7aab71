//! What only a project says.

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings, words};
use crate::diag::Diagnostics;
use crate::options::{Grouping, LaunchType};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::choice::choice;
use crate::yaml::keys::{Decode, Keys};

settings! {
    /// Where a project runs, and under which names.
    Place {
        /// `launch_type`: where tasks run: `ec2`, on instances of your own, or `fargate`.
        launch_type: LaunchType,
        /// `task_per`: whether every `service` has a task of its own, or the whole `project` shares one.
        task_per: Grouping,
        /// `cluster`: the cluster's name, or its ARN. Without it, it is the project's.
        cluster: String,
        /// `region`: where the cluster is.
        region: String,
        /// `registry`: where images that are built here are pushed to.
        registry: String,
        /// `tag`: the tag of images that are built here.
        tag: String,
        /// `env_file_bucket`: the bucket in S3, and perhaps a path in it, where ECS finds what `env_file` names. Without
        /// it, the variables are written out.
        env_file_bucket: String,
    }
}

words!(LaunchType: "ec2" => Self::Ec2, "fargate" => Self::Fargate);
words!(Grouping: "service" => Self::OnePerService, "project" => Self::SingleTask);
