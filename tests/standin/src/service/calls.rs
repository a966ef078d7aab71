//! Creating, describing and listing services.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::{Service, ServiceKey, ServiceStatus};
use crate::aws::{Aws, Made};
use crate::cluster::calls::{is_in_name, last_part};
use crate::definition::{Definition, Revision};
use crate::input::Input;
use crate::page::Pages;
use crate::tags;
use crate::task::Launch;
use crate::wire::{Answer, ApiError};

/// The members of an input that a service keeps.
pub(super) const KEPT: [&str; 20] = [
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
    "loadBalancers",
    "serviceRegistries",
    "deploymentConfiguration",
    "placementConstraints",
    "placementStrategy",
    "networkConfiguration",
    "healthCheckGracePeriodSeconds",
    "schedulingStrategy",
    "deploymentController",
    "enableECSManagedTags",
    "propagateTags",
    "enableExecuteCommand",
    "availabilityZoneRebalancing",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
    "role",
];

impl Aws {
    pub(crate) fn create_service(&mut self, input: Input<'_>) -> Answer {
        let cluster = self.active_cluster(input)?.name.clone();
        let name = input.text("serviceName").unwrap_or_default();
        if name.is_empty() || name.len() > 255 || !name.chars().all(is_in_name) {
            return Err(ApiError::invalid("Invalid service name."));
        }
        let key = ServiceKey { cluster, name: name.to_owned() };
        if let Some(answer) = self.created_before(&key, input)? {
            return Ok(answer);
        }
        let definition = self.usable(input.text("taskDefinition").unwrap_or_default())?;
        let tags = tags::given(input)?;
        let members = self.fill_service(&key, input, &definition)?;
        let daemon = members.get("schedulingStrategy").is_some_and(|value| value == "DAEMON");
        let desired = match input.whole("desiredCount") {
            Some(_) if daemon => {
                return Err(ApiError::invalid("The daemon scheduling strategy does not support a desired count."));
            }
            Some(count) => u64::try_from(count).map_err(|_| ApiError::invalid("desiredCount must not be negative."))?,
            None if daemon => 0,
            None => return Err(ApiError::invalid("desiredCount is needed for the REPLICA scheduling strategy.")),
        };
        let service = Service {
            key: key.clone(),
            status: ServiceStatus::Active,
            desired,
            revision: definition.revision,
            tags,
            deployments: Vec::new(),
            history: Vec::new(),
            revisions: Vec::new(),
            events: VecDeque::new(),
            members,
            created_at: self.now,
            created_by: self.principal(),
            deleted_at: None,
            completed: None,
            steady: false,
            wakes_at: None,
        };
        self.services.insert(key.clone(), service);
        self.begin_deployment(&key);
        if let Some(token) = input.text("clientToken") {
            let made = Made { input: input.0.clone(), arns: vec![self.service_arn(&key)] };
            self.tokens.insert(("CreateService", token.to_owned()), made);
        }
        Ok(self.service_answer(&key))
    }

    /// What a service of this name that is there says to its creation: nothing, if it is gone.
    fn created_before(&self, key: &ServiceKey, input: Input<'_>) -> Result<Option<Value>, ApiError> {
        let token = input.text("clientToken");
        if token.is_some_and(|token| token.len() > 36 || !token.is_ascii()) {
            return Err(ApiError::invalid("clientToken must have up to 36 ASCII characters."));
        }
        let made = token.and_then(|token| self.tokens.get(&("CreateService", token.to_owned())));
        let not_idempotent = || Err(ApiError::invalid("Creation of service was not idempotent."));
        match (self.services.get(key).map(|service| service.status), made) {
            (Some(ServiceStatus::Active), Some(made)) if made.input == *input.0 => Ok(Some(self.service_answer(key))),
            (Some(ServiceStatus::Active), _) | (_, Some(_)) => not_idempotent(),
            (Some(ServiceStatus::Draining), None) => {
                Err(ApiError::invalid("Unable to Start a service that is still Draining."))
            }
            (Some(ServiceStatus::Inactive) | None, None) => Ok(None),
        }
    }

    /// The members of a service, with the defaults that ECS adds, if they go together.
    fn fill_service(
        &self,
        key: &ServiceKey,
        input: Input<'_>,
        definition: &Definition,
    ) -> Result<Map<String, Value>, ApiError> {
        let mut members = input.pick(&KEPT);
        if members.contains_key("launchType") && members.contains_key("capacityProviderStrategy") {
            return Err(ApiError::invalid(
                "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
            ));
        }
        let daemon = input.text("schedulingStrategy") == Some("DAEMON");
        let lists = ["loadBalancers", "serviceRegistries", "placementConstraints", "placementStrategy"];
        for name in lists {
            members.entry(name).or_insert(json!([]));
        }
        let defaults = [
            ("schedulingStrategy", json!("REPLICA")),
            ("deploymentController", json!({"type": "ECS"})),
            ("enableECSManagedTags", json!(false)),
            ("propagateTags", json!("NONE")),
            ("enableExecuteCommand", json!(false)),
            ("availabilityZoneRebalancing", json!("ENABLED")),
            ("deploymentConfiguration", json!({})),
        ];
        for (name, value) in defaults {
            members.entry(name).or_insert(value);
        }
        super::update::fill_configuration(&mut members, daemon);
        let launch = self.launch(&key.cluster, Input(&Value::Object(members.clone())))?;
        check_together(&members, definition, &launch)?;
        if matches!(launch, Launch::Fargate { .. }) {
            if daemon {
                return Err(ApiError::invalid("The daemon scheduling strategy is not supported on Fargate."));
            }
            members.entry("platformVersion").or_insert(json!("LATEST"));
        }
        if let (Launch::Instance { provider: None, .. }, false) =
            (&launch, members.contains_key("capacityProviderStrategy"))
        {
            members.entry("launchType").or_insert(json!("EC2"));
        }
        Ok(members)
    }

    /// Where the tasks of an input run that says `launchType`, `capacityProviderStrategy` or nothing.
    pub(crate) fn launch(&self, cluster: &str, input: Input<'_>) -> Result<Launch, ApiError> {
        let own: Vec<Input<'_>> = input.items("capacityProviderStrategy").collect();
        let cluster = self.clusters.get(cluster);
        let member = |name: &str| cluster.and_then(|cluster| cluster.members.get(name)).and_then(Value::as_array);
        let provider = match (own.first(), input.text("launchType")) {
            (Some(item), _) => {
                let provider = item.text("capacityProvider").unwrap_or_default();
                let known = member("capacityProviders").is_some_and(|list| list.iter().any(|one| one == provider));
                if !known {
                    return Err(ApiError::invalid(
                        "The specified capacity provider strategy cannot contain a capacity provider that is not \
                         associated with the cluster.",
                    ));
                }
                Some(provider.to_owned())
            }
            (None, Some("FARGATE")) => return Ok(Launch::Fargate { provider: None }),
            (None, Some(_)) => None,
            (None, None) => {
                let first = member("defaultCapacityProviderStrategy").and_then(|list| list.first());
                first.and_then(|item| item.get("capacityProvider")).and_then(Value::as_str).map(str::to_owned)
            }
        };
        Ok(match provider {
            Some(provider) if provider.starts_with("FARGATE") => Launch::Fargate { provider: Some(provider) },
            provider => Launch::Instance { instance: String::new(), provider },
        })
    }

    pub(crate) fn describe_services(&mut self, input: Input<'_>) -> Answer {
        let cluster = self.active_cluster(input)?.name.clone();
        let names = input.texts("services");
        if names.is_empty() {
            return Err(ApiError::invalid("Services cannot be empty."));
        }
        if names.len() > 10 {
            return Err(ApiError::invalid("Services must have at most 10 entries."));
        }
        let (mut found, mut failures) = (Vec::new(), Vec::new());
        for name in names {
            check_cluster(&cluster, name)?;
            let key = ServiceKey { cluster: cluster.clone(), name: last_part(name).to_owned() };
            let lag = self.settings.describe_lag;
            match self.services.get(&key).filter(|service| self.now >= service.created_at + lag || lag.is_zero()) {
                Some(service) => found.push(self.render_service(service, input.includes("include", "TAGS"))),
                None => failures.push(json!({"arn": self.service_arn(&key), "reason": "MISSING"})),
            }
        }
        Ok(json!({"services": found, "failures": failures}))
    }

    pub(crate) fn list_services(&mut self, input: Input<'_>) -> Answer {
        let cluster = &self.active_cluster(input)?.name;
        let (now, lag) = (self.now, self.settings.list_lag);
        let is_listed = |service: &&Service| {
            let is_known = now >= service.created_at + lag;
            let is_gone = service.deleted_at.is_some_and(|at| now >= at + lag);
            let text = |name: &str| service.members.get(name).and_then(Value::as_str);
            &service.key.cluster == cluster
                && is_known
                && !is_gone
                && input.text("launchType").is_none_or(|wanted| text("launchType") == Some(wanted))
                && input.text("schedulingStrategy").is_none_or(|wanted| text("schedulingStrategy") == Some(wanted))
        };
        let arns = self.services.values().filter(is_listed).map(|service| json!(self.service_arn(&service.key)));
        self.page(arns.collect(), input, Pages { usual: 10, ..Pages::of("serviceArns") })
    }

    pub(crate) fn service_arn(&self, key: &ServiceKey) -> String {
        self.settings.arn(format_args!("service/{}/{}", key.cluster, key.name))
    }

    /// The service of a call that has to have one.
    pub(crate) fn service_key(&self, input: Input<'_>, member: &str) -> Result<ServiceKey, ApiError> {
        let cluster = self.active_cluster(input)?.name.clone();
        let name = input.text(member).unwrap_or_default();
        check_cluster(&cluster, name)?;
        let key = ServiceKey { cluster, name: last_part(name).to_owned() };
        if self.services.contains_key(&key) {
            Ok(key)
        } else {
            Err(ApiError::new("ServiceNotFoundException", "Service not found."))
        }
    }

    pub(crate) fn service_answer(&self, key: &ServiceKey) -> Value {
        json!({"service": self.services.get(key).map(|service| self.render_service(service, true))})
    }

    /// The revision of a service's task definition, which may be deregistered but is kept.
    pub(crate) fn kept(&self, revision: &Revision) -> Option<Definition> {
        self.definitions.revisions.get(revision).cloned()
    }
}

/// Whether the members of a service go together with its task definition.
pub(crate) fn check_together(
    members: &Map<String, Value>,
    definition: &Definition,
    launch: &Launch,
) -> Result<(), ApiError> {
    let name = match launch {
        Launch::Fargate { .. } => "FARGATE",
        Launch::Instance { .. } => "EC2",
    };
    if !definition.is_compatible(name) {
        return Err(ApiError::invalid(format!("Task definition does not support launch_type {name}.")));
    }
    let network = members.get("networkConfiguration").and_then(|value| value.get("awsvpcConfiguration"));
    match (definition.network_mode() == "awsvpc", network) {
        (true, None) => {
            return Err(ApiError::invalid(
                "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            ));
        }
        (false, Some(_)) => {
            return Err(ApiError::invalid(
                "Network Configuration is not valid for the given networkMode of this task definition.",
            ));
        }
        (true, Some(network)) if Input(network).items("subnets").next().is_none() => {
            return Err(ApiError::invalid("subnets can not be empty."));
        }
        _ => {}
    }
    let balancers = members.get("loadBalancers").and_then(Value::as_array).into_iter().flatten();
    for balancer in balancers.map(Input) {
        let container = balancer.text("containerName").unwrap_or_default();
        if !definition.containers.iter().any(|other| other.name == container) {
            return Err(ApiError::invalid(format!("The container {container} does not exist in the task definition.")));
        }
    }
    Ok(())
}

/// Whether the ARN of a service is of this cluster; a name always is.
fn check_cluster(cluster: &str, name: &str) -> Result<(), ApiError> {
    match name.rsplit('/').nth(1) {
        Some(other) if name.starts_with("arn:") && other != cluster && !other.ends_with(":service") => {
            Err(ApiError::invalid(format!("Identifier is for {other}. Your cluster is {cluster}")))
        }
        _ => Ok(()),
    }
}
