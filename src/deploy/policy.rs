//! What those who deploy must be allowed to do, and no more: the IAM policy for a release.
//!
//! Every operation has its place in it, so that a new one cannot be forgotten.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html>

mod names;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::api::Operation;
use super::options::SubnetChoice;
use super::release::Release;
use names::Names;

pub use names::Place;

/// What permissions are for. They stand in this order, and their names begin with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Purpose {
    /// What every command looks at.
    Look,
    /// What changes something.
    Deploy,
    /// What `--create-cluster` does.
    CreateCluster,
    /// What `push` does, and so `up --push`.
    Push,
    /// What `--default-vpc` looks up.
    DefaultVpc,
    /// What `prune-revisions` does, and so `up --keep-revisions`.
    Prune,
    /// What `up` does without, and then says less.
    Details,
}

/// On what something is allowed. They stand in this order, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Resource {
    /// What IAM knows no resources for.
    Anything,
    /// What IAM knows no resources for but a cluster.
    InCluster,
    /// The cluster.
    Cluster,
    /// Every service of the cluster: only by its tags is it known to whom one belongs.
    EveryService,
    /// The project's services.
    Services,
    /// Deployments of the project's services.
    ServiceDeployments,
    /// What the project's services once were.
    ServiceRevisions,
    /// The project's task definitions.
    TaskDefinitions,
    /// Tasks of the cluster, whose names nobody knows before.
    Tasks,
    /// The repositories of the project's images.
    Repositories,
    /// Those of the images that are built here.
    OwnRepositories,
    /// The groups to which the project's containers write.
    LogGroups,
    /// The role with which ECS itself acts.
    ServiceLinkedRole,
}

/// For what, and on what, an operation is needed.
const fn uses(operation: Operation) -> &'static [(Purpose, Resource)] {
    use Purpose::{CreateCluster, DefaultVpc, Deploy, Details, Look, Prune, Push};
    match operation {
        Operation::DescribeClusters => &[(Look, Resource::Cluster)],
        Operation::DescribeServices => &[(Look, Resource::EveryService)],
        Operation::DescribeTaskDefinition | Operation::ListTaskDefinitions => &[(Look, Resource::Anything)],
        Operation::DescribeTasks => &[(Look, Resource::Tasks)],
        Operation::ListServices | Operation::ListTasks => &[(Look, Resource::InCluster)],
        Operation::CreateService | Operation::DeleteService | Operation::UpdateService => {
            &[(Deploy, Resource::Services)]
        }
        Operation::StopServiceDeployment => &[(Deploy, Resource::ServiceDeployments)],
        Operation::RegisterTaskDefinition => &[(Deploy, Resource::Anything)],
        Operation::RunTask => &[(Deploy, Resource::TaskDefinitions)],
        Operation::StopTask => &[(Deploy, Resource::Tasks)],
        // Who makes something with tags must be allowed to tag it.
        Operation::TagResource => &[
            (Deploy, Resource::Services),
            (Deploy, Resource::TaskDefinitions),
            (Deploy, Resource::Tasks),
            (CreateCluster, Resource::Cluster),
        ],
        Operation::DeregisterTaskDefinition => &[(Prune, Resource::Anything)],
        Operation::DeleteTaskDefinitions => &[(Prune, Resource::TaskDefinitions)],
        Operation::DescribeSubnets => &[(DefaultVpc, Resource::Anything)],
        Operation::CreateCluster => &[(CreateCluster, Resource::Anything)],
        Operation::ListClusters => &[(Details, Resource::Anything)],
        Operation::DescribeServiceDeployments => &[(Details, Resource::ServiceDeployments)],
        Operation::DescribeServiceRevisions => &[(Details, Resource::ServiceRevisions)],
        Operation::ListServiceDeployments => &[(Details, Resource::Services)],
        Operation::DescribeImages => &[(Details, Resource::Repositories), (Push, Resource::OwnRepositories)],
        Operation::BatchGetImage | Operation::CreateRepository | Operation::DescribeRepositories => {
            &[(Push, Resource::OwnRepositories)]
        }
        // It says, too, where the account's own registry is.
        Operation::GetAuthorizationToken => &[(Push, Resource::Anything)],
        Operation::FilterLogEvents => &[(Details, Resource::LogGroups)],
    }
}

/// What is done with our permissions, though not by us.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html>
const INDIRECT: &[(&str, Purpose, Resource)] = &[
    ("iam:CreateServiceLinkedRole", Purpose::CreateCluster, Resource::ServiceLinkedRole),
    ("ecr:BatchCheckLayerAvailability", Purpose::Push, Resource::OwnRepositories),
    ("ecr:CompleteLayerUpload", Purpose::Push, Resource::OwnRepositories),
    ("ecr:InitiateLayerUpload", Purpose::Push, Resource::OwnRepositories),
    ("ecr:PutImage", Purpose::Push, Resource::OwnRepositories),
    ("ecr:TagResource", Purpose::Push, Resource::OwnRepositories),
    ("ecr:UploadLayerPart", Purpose::Push, Resource::OwnRepositories),
];

/// The policy for all that deploys a release, or looks at it. Images that are pushed are named as in ECR, or by their
/// repositories in the account's own registry.
#[must_use]
pub fn policy(release: &Release, place: Place<'_>, (pushed, subnets): (&[String], SubnetChoice)) -> Value {
    let names = Names::of(release, place, pushed);
    let is_asked = |purpose: Purpose| match purpose {
        Purpose::DefaultVpc => subnets == SubnetChoice::Default,
        Purpose::Push => !names.own_repositories.is_empty(),
        Purpose::Look | Purpose::Deploy | Purpose::CreateCluster | Purpose::Prune | Purpose::Details => true,
    };
    let own = Operation::ALL.iter().flat_map(|operation| {
        let action = format!("{}:{}", operation.service(), operation.as_str());
        uses(*operation).iter().map(move |place| (*place, action.clone()))
    });
    let indirect = INDIRECT.iter().map(|(action, purpose, resource)| ((*purpose, *resource), (*action).to_owned()));
    let mut statements: BTreeMap<(Purpose, Resource), BTreeSet<String>> = BTreeMap::new();
    for (place, action) in own.chain(indirect) {
        statements.entry(place).or_default().insert(action);
    }
    let statements = statements.into_iter().filter_map(|((purpose, resource), actions)| {
        let resources = resources(resource, &names);
        let statement = json!({
            "Sid": format!("{purpose:?}{resource:?}"),
            "Effect": "Allow",
            "Action": actions,
            "Resource": resources,
        });
        let is_needed = !resources.is_empty() && is_asked(purpose);
        is_needed.then(|| with_condition(statement, condition(resource, &names)))
    });
    let statements: Vec<Value> = statements.chain(pass_roles(&names)).collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// The full names of what something is allowed on.
fn resources(resource: Resource, names: &Names<'_>) -> Vec<String> {
    let cluster = names.cluster;
    let of_services =
        |kind: &str| names.services.iter().map(|name| names.ecs(&format!("{kind}/{cluster}/{name}"))).collect();
    match resource {
        Resource::Anything | Resource::InCluster => vec!["*".to_owned()],
        Resource::Cluster => vec![names.cluster_arn()],
        Resource::EveryService => vec![names.ecs(&format!("service/{cluster}/*"))],
        Resource::Services => of_services("service"),
        Resource::ServiceDeployments => below(of_services("service-deployment")),
        Resource::ServiceRevisions => below(of_services("service-revision")),
        Resource::TaskDefinitions => {
            names.families.iter().map(|family| names.ecs(&format!("task-definition/{family}:*"))).collect()
        }
        Resource::Tasks => vec![names.ecs(&format!("task/{cluster}/*"))],
        Resource::Repositories => names.repositories.iter().cloned().collect(),
        Resource::OwnRepositories => names.own_repositories.iter().cloned().collect(),
        Resource::LogGroups => names.log_groups.iter().cloned().collect(),
        Resource::ServiceLinkedRole => {
            vec![names.role("aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")]
        }
    }
}

/// All that is below these names.
fn below(names: Vec<String>) -> Vec<String> {
    names.into_iter().map(|name| format!("{name}/*")).collect()
}

/// What narrows a permission that has no resources of its own.
fn condition(resource: Resource, names: &Names<'_>) -> Option<Value> {
    match resource {
        Resource::InCluster => Some(json!({"ArnLike": {"ecs:cluster": names.cluster_arn()}})),
        Resource::ServiceLinkedRole => Some(json!({"StringEquals": {"iam:AWSServiceName": "ecs.amazonaws.com"}})),
        Resource::Anything
        | Resource::Cluster
        | Resource::EveryService
        | Resource::Services
        | Resource::ServiceDeployments
        | Resource::ServiceRevisions
        | Resource::TaskDefinitions
        | Resource::Tasks
        | Resource::Repositories
        | Resource::OwnRepositories
        | Resource::LogGroups => None,
    }
}

fn with_condition(mut statement: Value, condition: Option<Value>) -> Value {
    if let (Some(members), Some(condition)) = (statement.as_object_mut(), condition) {
        members.insert("Condition".to_owned(), condition);
    }
    statement
}

/// The roles that tasks and services run with: who deploys hands them to ECS.
fn pass_roles(names: &Names<'_>) -> impl Iterator<Item = Value> {
    let roles = [
        ("Tasks", "ecs-tasks.amazonaws.com", &names.task_roles),
        ("Services", "ecs.amazonaws.com", &names.service_roles),
    ];
    let statements = roles.into_iter().filter(|(_, _, roles)| !roles.is_empty()).map(|(what, service, roles)| {
        json!({
            "Sid": format!("PassRolesOf{what}"),
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": roles,
            "Condition": {"StringEquals": {"iam:PassedToService": service}},
        })
    });
    statements.collect::<Vec<_>>().into_iter()
}
