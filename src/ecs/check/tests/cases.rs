//! Changes that break a rule each.

use crate::ecs::check::Rule;
use crate::ecs::container::{
    Capabilities, ContainerCondition, ContainerDefinition, HostEntry, LinuxParameters, PortMapping, Protocol,
    RestartPolicy, SystemControl, Tmpfs, Ulimit, VolumeFrom,
};
use crate::ecs::name::{ContainerName, Family, ServiceName, VolumeName};
use crate::ecs::sample;
use crate::ecs::service::{
    CapacityProviderStrategyItem, ClientAlias, LoadBalancer, NetworkConfiguration, PlacementConstraintType,
    PlacementStrategy, PlacementStrategyType, PropagateTags, SchedulingStrategy, ServiceConnectConfiguration,
    ServiceConnectService,
};
use crate::ecs::task::{
    DockerVolume, EphemeralStorage, HostVolume, NamespaceMode, NetworkMode, Tag, VolumeKind, VolumeScope,
};
use crate::ecs::unit::{CpuUnits, MemoryMib, Seconds};
use crate::ecs::{KeyValue, Stack, Switch};
use crate::options::LaunchType;

/// A rule, the field where it is broken, and how.
pub(super) type Case = (Rule, &'static str, fn(&mut Stack));

/// The container on instances that uses every field.
fn web(stack: &mut Stack) -> &mut ContainerDefinition {
    &mut stack.task_definitions[0].container_definitions[0]
}

/// Another container of its task, without anything.
fn cache(stack: &mut Stack) -> &mut ContainerDefinition {
    &mut stack.task_definitions[0].container_definitions[1]
}

/// The container on Fargate.
fn api(stack: &mut Stack) -> &mut ContainerDefinition {
    &mut stack.task_definitions[1].container_definitions[0]
}

/// A container alone in a task on instances.
fn alone(stack: &mut Stack) -> &mut ContainerDefinition {
    &mut stack.task_definitions[2].container_definitions[0]
}

/// The Linux parameters of the container on instances.
fn linux(stack: &mut Stack) -> &mut LinuxParameters {
    web(stack).linux_parameters.as_mut().unwrap()
}

/// What the service on instances offers to others.
fn connect(stack: &mut Stack) -> &mut ServiceConnectConfiguration {
    stack.services[0].service_connect_configuration.as_mut().unwrap()
}

/// The network of the service on Fargate.
fn network(stack: &mut Stack) -> &mut NetworkConfiguration {
    stack.services[1].network_configuration.as_mut().unwrap()
}

/// Sets one option of a container's logging.
fn log(container: &mut ContainerDefinition, option: &str, value: &str) {
    container.log_configuration.as_mut().unwrap().options.insert(option.into(), value.into());
}

/// Puts a logging driver with these options in place of the one that is there.
fn driver(container: &mut ContainerDefinition, driver: &str, options: &[(&str, &str)]) {
    let log = container.log_configuration.get_or_insert_with(sample::log_configuration);
    log.log_driver = driver.into();
    log.options = sample::texts(options);
}

/// The policy by which the first container starts again.
fn restarts(stack: &mut Stack) -> &mut RestartPolicy {
    web(stack).restart_policy.as_mut().unwrap()
}

/// Tells a log router where its configuration is.
fn router(container: &mut ContainerDefinition, options: &[(&str, &str)]) {
    container.firelens_configuration.as_mut().unwrap().options = sample::texts(options);
}

/// Stacks that break a rule each.
pub(super) const CASES: &[Case] = &[
    // Tasks.
    (Rule::Name, "", |stack| stack.task_definitions[2].family = Family("a.b".into())),
    (Rule::NameDup, "", |stack| stack.task_definitions.push(sample::task("shop-migrate"))),
    (Rule::ContainersCount, "", |stack| {
        let names = (0..10).map(|number| sample::container(&format!("more-{number}")));
        stack.task_definitions[2].container_definitions.extend(names);
    }),
    (Rule::ContainersCount, "", |stack| stack.task_definitions[2].container_definitions.clear()),
    (Rule::Essential, "essential", |stack| alone(stack).essential = false),
    (Rule::TdSize, "", |stack| alone(stack).command = vec!["x".repeat(65_536)]),
    (Rule::RoleArn, "", |stack| stack.task_definitions[2].task_role_arn = Some("arn:aws:iam::1:role/a".into())),
    (Rule::RoleArn, "", |stack| stack.task_definitions[2].execution_role_arn = Some("a b".into())),
    (Rule::ShapeEnum, "", |stack| stack.task_definitions[2].pid_mode = Some(NamespaceMode::None)),
    (Rule::FargateParam, "", |stack| stack.task_definitions[1].pid_mode = Some(NamespaceMode::Host)),
    (Rule::FargateParam, "", |stack| stack.task_definitions[1].ipc_mode = Some(NamespaceMode::Task)),
    (Rule::Tags, "", |stack| stack.task_definitions[2].tags = vec![tag("", "")]),
    (Rule::Tags, "", |stack| stack.task_definitions[2].tags = vec![tag("a", "1"), tag("a", "2")]),
    (Rule::Tags, "", |stack| stack.task_definitions[2].tags = vec![tag("AWS:a", "")]),
    (Rule::Tags, "", |stack| stack.task_definitions[2].tags = vec![tag("a", "é*")]),
    (Rule::Tags, "", |stack| {
        stack.task_definitions[2].tags = (0..51).map(|number| tag(&number.to_string(), "")).collect();
    }),
    (Rule::FargateSize, "", |stack| stack.task_definitions[1].memory = Some(MemoryMib(5 * 1024))),
    (Rule::FargateSize, "", |stack| stack.task_definitions[1].cpu = None),
    (Rule::TaskSize, "", |stack| stack.task_definitions[2].cpu = Some(CpuUnits(127))),
    (Rule::CpuSum, "", |stack| cache(stack).cpu = Some(CpuUnits(769))),
    (Rule::MemSum, "", |stack| cache(stack).memory = Some(MemoryMib(641))),
    (Rule::MemMin, "memory", |stack| alone(stack).memory = Some(MemoryMib(5))),
    (Rule::MemMin, "", |stack| {
        alone(stack).memory = None;
        stack.task_definitions[2].memory = Some(MemoryMib(5));
    }),
    // Containers.
    (Rule::Name, "name", |stack| alone(stack).name = ContainerName("a.b".into())),
    (Rule::NameDup, "name", |stack| {
        stack.task_definitions[2].container_definitions.push(sample::container("app"));
    }),
    (Rule::Image, "image", |stack| alone(stack).image = "a:".into()),
    (Rule::MemReservation, "memory", |stack| alone(stack).memory_reservation = Some(MemoryMib(129))),
    (Rule::MemOverTask, "memory", |stack| {
        alone(stack).memory = Some(MemoryMib(65));
        alone(stack).memory_reservation = Some(MemoryMib(64));
        stack.task_definitions[2].memory = Some(MemoryMib(64));
    }),
    (Rule::MemRequired, "memory", |stack| alone(stack).memory = None),
    (Rule::ShapeRange, "memory", |stack| alone(stack).memory = Some(MemoryMib(u32::MAX))),
    (Rule::ShapeRange, "cpu", |stack| alone(stack).cpu = Some(CpuUnits(u32::MAX))),
    (Rule::Workdir, "workingDirectory", |stack| alone(stack).working_directory = Some("srv".into())),
    (Rule::User, "user", |stack| alone(stack).user = Some("a:b:c".into())),
    (Rule::User, "user", |stack| alone(stack).user = Some("-1".into())),
    (Rule::EnvName, "environment", |stack| alone(stack).environment = vec![variable("")]),
    (Rule::EnvName, "secrets", |stack| web(stack).secrets[0].name = "a=b".into()),
    (Rule::EnvDup, "environment", |stack| alone(stack).environment = vec![variable("A"), variable("A")]),
    (Rule::SecretDup, "secrets", |stack| {
        let secret = web(stack).secrets[0].clone();
        web(stack).secrets.push(secret);
    }),
    (Rule::EnvClash, "secrets", |stack| web(stack).environment.push(variable("TOKEN"))),
    (Rule::SecretRef, "secrets", |stack| web(stack).secrets[0].value_from = "arn:aws:s3:::a".into()),
    (Rule::ExecRole, "secrets", |stack| stack.task_definitions[0].execution_role_arn = None),
    (Rule::Timeout, "stopTimeout", |stack| api(stack).stop_timeout = Some(Seconds(121))),
    (Rule::Timeout, "startTimeout", |stack| api(stack).start_timeout = Some(Seconds(1))),
    (Rule::ShapeRange, "stopTimeout", |stack| alone(stack).stop_timeout = Some(Seconds(u32::MAX))),
    (Rule::Privileged, "privileged", |stack| api(stack).privileged = Some(true)),
    (Rule::SecurityOpt, "dockerSecurityOptions", |stack| {
        alone(stack).docker_security_options = vec!["seccomp:unconfined".into()];
    }),
    (Rule::SecurityOpt, "credentialSpecs", |stack| {
        let spec = web(stack).credential_specs[0].clone();
        web(stack).credential_specs.push(spec);
    }),
    (Rule::Envfile, "environmentFiles", |stack| web(stack).environment_files[0].value = "arn:aws:s3:::b/web".into()),
    (Rule::Envfile, "environmentFiles", |stack| {
        let file = web(stack).environment_files[0].clone();
        web(stack).environment_files = vec![file; 11];
    }),
    (Rule::Restart, "restartPolicy", |stack| restarts(stack).restart_attempt_period = Seconds(59)),
    (Rule::Restart, "restartPolicy", |stack| restarts(stack).ignored_exit_codes = (0..51).collect()),
    (Rule::FargateParam, "dockerSecurityOptions", |stack| {
        api(stack).docker_security_options = vec!["no-new-privileges".into()];
    }),
    (Rule::Gpu, "resourceRequirements", |stack| web(stack).resource_requirements[0].value = "0".into()),
    (Rule::Gpu, "resourceRequirements", |stack| {
        api(stack).resource_requirements = web(stack).resource_requirements.clone();
    }),
    // Health checks.
    (Rule::HcForm, "healthCheck", |stack| cache(stack).health_check.as_mut().unwrap().command = words(&["NONE"])),
    (Rule::HcForm, "healthCheck", |stack| cache(stack).health_check.as_mut().unwrap().command = words(&["CMD"])),
    (Rule::HcForm, "healthCheck", |stack| {
        cache(stack).health_check.as_mut().unwrap().command = words(&["CMD-SHELL", "a", "b"]);
    }),
    (Rule::HcForm, "healthCheck", |stack| {
        cache(stack).health_check.as_mut().unwrap().command = words(&["CMD-SHELL", " "]);
    }),
    (Rule::HcRange, "healthCheck", |stack| {
        cache(stack).health_check.as_mut().unwrap().interval = Some(Seconds(4));
    }),
    (Rule::HcRange, "healthCheck", |stack| {
        cache(stack).health_check.as_mut().unwrap().timeout = Some(Seconds(61));
    }),
    (Rule::HcRange, "healthCheck", |stack| cache(stack).health_check.as_mut().unwrap().retries = Some(0)),
    (Rule::HcRange, "healthCheck", |stack| {
        cache(stack).health_check.as_mut().unwrap().start_period = Some(Seconds(301));
    }),
    // Order.
    (Rule::DepTarget, "dependsOn", |stack| {
        alone(stack).depends_on = vec![sample::dependency("nobody", ContainerCondition::Start)];
    }),
    (Rule::DepDup, "dependsOn", |stack| {
        web(stack).depends_on.push(sample::dependency("cache", ContainerCondition::Start));
    }),
    (Rule::DepCycle, "dependsOn", |stack| {
        cache(stack).depends_on = vec![sample::dependency("web", ContainerCondition::Start)];
    }),
    (Rule::DepCycle, "dependsOn", |stack| {
        alone(stack).depends_on = vec![sample::dependency("app", ContainerCondition::Start)];
    }),
    (Rule::DepCycle, "links", |stack| cache(stack).links = vec!["web".into()]),
    (Rule::DepHealth, "dependsOn", |stack| cache(stack).health_check = None),
    (Rule::DepEssential, "dependsOn", |stack| {
        stack.task_definitions[0].container_definitions[2].essential = true;
    }),
    // Network.
    (Rule::Netmode, "", |stack| {
        stack.task_definitions[1].network_mode = NetworkMode::Bridge;
        stack.services[1].network_configuration = None;
    }),
    (Rule::PortNone, "portMappings", |stack| {
        stack.task_definitions[2].network_mode = NetworkMode::None;
        alone(stack).port_mappings = vec![sample::port(80)];
    }),
    (Rule::PortRange, "portMappings", |stack| {
        alone(stack).port_mappings = vec![PortMapping { container_port: None, ..sample::port(80) }];
    }),
    (Rule::PortRange, "portMappings", |stack| alone(stack).port_mappings = vec![sample::port(0)]),
    (Rule::PortRange, "portMappings", |stack| alone(stack).port_mappings = vec![range("90-80")]),
    (Rule::PortRange, "portMappings", |stack| alone(stack).port_mappings = vec![range("80-65536")]),
    (Rule::PortRange, "portMappings", |stack| {
        alone(stack).port_mappings = vec![PortMapping { host_port: Some(80), ..range("80-90") }];
    }),
    (Rule::PortRange, "portMappings", |stack| {
        alone(stack).port_mappings = (0..101).map(|n| range(&format!("{}-{}", 1000 + 2 * n, 1001 + 2 * n))).collect();
    }),
    (Rule::PortHost, "portMappings", |stack| api(stack).port_mappings[0].host_port = Some(80)),
    (Rule::PortDup, "portMappings", |stack| {
        cache(stack).port_mappings = vec![PortMapping { host_port: Some(443), ..sample::port(1) }];
    }),
    (Rule::PortDup, "portMappings", |stack| api(stack).port_mappings.push(range("8000-8100"))),
    (Rule::PortDup, "portMappings", |stack| alone(stack).port_mappings = vec![range("80-90"), range("90-99")]),
    (Rule::PortProto, "portMappings", |stack| {
        alone(stack).port_mappings =
            vec![sample::port(53), PortMapping { protocol: Protocol::Udp, ..sample::port(53) }];
    }),
    (Rule::PortReserved, "portMappings", |stack| {
        alone(stack).port_mappings = vec![PortMapping { host_port: Some(22), ..sample::port(22) }];
    }),
    (Rule::PortName, "portMappings", |stack| {
        alone(stack).port_mappings = vec![PortMapping { name: Some("HTTP".into()), ..sample::port(80) }];
    }),
    (Rule::PortNameDup, "portMappings", |stack| {
        cache(stack).port_mappings = vec![PortMapping { name: Some("web".into()), ..sample::port(80) }];
    }),
    (Rule::Links, "links", |stack| alone(stack).links = vec!["nobody".into()]),
    (Rule::Links, "links", |stack| alone(stack).links = vec!["app:self".into()]),
    (Rule::Links, "links", |stack| web(stack).links.push("init:redis".into())),
    (Rule::Links, "links", |stack| web(stack).links[0] = "cache:a.b".into()),
    (Rule::Links, "links", |stack| {
        stack.task_definitions[1].container_definitions.push(unmetered("peer"));
        api(stack).links = vec!["peer".into()];
    }),
    (Rule::Hostname, "hostname", |stack| alone(stack).hostname = Some("-a".into())),
    (Rule::Hostname, "hostname", |stack| api(stack).hostname = Some("api".into())),
    (Rule::Hosts, "extraHosts", |stack| alone(stack).extra_hosts = vec![host("gateway", "host-gateway")]),
    (Rule::Hosts, "extraHosts", |stack| alone(stack).extra_hosts = vec![host("a b", "10.0.0.1")]),
    (Rule::Hosts, "extraHosts", |stack| api(stack).extra_hosts = vec![host("mail", "10.0.0.1")]),
    (Rule::Dns, "dnsServers", |stack| alone(stack).dns_servers = words(&["dns.example.com"])),
    (Rule::Dns, "dnsSearchDomains", |stack| alone(stack).dns_search_domains = words(&["a b"])),
    (Rule::Dns, "dnsServers", |stack| api(stack).dns_servers = words(&["10.0.0.2"])),
    // Linux.
    (Rule::LinuxFargate, "linuxParameters", |stack| {
        let shared_memory_size = Some(MemoryMib(64));
        api(stack).linux_parameters = Some(LinuxParameters { shared_memory_size, ..LinuxParameters::default() });
    }),
    (Rule::LinuxFargate, "linuxParameters", |stack| {
        let max_swap = Some(MemoryMib(64));
        api(stack).linux_parameters = Some(LinuxParameters { max_swap, ..LinuxParameters::default() });
    }),
    (Rule::LinuxCap, "linuxParameters", |stack| {
        linux(stack).capabilities = Some(Capabilities { add: Vec::new(), drop: words(&["CAP_KILL"]) });
    }),
    (Rule::LinuxCap, "linuxParameters", |stack| {
        let capabilities = Some(Capabilities { add: words(&["SYS_PTRACE", "KILL"]), drop: words(&["ALL"]) });
        api(stack).linux_parameters = Some(LinuxParameters { capabilities, ..LinuxParameters::default() });
    }),
    (Rule::LinuxSwap, "linuxParameters", |stack| linux(stack).swappiness = Some(101)),
    (Rule::LinuxSwap, "linuxParameters", |stack| linux(stack).max_swap = None),
    (Rule::LinuxShm, "linuxParameters", |stack| linux(stack).shared_memory_size = Some(MemoryMib(0))),
    (Rule::LinuxTmpfs, "linuxParameters", |stack| linux(stack).tmpfs[0].size = MemoryMib(0)),
    (Rule::LinuxTmpfs, "linuxParameters", |stack| linux(stack).tmpfs[0].mount_options = words(&["size=1"])),
    (Rule::LinuxDevice, "linuxParameters", |stack| linux(stack).devices[0].container_path = Some("fuse".into())),
    (Rule::LinuxDevice, "linuxParameters", |stack| {
        let permissions = &mut linux(stack).devices[0].permissions;
        permissions.push(permissions[0]);
    }),
    (Rule::ShapeEnum, "ulimits", |stack| web(stack).ulimits[0].name = "files".into()),
    (Rule::Ulimit, "ulimits", |stack| web(stack).ulimits[0].hard_limit = 1023),
    (Rule::Ulimit, "ulimits", |stack| {
        let ulimit = web(stack).ulimits[0].clone();
        web(stack).ulimits.push(ulimit);
    }),
    (Rule::Ulimit, "ulimits", |stack| {
        api(stack).ulimits = vec![Ulimit { name: "core".into(), soft_limit: 0, hard_limit: 0 }];
    }),
    (Rule::Sysctl, "systemControls", |stack| alone(stack).system_controls = vec![control("vm.max_map_count")]),
    (Rule::Sysctl, "systemControls", |stack| {
        alone(stack).system_controls = vec![control("net.core.somaxconn"), control("net.core.somaxconn")];
    }),
    (Rule::Sysctl, "systemControls", |stack| {
        alone(stack).system_controls = vec![control("net.core.somaxconn")];
        stack.task_definitions[2].network_mode = NetworkMode::Host;
    }),
    (Rule::Sysctl, "systemControls", |stack| {
        alone(stack).system_controls = vec![control("kernel.sem")];
        stack.task_definitions[2].ipc_mode = Some(NamespaceMode::Host);
    }),
    // Volumes.
    (Rule::VolName, "volume", |stack| {
        stack.task_definitions[2].volumes = vec![sample::volume("a.b", VolumeKind::Task {})];
    }),
    (Rule::VolName, "volume", |stack| {
        stack.task_definitions[1].volumes.push(sample::volume("scratch", VolumeKind::Task {}));
    }),
    (Rule::VolHost, "volume", |stack| stack.task_definitions[0].volumes[1].kind = host_volume("etc")),
    (Rule::VolHost, "volume", |stack| stack.task_definitions[1].volumes[0].kind = host_volume("/etc")),
    (Rule::VolDocker, "volume", |stack| {
        stack.task_definitions[1].volumes[0].kind = VolumeKind::DockerVolumeConfiguration(sample::docker_volume());
    }),
    (Rule::VolDocker, "volume", |stack| {
        let volume = DockerVolume { scope: VolumeScope::Task, ..sample::docker_volume() };
        stack.task_definitions[0].volumes[0].kind = VolumeKind::DockerVolumeConfiguration(volume);
    }),
    (Rule::VolEfs, "volume", |stack| {
        if let VolumeKind::EfsVolumeConfiguration(volume) = &mut stack.task_definitions[1].volumes[1].kind {
            volume.file_system_id = "files".into();
        }
    }),
    (Rule::VolEfs, "volume", |stack| {
        if let VolumeKind::EfsVolumeConfiguration(volume) = &mut stack.task_definitions[1].volumes[1].kind {
            (volume.transit_encryption, volume.transit_encryption_port) = (None, None);
        }
    }),
    (Rule::VolEfs, "volume", |stack| {
        if let VolumeKind::EfsVolumeConfiguration(volume) = &mut stack.task_definitions[1].volumes[1].kind {
            (volume.transit_encryption, volume.authorization_config) = (None, None);
        }
    }),
    (Rule::VolEfs, "volume", |stack| {
        if let VolumeKind::EfsVolumeConfiguration(volume) = &mut stack.task_definitions[1].volumes[1].kind {
            volume.authorization_config.as_mut().unwrap().access_point_id = Some("fsap-0123abcd".into());
        }
    }),
    (Rule::Ephemeral, "", |stack| {
        stack.task_definitions[1].ephemeral_storage = Some(EphemeralStorage { size_in_gib: 20 });
    }),
    (Rule::Ephemeral, "", |stack| {
        stack.task_definitions[0].ephemeral_storage = Some(EphemeralStorage { size_in_gib: 50 });
    }),
    (Rule::MountVol, "mountPoints", |stack| {
        web(stack).mount_points[0].source_volume = VolumeName("nothing".into());
    }),
    (Rule::MountPath, "mountPoints", |stack| web(stack).mount_points[0].container_path = "data".into()),
    (Rule::MountPath, "mountPoints", |stack| web(stack).mount_points[0].container_path = "/a/..".into()),
    (Rule::MountDup, "mountPoints", |stack| web(stack).mount_points[0].container_path = "/etc//app/".into()),
    (Rule::MountDup, "linuxParameters", |stack| {
        linux(stack).tmpfs.push(Tmpfs {
            container_path: "/data".into(),
            size: MemoryMib(1),
            mount_options: Vec::new(),
        });
    }),
    (Rule::Volfrom, "volumesFrom", |stack| alone(stack).volumes_from = vec![from("nobody")]),
    (Rule::Volfrom, "volumesFrom", |stack| alone(stack).volumes_from = vec![from("app")]),
    (Rule::Volfrom, "volumesFrom", |stack| web(stack).volumes_from.push(from("cache"))),
    // Logs.
    (Rule::ShapeEnum, "logConfiguration", |stack| driver(alone(stack), "none", &[])),
    (Rule::LogDriver, "logConfiguration", |stack| driver(api(stack), "json-file", &[])),
    (Rule::LogAwslogs, "logConfiguration", |stack| driver(alone(stack), "awslogs", &[("awslogs-group", "a")])),
    (Rule::LogAwslogs, "logConfiguration", |stack| log(web(stack), "awslogs-region", "europe")),
    (Rule::LogAwslogs, "logConfiguration", |stack| log(web(stack), "awslogs-group", "a b")),
    (Rule::LogAwslogs, "logConfiguration", |stack| log(web(stack), "awslogs-create-group", "false")),
    (Rule::LogAwslogs, "logConfiguration", |stack| log(web(stack), "awslogs-stream-prefix", "a:b")),
    (Rule::LogAwslogs, "logConfiguration", |stack| {
        log(web(stack), "awslogs-datetime-format", "%Y");
        log(web(stack), "awslogs-multiline-pattern", "^a");
    }),
    (Rule::LogAwslogs, "logConfiguration", |stack| {
        api(stack).log_configuration.as_mut().unwrap().options.shift_remove("awslogs-stream-prefix");
    }),
    (Rule::LogOption, "logConfiguration", |stack| driver(alone(stack), "json-file", &[("max-sizes", "1m")])),
    (Rule::LogOption, "logConfiguration", |stack| driver(alone(stack), "splunk", &[("splunk-url", "a")])),
    (Rule::LogOption, "logConfiguration", |stack| driver(alone(stack), "gelf", &[("tag", "a")])),
    (Rule::LogOption, "logConfiguration", |stack| log(web(stack), "mode", "often")),
    (Rule::LogOption, "logConfiguration", |stack| log(web(stack), "mode", "blocking")),
    (Rule::LogOption, "logConfiguration", |stack| log(web(stack), "max-buffer-size", "much")),
    (Rule::LogFirelens, "logConfiguration", |stack| driver(alone(stack), "awsfirelens", &[])),
    (Rule::LogFirelens, "logConfiguration", |stack| driver(cache(stack), "awsfirelens", &[])),
    (Rule::Firelens, "firelensConfiguration", |stack| {
        web(stack).firelens_configuration = cache(stack).firelens_configuration.clone();
    }),
    (Rule::Firelens, "firelensConfiguration", |stack| router(cache(stack), &[("config-file-type", "git")])),
    (Rule::Firelens, "firelensConfiguration", |stack| router(cache(stack), &[("config-file-type", "file")])),
    (Rule::Firelens, "firelensConfiguration", |stack| router(cache(stack), &[("config-file-value", "/a.conf")])),
    (Rule::Firelens, "firelensConfiguration", |stack| {
        api(stack).firelens_configuration = cache(stack).firelens_configuration.clone();
        router(api(stack), &[("config-file-type", "s3"), ("config-file-value", "arn:aws:s3:::b/a.conf")]);
    }),
    (Rule::SecretRef, "logConfiguration", |stack| {
        let init = stack.task_definitions[0].container_definitions.last_mut().unwrap();
        init.log_configuration.as_mut().unwrap().secret_options[0].value_from = "arn:aws:s3:::a".into();
    }),
    (Rule::LogOption, "logConfiguration", |stack| {
        let init = stack.task_definitions[0].container_definitions.last_mut().unwrap();
        init.log_configuration.as_mut().unwrap().secret_options[0].name = "token".into();
    }),
    (Rule::ExecRole, "logConfiguration", |stack| {
        stack.task_definitions[1].execution_role_arn = None;
        api(stack).secrets.clear();
        api(stack).image = "nginx".into();
    }),
    (Rule::ExecRole, "image", |stack| {
        stack.task_definitions[1].execution_role_arn = None;
        api(stack).secrets.clear();
        api(stack).log_configuration = None;
    }),
    // The cluster.
    (Rule::Name, "stack", |stack| stack.cluster.cluster_name = "a.b".into()),
    (Rule::ScName, "stack", |stack| stack.cluster.service_connect_defaults.as_mut().unwrap().namespace = "a/b".into()),
    // Services.
    (Rule::SvcRef, "taskDefinition", |stack| {
        stack.services[0].task_definition = Family("nothing".into());
        stack.services[0].service_connect_configuration = None;
    }),
    (Rule::SvcDup, "serviceName", |stack| {
        let mut service = sample::service("shop-web");
        service.service_connect_configuration = None;
        stack.services.push(service);
    }),
    (Rule::Name, "serviceName", |stack| stack.services[0].service_name = ServiceName("a.b".into())),
    (Rule::SvcCount, "desiredCount", |stack| stack.services[0].desired_count = None),
    (Rule::ShapeRange, "desiredCount", |stack| stack.services[0].desired_count = Some(u32::MAX)),
    (Rule::SvcDaemon, "desiredCount", |stack| {
        stack.services[0].scheduling_strategy = SchedulingStrategy::Daemon;
        stack.services[0].placement_strategy.clear();
        stack.services[0].deployment_configuration.maximum_percent = None;
        stack.services[0].deployment_configuration.minimum_healthy_percent = None;
    }),
    (Rule::SvcDaemon, "placementStrategy", |stack| {
        stack.services[0].scheduling_strategy = SchedulingStrategy::Daemon;
        stack.services[0].desired_count = None;
        stack.services[0].deployment_configuration.maximum_percent = None;
        stack.services[0].deployment_configuration.minimum_healthy_percent = None;
    }),
    (Rule::SvcDaemon, "schedulingStrategy", |stack| {
        stack.services[1].scheduling_strategy = SchedulingStrategy::Daemon;
        stack.services[1].desired_count = None;
    }),
    (Rule::DeployRange, "deploymentConfiguration", |stack| {
        stack.services[0].deployment_configuration.minimum_healthy_percent = Some(101);
    }),
    (Rule::DeployRange, "deploymentConfiguration", |stack| {
        stack.services[0].scheduling_strategy = SchedulingStrategy::Daemon;
        stack.services[0].desired_count = None;
        stack.services[0].placement_strategy.clear();
    }),
    (Rule::DeployStuck, "deploymentConfiguration", |stack| {
        stack.services[0].deployment_configuration.maximum_percent = Some(100);
    }),
    (Rule::DeployStuck, "deploymentConfiguration", |stack| {
        stack.services[0].deployment_configuration.maximum_percent = Some(149);
        stack.services[0].deployment_configuration.minimum_healthy_percent = Some(51);
    }),
    (Rule::SvcNet, "networkConfiguration", |stack| stack.services[1].network_configuration = None),
    (Rule::SvcNet, "networkConfiguration", |stack| {
        let mut configuration = sample::network();
        configuration.awsvpc_configuration.assign_public_ip = None;
        stack.services[0].network_configuration = Some(configuration);
    }),
    (Rule::SvcNet, "networkConfiguration", |stack| network(stack).awsvpc_configuration.subnets.clear()),
    (Rule::SvcNet, "networkConfiguration", |stack| {
        network(stack).awsvpc_configuration.security_groups = words(&["default"]);
    }),
    (Rule::SvcNet, "networkConfiguration", |stack| {
        network(stack).awsvpc_configuration.subnets = words(&["subnet-1", "subnet-1"]);
    }),
    (Rule::SvcGrace, "healthCheckGracePeriodSeconds", |stack| {
        stack.services[0].health_check_grace_period_seconds = Some(Seconds(60));
    }),
    (Rule::SvcLaunch, "launchType", |stack| stack.services[1].launch_type = Some(LaunchType::Fargate)),
    (Rule::SvcCps, "capacityProviderStrategy", |stack| {
        stack.services[1].capacity_provider_strategy.iter_mut().for_each(|item| item.weight = None);
    }),
    (Rule::SvcCps, "capacityProviderStrategy", |stack| {
        stack.services[1].capacity_provider_strategy[1].base = Some(1);
    }),
    (Rule::SvcCps, "capacityProviderStrategy", |stack| {
        stack.services[1].capacity_provider_strategy[1].capacity_provider = "mine".into();
    }),
    (Rule::SvcCps, "capacityProviderStrategy", |stack| {
        stack.services[1].capacity_provider_strategy[1].capacity_provider = "FARGATE".into();
    }),
    (Rule::SvcCps, "capacityProviderStrategy", |stack| {
        let strategy = &mut stack.services[1].capacity_provider_strategy;
        let more = (0..20).map(|number| CapacityProviderStrategyItem {
            capacity_provider: format!("mine-{number}"),
            weight: Some(1),
            base: None,
        });
        strategy.splice(.., more.chain(std::iter::once(strategy[0].clone())).collect::<Vec<_>>());
        strategy[20].capacity_provider = "mine-20".into();
        stack.services[1].platform_version = None;
        stack.services[1].network_configuration.as_mut().unwrap().awsvpc_configuration.assign_public_ip = None;
    }),
    (Rule::SvcPlatform, "platformVersion", |stack| stack.services[0].platform_version = Some("LATEST".into())),
    (Rule::SvcAz, "availabilityZoneRebalancing", |stack| {
        stack.services[0].availability_zone_rebalancing = Some(Switch::Enabled);
        stack.services[0].placement_strategy[0].field = Some("instanceId".into());
    }),
    (Rule::SvcAz, "availabilityZoneRebalancing", |stack| {
        stack.services[1].deployment_configuration.maximum_percent = Some(100);
        stack.services[1].deployment_configuration.minimum_healthy_percent = Some(0);
    }),
    (Rule::SvcLb, "loadBalancers", |stack| stack.services[1].load_balancers[0].target_group_arn = "web".into()),
    (Rule::SvcLb, "loadBalancers", |stack| stack.services[1].load_balancers[0].container_port = 1),
    (Rule::SvcLb, "loadBalancers", |stack| stack.services[1].load_balancers.push(sample::load_balancer())),
    (Rule::SvcLb, "loadBalancers", |stack| {
        let groups = (0..6).map(|number| LoadBalancer {
            target_group_arn: format!("arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/a/{number}"),
            ..sample::load_balancer()
        });
        stack.services[1].load_balancers = groups.collect();
    }),
    (Rule::SvcExec, "enableExecuteCommand", |stack| stack.task_definitions[1].task_role_arn = None),
    (Rule::SvcPlacement, "placementConstraints", |stack| {
        stack.services[0].placement_constraints[0].expression = None;
    }),
    (Rule::SvcPlacement, "placementConstraints", |stack| {
        stack.services[0].placement_constraints[0].kind = PlacementConstraintType::DistinctInstance;
    }),
    (Rule::SvcPlacement, "placementConstraints", |stack| {
        let constraints = vec![stack.services[0].placement_constraints[0].clone(); 11];
        stack.services[0].placement_constraints = constraints;
    }),
    (Rule::SvcPlacement, "placementConstraints", |stack| {
        stack.services[1].placement_constraints = stack.services[0].placement_constraints.clone();
    }),
    (Rule::SvcPlacement, "placementStrategy", |stack| {
        stack.services[0].placement_strategy = vec![strategy(PlacementStrategyType::Spread, "zone")];
    }),
    (Rule::SvcPlacement, "placementStrategy", |stack| {
        stack.services[0].placement_strategy = vec![strategy(PlacementStrategyType::Binpack, "disk")];
    }),
    (Rule::SvcPlacement, "placementStrategy", |stack| {
        stack.services[0].placement_strategy = vec![strategy(PlacementStrategyType::Spread, "host"); 6];
    }),
    (Rule::Tags, "tags", |stack| stack.services[0].tags = vec![tag("aws:a", "")]),
    // Service Connect.
    (Rule::ScNet, "serviceConnectConfiguration", |stack| {
        stack.task_definitions[0].network_mode = NetworkMode::Host;
        let web = web(stack);
        (web.links, web.port_mappings, web.system_controls) = Default::default();
        connect(stack).services.clear();
    }),
    (Rule::ScPort, "serviceConnectConfiguration", |stack| connect(stack).services[0].port_name = "nothing".into()),
    (Rule::ScPort, "serviceConnectConfiguration", |stack| {
        let mapping = &mut web(stack).port_mappings[0];
        (mapping.protocol, mapping.app_protocol) = (Protocol::Udp, None);
        connect(stack).services[0].timeout = None;
    }),
    (Rule::ScPort, "serviceConnectConfiguration", |stack| {
        let mapping = PortMapping { name: None, app_protocol: None, ..web(stack).port_mappings[0].clone() };
        web(stack).port_mappings.push(mapping);
    }),
    (Rule::ScName, "serviceConnectConfiguration", |stack| {
        connect(stack).services[0].client_aliases[0].dns_name = "Web".into();
    }),
    (Rule::ScDup, "serviceConnectConfiguration", |stack| {
        connect(stack).services[0].client_aliases[0].dns_name = "api.internal".into();
    }),
    (Rule::ScDup, "serviceConnectConfiguration", |stack| {
        api(stack).port_mappings[0].name = Some("web".into());
        let client_aliases = vec![alias(80, "other")];
        let offer = ServiceConnectService { port_name: "web".into(), client_aliases, timeout: None };
        stack.services[1].service_connect_configuration.as_mut().unwrap().services = vec![offer];
    }),
    (Rule::ScTimeout, "serviceConnectConfiguration", |stack| api(stack).port_mappings[0].app_protocol = None),
    (Rule::ScAlias, "serviceConnectConfiguration", |stack| connect(stack).services[0].client_aliases.clear()),
    (Rule::ScAlias, "serviceConnectConfiguration", |stack| {
        connect(stack).services[0].client_aliases = vec![alias(80, "a"), alias(80, "b")];
    }),
    (Rule::ScAlias, "serviceConnectConfiguration", |stack| connect(stack).services[0].client_aliases[0].port = 0),
    // What runs once.
    (Rule::SvcRef, "taskDefinition", |stack| stack.tasks[0].task_definition = Family("nothing".into())),
    (Rule::NameDup, "taskDefinition", |stack| stack.tasks.push(stack.tasks[0].clone())),
    (Rule::SvcCount, "count", |stack| stack.tasks[0].count = 11),
    (Rule::SvcNet, "networkConfiguration", |stack| stack.task_definitions[2].network_mode = NetworkMode::Awsvpc),
    (Rule::SvcPlacement, "placementConstraints", |stack| {
        stack.tasks[0].placement_constraints[0].expression = Some("x".repeat(2001));
    }),
    (Rule::Tags, "propagateTags", |stack| stack.tasks[0].propagate_tags = PropagateTags::Service),
];

fn tag(key: &str, value: &str) -> Tag {
    Tag { key: key.into(), value: value.into() }
}

fn variable(name: &str) -> KeyValue {
    KeyValue { name: name.into(), value: "hunter2".into() }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).into()).collect()
}

fn range(text: &str) -> PortMapping {
    PortMapping { container_port: None, container_port_range: Some(text.into()), ..sample::port(0) }
}

fn host(hostname: &str, ip_address: &str) -> HostEntry {
    HostEntry { hostname: hostname.into(), ip_address: ip_address.into() }
}

fn control(namespace: &str) -> SystemControl {
    SystemControl { namespace: namespace.into(), value: "1".into() }
}

fn from(container: &str) -> VolumeFrom {
    VolumeFrom { source_container: ContainerName(container.into()), read_only: None }
}

fn host_volume(path: &str) -> VolumeKind {
    VolumeKind::Host(HostVolume { source_path: path.into() })
}

fn strategy(kind: PlacementStrategyType, field: &str) -> PlacementStrategy {
    PlacementStrategy { kind, field: Some(field.into()) }
}

fn alias(port: u16, name: &str) -> ClientAlias {
    ClientAlias { port, dns_name: name.into() }
}

/// A container without a memory figure, as on Fargate.
fn unmetered(name: &str) -> ContainerDefinition {
    ContainerDefinition { memory: None, ..sample::container(name) }
}
