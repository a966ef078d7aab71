//! A stack for tests. It keeps every rule and uses every field.

use indexmap::IndexMap;

use super::container::{
    AppProtocol, Capabilities, ContainerCondition, ContainerDefinition, ContainerDependency, Device, DevicePermission,
    EnvironmentFile, EnvironmentFileType, FirelensConfiguration, FirelensConfigurationType, HealthCheck, HostEntry,
    LinuxParameters, LogConfiguration, MountPoint, PortMapping, Protocol, ResourceRequirement, ResourceType,
    RestartPolicy, Secret, SystemControl, Tmpfs, Ulimit, VolumeFrom,
};
use super::log_group::{CreateLogGroup, LogGroup, RetentionPolicy};
use super::name::{ContainerName, Family, ServiceName, VolumeName};
use super::overlay::Overlay;
use super::scaling::{
    Metric, PolicyType, PredefinedMetric, ScalableDimension, ScalableTarget, Scaling, ScalingPolicy, ServiceNamespace,
    TargetTracking,
};
use super::service::{
    AwsvpcConfiguration, CapacityProviderStrategyItem, ClientAlias, Cluster, Count, DeploymentAlarms,
    DeploymentCircuitBreaker, DeploymentConfiguration, LoadBalancer, NetworkConfiguration, PlacementConstraint,
    PlacementConstraintType, PlacementStrategy, PlacementStrategyType, PropagateTags, RunTask, SchedulingStrategy,
    Service, ServiceConnectConfiguration, ServiceConnectDefaults, ServiceConnectService, TimeoutConfiguration,
};
use super::task::{
    CpuArchitecture, DockerVolume, EfsAuthorization, EfsVolume, EphemeralStorage, HostVolume, NamespaceMode,
    NetworkMode, OperatingSystemFamily, RuntimePlatform, Tag, TaskDefinition, Volume, VolumeKind, VolumeScope,
};
use super::unit::{CpuUnits, MemoryMib, Seconds};
use super::{KeyValue, Stack, Switch, Wave};
use crate::options::{AssignPublicIp, LaunchType};

/// Tasks on instances and on Fargate, a one-off, and all that goes with them.
pub(crate) fn stack() -> Stack {
    let connect = |port: &str, name: &str| ServiceConnectConfiguration {
        enabled: true,
        namespace: Some("shop".into()),
        services: vec![ServiceConnectService {
            port_name: port.into(),
            client_aliases: vec![ClientAlias { port: 8080, dns_name: name.into() }],
            timeout: Some(TimeoutConfiguration {
                idle_timeout_seconds: Some(Seconds(60)),
                per_request_timeout_seconds: Some(Seconds(15)),
            }),
        }],
        log_configuration: Some(log_configuration()),
    };
    let mut web = service("shop-web");
    web.placement_constraints = vec![constraint()];
    web.placement_strategy = vec![PlacementStrategy {
        kind: PlacementStrategyType::Spread,
        field: Some("attribute:ecs.availability-zone".into()),
    }];
    web.deployment_configuration.maximum_percent = Some(200);
    web.deployment_configuration.minimum_healthy_percent = Some(100);
    web.deployment_configuration.alarms =
        Some(DeploymentAlarms { alarm_names: vec!["errors".into()], rollback: true, enable: true });
    web.service_connect_configuration = Some(connect("web", "web"));
    web.tags = vec![tag()];
    let mut api = service("shop-api");
    api.launch_type = None;
    api.capacity_provider_strategy = vec![
        CapacityProviderStrategyItem { capacity_provider: "FARGATE".into(), weight: Some(1), base: Some(1) },
        CapacityProviderStrategyItem { capacity_provider: "FARGATE_SPOT".into(), weight: Some(3), base: None },
    ];
    api.platform_version = Some("LATEST".into());
    api.availability_zone_rebalancing = Some(Switch::Enabled);
    api.enable_execute_command = Some(true);
    api.load_balancers = vec![load_balancer()];
    api.health_check_grace_period_seconds = Some(Seconds(30));
    api.network_configuration = Some(network());
    api.service_connect_configuration = Some(connect("api", "api.internal"));
    let migrate = RunTask {
        unit: "migrate".into(),
        cluster: "shop".into(),
        task_definition: Family("shop-migrate".into()),
        launch_type: Some(LaunchType::Ec2),
        capacity_provider_strategy: Vec::new(),
        platform_version: None,
        count: 1,
        placement_constraints: vec![constraint()],
        network_configuration: None,
        tags: vec![tag()],
        enable_ecs_managed_tags: true,
        propagate_tags: PropagateTags::TaskDefinition,
        enable_execute_command: None,
        overlay: Overlay::default(),
    };
    Stack {
        cluster: Cluster {
            cluster_name: "shop".into(),
            capacity_providers: vec!["FARGATE_SPOT".into()],
            service_connect_defaults: Some(ServiceConnectDefaults { namespace: "shop".into() }),
            tags: vec![tag()],
        },
        task_definitions: vec![on_instances(), on_fargate(), task("shop-migrate")],
        services: vec![web, api],
        tasks: vec![migrate],
        scaling: vec![scaling()],
        log_groups: vec![log_group()],
        waves: vec![Wave { units: vec!["migrate".into()] }, Wave { units: vec!["web".into(), "api".into()] }],
    }
}

/// A task on instances with one container, `app`.
pub(crate) fn task(family: &str) -> TaskDefinition {
    TaskDefinition {
        family: Family(family.into()),
        task_role_arn: None,
        execution_role_arn: None,
        network_mode: NetworkMode::Bridge,
        requires_compatibilities: vec![LaunchType::Ec2],
        cpu: None,
        memory: None,
        pid_mode: None,
        ipc_mode: None,
        ephemeral_storage: None,
        runtime_platform: None,
        container_definitions: vec![container("app")],
        volumes: Vec::new(),
        tags: Vec::new(),
        overlay: Overlay::default(),
    }
}

/// A container with a memory figure and nothing that can be left out.
pub(crate) fn container(name: &str) -> ContainerDefinition {
    ContainerDefinition {
        name: ContainerName(name.into()),
        image: "nginx:1.27".into(),
        cpu: None,
        memory: Some(MemoryMib(128)),
        memory_reservation: None,
        essential: true,
        entry_point: Vec::new(),
        command: Vec::new(),
        working_directory: None,
        user: None,
        environment: Vec::new(),
        environment_files: Vec::new(),
        port_mappings: Vec::new(),
        links: Vec::new(),
        depends_on: Vec::new(),
        start_timeout: None,
        stop_timeout: None,
        health_check: None,
        restart_policy: None,
        mount_points: Vec::new(),
        volumes_from: Vec::new(),
        readonly_root_filesystem: None,
        log_configuration: None,
        firelens_configuration: None,
        privileged: None,
        interactive: None,
        pseudo_terminal: None,
        hostname: None,
        dns_servers: Vec::new(),
        dns_search_domains: Vec::new(),
        extra_hosts: Vec::new(),
        docker_security_options: Vec::new(),
        credential_specs: Vec::new(),
        docker_labels: IndexMap::new(),
        ulimits: Vec::new(),
        system_controls: Vec::new(),
        linux_parameters: None,
        resource_requirements: Vec::new(),
        secrets: Vec::new(),
    }
}

/// A service on instances that runs the task of its name.
pub(crate) fn service(name: &str) -> Service {
    Service {
        cluster: "shop".into(),
        service_name: ServiceName(name.into()),
        task_definition: Family(name.into()),
        desired_count: Some(2),
        count: Count::Stated,
        launch_type: Some(LaunchType::Ec2),
        capacity_provider_strategy: Vec::new(),
        platform_version: None,
        scheduling_strategy: SchedulingStrategy::Replica,
        deployment_configuration: DeploymentConfiguration {
            deployment_circuit_breaker: DeploymentCircuitBreaker { enable: true, rollback: true },
            maximum_percent: None,
            minimum_healthy_percent: None,
            alarms: None,
        },
        placement_constraints: Vec::new(),
        placement_strategy: Vec::new(),
        availability_zone_rebalancing: None,
        load_balancers: Vec::new(),
        network_configuration: None,
        service_connect_configuration: None,
        health_check_grace_period_seconds: None,
        tags: Vec::new(),
        enable_ecs_managed_tags: true,
        propagate_tags: PropagateTags::Service,
        enable_execute_command: None,
        overlay: Overlay::default(),
    }
}

/// A target group that leads to the container `api`.
pub(crate) fn load_balancer() -> LoadBalancer {
    LoadBalancer {
        target_group_arn: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/api/0123456789abcdef"
            .into(),
        container_name: ContainerName("api".into()),
        container_port: 8080,
    }
}

/// Two to four tasks of a service, by their use of CPU.
fn scaling() -> Scaling {
    let resource_id = "service/shop/shop-web";
    Scaling {
        service: ServiceName("shop-web".into()),
        register_scalable_target: ScalableTarget {
            service_namespace: ServiceNamespace::Ecs,
            resource_id: resource_id.into(),
            scalable_dimension: ScalableDimension::DesiredCount,
            min_capacity: 2,
            max_capacity: 4,
        },
        put_scaling_policies: vec![ScalingPolicy {
            policy_name: "shop-web-cpu".into(),
            service_namespace: ServiceNamespace::Ecs,
            resource_id: resource_id.into(),
            scalable_dimension: ScalableDimension::DesiredCount,
            policy_type: PolicyType::TargetTracking,
            target_tracking_scaling_policy_configuration: TargetTracking {
                target_value: 70,
                predefined_metric_specification: PredefinedMetric { predefined_metric_type: Metric::Cpu },
                scale_out_cooldown: Some(Seconds(60)),
                scale_in_cooldown: Some(Seconds(300)),
            },
        }],
    }
}

/// Output that is kept for a month.
fn log_group() -> LogGroup {
    LogGroup {
        create_log_group: CreateLogGroup {
            log_group_name: "/ecs/shop".into(),
            tags: [("compose2ecs:project".into(), "shop".into())].into(),
        },
        put_retention_policy: RetentionPolicy { log_group_name: "/ecs/shop".into(), retention_in_days: 30 },
    }
}

/// A TCP port with a host port that is chosen at start.
pub(crate) fn port(port: u16) -> PortMapping {
    PortMapping {
        name: None,
        container_port: Some(port),
        container_port_range: None,
        host_port: None,
        protocol: Protocol::Tcp,
        app_protocol: None,
    }
}

/// A port that Service Connect offers, and on which HTTP is spoken.
fn named_port(name: &str, number: u16) -> PortMapping {
    PortMapping { name: Some(name.into()), app_protocol: Some(AppProtocol::Http), ..port(number) }
}

/// A subnet and a security group.
pub(crate) fn network() -> NetworkConfiguration {
    NetworkConfiguration {
        awsvpc_configuration: AwsvpcConfiguration {
            subnets: vec!["subnet-0a1b".into()],
            security_groups: vec!["sg-0a1b".into()],
            assign_public_ip: Some(AssignPublicIp::Enabled),
        },
    }
}

/// A health check that keeps the rules.
pub(crate) fn health_check() -> HealthCheck {
    HealthCheck {
        command: vec!["CMD-SHELL".into(), "curl -f http://localhost/".into()],
        interval: Some(Seconds(10)),
        timeout: Some(Seconds(5)),
        retries: Some(3),
        start_period: Some(Seconds(0)),
    }
}

/// Output to `CloudWatch`.
pub(crate) fn log_configuration() -> LogConfiguration {
    let options = [
        ("awslogs-group", "/ecs/shop"),
        ("awslogs-region", "eu-central-1"),
        ("awslogs-stream-prefix", "shop"),
        ("awslogs-create-group", "true"),
        ("mode", "non-blocking"),
        ("max-buffer-size", "25m"),
    ];
    LogConfiguration { log_driver: "awslogs".into(), options: texts(&options), secret_options: Vec::new() }
}

/// A volume of the task.
pub(crate) fn volume(name: &str, kind: VolumeKind) -> Volume {
    Volume { name: VolumeName(name.into()), kind }
}

/// A mount of a volume.
pub(crate) fn mount(volume: &str, path: &str) -> MountPoint {
    MountPoint { source_volume: VolumeName(volume.into()), container_path: path.into(), read_only: None }
}

/// What must have happened to a peer.
pub(crate) fn dependency(peer: &str, condition: ContainerCondition) -> ContainerDependency {
    ContainerDependency { container_name: ContainerName(peer.into()), condition }
}

/// A map of texts.
pub(crate) fn texts(entries: &[(&str, &str)]) -> IndexMap<String, String> {
    entries.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
}

fn tag() -> Tag {
    Tag { key: "compose2ecs:project".into(), value: "shop".into() }
}

fn constraint() -> PlacementConstraint {
    PlacementConstraint {
        kind: PlacementConstraintType::MemberOf,
        expression: Some("attribute:ecs.os-type == linux".into()),
    }
}

/// A bridge task whose first container uses every field that instances know.
fn on_instances() -> TaskDefinition {
    let mut web = container("web");
    web.cpu = Some(CpuUnits(256));
    web.memory = Some(MemoryMib(512));
    web.memory_reservation = Some(MemoryMib(256));
    web.entry_point = vec!["/entry".into()];
    web.command = vec!["serve".into(), String::new()];
    web.working_directory = Some("/srv".into());
    web.user = Some("1000:1000".into());
    web.environment = vec![KeyValue { name: "MODE".into(), value: String::new() }];
    web.port_mappings = vec![
        PortMapping { host_port: Some(0), ..named_port("web", 8080) },
        PortMapping { host_port: Some(443), ..port(8443) },
        PortMapping { container_port: None, container_port_range: Some("9000-9009".into()), ..port(0) },
        PortMapping { protocol: Protocol::Udp, ..port(53) },
    ];
    web.links = vec!["cache:redis".into()];
    web.depends_on =
        vec![dependency("cache", ContainerCondition::Healthy), dependency("init", ContainerCondition::Success)];
    web.start_timeout = Some(Seconds(300));
    web.stop_timeout = Some(Seconds(30));
    web.health_check = Some(health_check());
    web.mount_points = vec![mount("data", "/data"), mount("config", "/etc/app")];
    web.volumes_from = vec![VolumeFrom { source_container: ContainerName("cache".into()), read_only: Some(true) }];
    web.readonly_root_filesystem = Some(true);
    web.log_configuration = Some(log_configuration());
    web.privileged = Some(false);
    web.interactive = Some(true);
    web.pseudo_terminal = Some(true);
    web.hostname = Some("web.example.com".into());
    web.dns_servers = vec!["10.0.0.2".into()];
    web.dns_search_domains = vec!["example.com".into(), ".".into()];
    web.extra_hosts = vec![HostEntry { hostname: "mail".into(), ip_address: "fd00::1".into() }];
    web.docker_security_options = vec!["no-new-privileges".into()];
    web.docker_labels = texts(&[("com.example.team", "shop")]);
    web.ulimits = vec![Ulimit { name: "nofile".into(), soft_limit: 1024, hard_limit: -1 }];
    web.system_controls = vec![SystemControl { namespace: "net.core.somaxconn".into(), value: "1024".into() }];
    web.linux_parameters = Some(LinuxParameters {
        capabilities: Some(Capabilities { add: vec!["NET_ADMIN".into()], drop: vec!["ALL".into()] }),
        devices: vec![Device {
            host_path: "/dev/fuse".into(),
            container_path: Some("/dev/fuse".into()),
            permissions: vec![DevicePermission::Read, DevicePermission::Write],
        }],
        init_process_enabled: Some(true),
        shared_memory_size: Some(MemoryMib(64)),
        tmpfs: vec![Tmpfs {
            container_path: "/tmp".into(),
            size: MemoryMib(64),
            mount_options: vec!["noexec".into(), "mode=1777".into()],
        }],
        max_swap: Some(MemoryMib(512)),
        swappiness: Some(60),
    });
    web.resource_requirements = vec![ResourceRequirement { value: "1".into(), kind: ResourceType::Gpu }];
    web.secrets = vec![Secret { name: "TOKEN".into(), value_from: "/shop/token".into() }];
    web.environment_files =
        vec![EnvironmentFile { value: "arn:aws:s3:::shop/web.env".into(), kind: EnvironmentFileType::S3 }];
    web.restart_policy =
        Some(RestartPolicy { enabled: true, ignored_exit_codes: vec![0], restart_attempt_period: Seconds(60) });
    web.credential_specs = vec!["credentialspec:arn:aws:s3:::shop/web.json".into()];
    let mut cache = ContainerDefinition { health_check: Some(health_check()), ..container("cache") };
    cache.firelens_configuration = Some(FirelensConfiguration {
        kind: FirelensConfigurationType::Fluentbit,
        options: texts(&[("enable-ecs-log-metadata", "true")]),
    });
    let init = ContainerDefinition {
        essential: false,
        log_configuration: Some(LogConfiguration {
            log_driver: "splunk".into(),
            options: texts(&[("splunk-url", "https://splunk.example.com:8088")]),
            secret_options: vec![Secret { name: "splunk-token".into(), value_from: "/shop/splunk".into() }],
        }),
        ..container("init")
    };
    TaskDefinition {
        task_role_arn: Some("arn:aws:iam::123456789012:role/shop/task".into()),
        execution_role_arn: Some("ecsTaskExecutionRole".into()),
        cpu: Some(CpuUnits(1024)),
        memory: Some(MemoryMib(1024)),
        pid_mode: Some(NamespaceMode::Task),
        ipc_mode: Some(NamespaceMode::None),
        runtime_platform: Some(RuntimePlatform {
            cpu_architecture: CpuArchitecture::X86_64,
            operating_system_family: OperatingSystemFamily::Linux,
        }),
        container_definitions: vec![web, cache, init],
        volumes: vec![
            volume("data", VolumeKind::DockerVolumeConfiguration(docker_volume())),
            volume("config", VolumeKind::Host(HostVolume { source_path: "/etc/shop".into() })),
        ],
        tags: vec![tag()],
        ..task("shop-web")
    }
}

/// A shared volume with options and labels.
pub(crate) fn docker_volume() -> DockerVolume {
    DockerVolume {
        scope: VolumeScope::Shared,
        autoprovision: Some(true),
        driver: Some("local".into()),
        driver_opts: texts(&[("type", "nfs")]),
        labels: texts(&[("com.example.team", "shop")]),
    }
}

/// A task on Fargate with volumes, output and a secret.
fn on_fargate() -> TaskDefinition {
    let mut api = container("api");
    api.image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/api:1".into();
    api.memory = None;
    api.port_mappings = vec![PortMapping { host_port: Some(8080), ..named_port("api", 8080) }];
    api.log_configuration = Some(log_configuration());
    api.mount_points = vec![mount("scratch", "/scratch"), mount("files", "/files")];
    api.stop_timeout = Some(Seconds(120));
    let arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/db-AbCdEf:password::";
    api.secrets = vec![Secret { name: "PASSWORD".into(), value_from: arn.into() }];
    TaskDefinition {
        task_role_arn: Some("arn:aws:iam::123456789012:role/task".into()),
        execution_role_arn: Some("arn:aws:iam::123456789012:role/execution".into()),
        network_mode: NetworkMode::Awsvpc,
        requires_compatibilities: vec![LaunchType::Fargate],
        cpu: Some(CpuUnits(512)),
        memory: Some(MemoryMib(1024)),
        ephemeral_storage: Some(EphemeralStorage { size_in_gib: 50 }),
        container_definitions: vec![api],
        volumes: vec![
            volume("scratch", VolumeKind::Task {}),
            volume(
                "files",
                VolumeKind::EfsVolumeConfiguration(EfsVolume {
                    file_system_id: "fs-0123abcd".into(),
                    root_directory: Some("/srv".into()),
                    transit_encryption: Some(Switch::Enabled),
                    transit_encryption_port: Some(2999),
                    authorization_config: Some(EfsAuthorization { access_point_id: None, iam: Some(Switch::Enabled) }),
                }),
            ),
        ],
        ..task("shop-api")
    }
}
