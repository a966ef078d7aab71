//! How containers reach others, and others reach them.

use super::Fate;
use super::row::{Row, Sample, approximated, exact, exception, irrelevant, lost};
use crate::diag::Code;

/// Why an address is lost.
const CHOSEN: &str = "it cannot be chosen on ECS";

/// Why options for a network of Docker's are lost.
const NO_NETWORKS: &str = "ECS has no networks of Docker's";

/// Why a version of IP is lost.
const VERSIONS: &str = "the VPC decides about it";

/// Why resolvers are lost on Fargate.
const VPC_RESOLVES: &str = "in `awsvpc`, the VPC decides about it";

/// Why an order of networks has no effect.
const ONE_NETWORK: &str = "a task is on one network, so there is no order of networks";

/// What to do about resolvers.
const DHCP: &str = "set it in the VPC's DHCP options";

/// What becomes of each key.
pub(super) const ROWS: &[Row] = &[
    exact(
        "services.*.ports",
        "containerDefinitions[].portMappings[].containerPort",
        "all short forms; on Fargate the host port is the container's",
    )
    .value("[\"80\"]"),
    exact("services.*.ports[].target", "containerDefinitions[].portMappings[].containerPort", "as written")
        .service("‹ports:\n  - target: 80›"),
    exact("services.*.ports[].published", "containerDefinitions[].portMappings[].hostPort", "`8080:80` is host port 8080")
        .fargate(Fate::Lost, "in `awsvpc`, a port is reached as the container's")
        .hint("make it a load balancer's listener, with the container's port as its target")
        .service("ports:\n  - target: 80‹\n    published: 8080›")
        .except(&[
            exception(
                Fate::Exact,
                "where it is the container's port",
                Sample::Service("ports:\n  - target: 80‹\n    published: 80›"),
            ),
            exception(
                Fate::Approximated,
                "where it is a range",
                Sample::Service("ports:\n  - target: 80‹\n    published: 8000-8010›"),
            )
            .fargate(Fate::Lost),
        ]),
    exact("services.*.ports[].protocol", "containerDefinitions[].portMappings[].protocol", "`tcp` or `udp`")
        .service("ports:\n  - target: 53‹\n    protocol: udp›")
        .except(&[exception(
            Fate::Lost,
            "where it is another",
            Sample::Service("ports:\n  - target: 53‹\n    protocol: sctp›"),
        )]),
    exact(
        "services.*.ports[].app_protocol",
        "containerDefinitions[].portMappings[].appProtocol",
        "what Service Connect understands: `http`, `http2`, `grpc`; others pass as bytes, as with Docker",
    )
    .file(
        "services:\n  web:\n    image: nginx:1\n    ports:\n      - target: 80‹\n        app_protocol: http›\n  user:\n    \
         image: busybox:1\n    environment:\n      WEB: http://web:80",
    ),
    lost("services.*.ports[].host_ip", "a port is open on all addresses of the instance or the task")
        .hint("keep others out with a security group, or leave the port out if only services of the project use it")
        .service("ports:\n  - target: 80\n    published: 80‹\n    host_ip: 127.0.0.1›")
        .except(&[exception(
            Fate::Exact,
            "where it is `0.0.0.0`",
            Sample::Service("ports:\n  - target: 80\n    published: 80‹\n    host_ip: 0.0.0.0›"),
        )]),
    irrelevant("services.*.ports[].name", "it is a name for whoever reads the file")
        .service("ports:\n  - target: 80‹\n    name: web›"),
    irrelevant("services.*.ports[].mode", "it makes a difference in a swarm only")
        .service("ports:\n  - target: 80‹\n    mode: host›"),
    exact(
        "services.*.expose",
        "services[].serviceConnectConfiguration.services[].clientAliases[].port",
        "ports that peers reach through Service Connect",
    )
    .file(
        "services:\n  api:\n    image: example/api:1‹\n    expose: [8080]›\n  web:\n    image: nginx:1\n    \
         environment:\n      API_HOST: api",
    ),
    exact(
        "services.*.links",
        "containerDefinitions[].links",
        "on EC2 the services share a task; on Fargate the name is one of Service Connect; they start in order",
    )
    .fargate_field("services[].serviceConnectConfiguration.services[].clientAliases[].dnsName")
    .file("services:\n  web:\n    image: nginx:1‹\n    links: [\"db:database\"]›\n  db:\n    image: postgres:16"),
    lost("services.*.external_links", "a container outside the project cannot be linked to")
        .hint("reach it by an address that resolves in the VPC")
        .value("[legacy_db]"),
    exact("services.*.network_mode", "networkMode", "`host`, `none`, `bridge` and `service:NAME`")
        .fargate(Fate::Refused, "a task on Fargate has a network of its own")
        .value("host")
        .except(&[
            exception(Fate::Exact, "where it is `bridge`", Sample::Value("bridge")),
            exception(Fate::Refused, "where it is `container:NAME`", Sample::Value("\"container:other\"")),
        ]),
    exact("services.*.networks", "", "all services of a project reach each other")
        .hint("keep them apart by security groups, or by a password")
        .file(
            "services:\n  web:\n    image: nginx:1‹\n    networks: [front]›\n  db:\n    image: postgres:16‹\n    \
             networks: [front]›\nnetworks:\n  front:",
        )
        .except(&[exception(
            Fate::Lost,
            "where no network holds all services, so that networks keep them apart",
            Sample::File(
                "services:\n  web:\n    image: nginx:1\n    networks: ‹[front]|[front, back]›\n  db:\n    image: \
                 postgres:16\n    networks: [back]\nnetworks:\n  front:\n  back:",
            ),
        )]),
    exact(
        "services.*.networks.*.aliases",
        "services[].serviceConnectConfiguration.services[].clientAliases[].dnsName",
        "in one task links; between tasks, the one name that Service Connect gives",
    )
    .file(
        "services:\n  web:\n    image: nginx:1\n    environment:\n      API: http://backend:8080\n    networks: \
         [front]\n  api:\n    image: example/api:1\n    expose: [8080]\n    networks:\n      front:\n        ‹aliases: \
         [backend]›\nnetworks:\n  front:",
    ),
    lost("services.*.networks.*.ipv4_address", CHOSEN).value("172.16.238.10"),
    lost("services.*.networks.*.ipv6_address", CHOSEN).value("\"2001:db8::10\""),
    lost("services.*.networks.*.link_local_ips", CHOSEN).value("[169.254.8.1]"),
    lost("services.*.networks.*.mac_address", CHOSEN).value("\"02:42:ac:11:00:03\""),
    lost("services.*.networks.*.interface_name", CHOSEN).value("eth1"),
    lost("services.*.networks.*.driver_opts", NO_NETWORKS).value("{com.docker.network.endpoint.ifname: eth1}"),
    irrelevant("services.*.networks.*.priority", ONE_NETWORK).value("100"),
    irrelevant("services.*.networks.*.gw_priority", ONE_NETWORK).value("1"),
    exact("services.*.hostname", "containerDefinitions[].hostname", "as written")
        .fargate(Fate::Lost, "in `awsvpc`, ECS names hosts itself")
        .value("web-1"),
    lost("services.*.domainname", "containers have no domain name on ECS").value("example.com"),
    exact("services.*.dns", "containerDefinitions[].dnsServers", "as written")
        .fargate(Fate::Lost, VPC_RESOLVES)
        .hint(DHCP)
        .value("[10.0.0.2]"),
    exact("services.*.dns_search", "containerDefinitions[].dnsSearchDomains", "as written")
        .fargate(Fate::Lost, VPC_RESOLVES)
        .hint(DHCP)
        .value("[example.com]"),
    lost("services.*.dns_opt", "options of the resolver cannot be set on ECS").value("[use-vc]"),
    exact("services.*.extra_hosts", "containerDefinitions[].extraHosts[].ipAddress", "as written")
        .fargate(Fate::Lost, "in `awsvpc`, names cannot be given addresses")
        .hint("make a record in a private hosted zone of the VPC")
        .value("[\"internal.example.com:10.0.0.7\"]")
        .except(&[exception(
            Fate::Lost,
            "where the address is `host-gateway`",
            Sample::Value("[\"internal.example.com:host-gateway\"]"),
        )]),
    lost("services.*.mac_address", CHOSEN).value("02:42:ac:11:00:03"),
    irrelevant("networks.*.name", "names resolve by links and Service Connect, whatever a network is called")
        .value("front"),
    lost("networks.*.driver", NO_NETWORKS).value("macvlan").except(&[exception(
        Fate::Irrelevant,
        "where it is `bridge` or `overlay`",
        Sample::Value("bridge"),
    )]),
    lost("networks.*.driver_opts", NO_NETWORKS).value("{com.docker.network.bridge.name: br0}"),
    lost("networks.*.ipam", "addresses come from the instance or from the subnets")
        .parts(&[
            ".driver",
            ".config",
            ".config[].subnet",
            ".config[].ip_range",
            ".config[].gateway",
            ".config[].aux_addresses",
            ".options",
        ])
        .value(
            "\n  driver: default\n  options: {foo: bar}\n  config:\n    - subnet: 172.16.238.0/24\n      ip_range: \
             172.16.238.0/28\n      gateway: 172.16.238.1\n      aux_addresses: {printer: 172.16.238.5}",
        ),
    approximated(
        "networks.*.external",
        "",
        "the network stays with Docker: who is on it and not in this project is out of reach",
    )
    .parts(&[".name"])
    .hint("reach them by addresses that resolve in the VPC")
    .value("\n  name: shared"),
    lost("networks.*.internal", "services on this network can reach the internet all the same")
        .code(Code::WeakerIsolation).hint("keep them from it by private subnets or by their security group")
        .value("true"),
    irrelevant("networks.*.attachable", "it makes a difference in a swarm only").value("true"),
    lost("networks.*.enable_ipv4", VERSIONS).value("false"),
    lost("networks.*.enable_ipv6", VERSIONS).value("true"),
    irrelevant("networks.*.labels", "there is no network of Docker's that they would be on").value("{tier: front}"),
];
