//! No secret and no value of a variable reaches a message, wherever it stands and whatever is wrong beside it.

use camino::Utf8PathBuf;
use compose2ecs::diag::render::{Color, Renderer};
use compose2ecs::diag::{github, json, sarif};
use compose2ecs::options::{LaunchType, LoadOptions, LowerOptions, Options};
use compose2ecs::world::MemoryWorld;
use compose2ecs::{Translation, translate};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The secret that stands in every file.
const SECRET: &str = "hunter2";

/// Files whose text holds the secret as a value, with mistakes on it or near it.
const WRITTEN: &[&str] = &[
    "services: {web: {image: x, environment: {A: hunter2}, imagee: x}}",
    "services:\n  web:\n    image: x\n    environment: {A: hunter2, A: hunter2}",
    "services:\n  web:\n    image: x\n    environment:\n      - A=hunter2\n      - A =hunter2",
    "services:\n  web:\n    image: x\n    environment:\n      - A: hunter2\n",
    "services:\n  web:\n    image: x\n    environment:\n      - A:hunter2\n      - A hunter2\n",
    "services:\n  web:\n    image: x\n    environment: {A:hunter2}\n",
    "services:\n  web:\n    image: x\n    environment: hunter2\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: [hunter2]\n      B: {c: hunter2}\n",
    "services:\n  web:\n    image: x\n    enviroment:\n      A: hunter2\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: |\n        hunter2\n      A: x\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: '${U}hunter2${'\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: ab${hunter2\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: 'ab${hunter2!}'\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: ${U:-hunter2}${V}\n",
    "services:\n  web:\n    image: x\n    environment:\n      # A=hunter2\n      A: [] # hunter2\n      # B=hunter2\n",
    "services:\nweb: {image: x, environment: [A=hunter2]}\n",
    "services: {web: {image: x}}\nenvironment: {A: hunter2}\n",
    "services:\n  web:\n    image: x\n  db: # {image: x, environment: [A=hunter2]}\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: *hunter2\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: @hunter2\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: \"\\hunter2\"\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: hunter2: x\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: \"x\" hunter2\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: \"hunter2\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: |hunter2\n",
    "services:\n  web:\n    image: x\n    environment:\n\t  A: hunter2\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: x\n     B: hunter2\n",
    "services:\n  web:\n    image: x\n    environment:\n      - A=x\n   - B=hunter2\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: x\n   PASSWORD: hunter2\n",
    "services:\n  web:\n    image: x\n    environment:\n      A: !!int hunter2\n",
    "services:\n  web:\n    image: x\n    environment: &e\n      A: hunter2\n      <<: *e\n",
    "x-env: &e\n  A: hunter2\n  A: hunter2\nservices: {web: {image: x, environment: *e}}\n",
    "x-env: &e {A: hunter2}\nservices: {web: {image: x, environment: {<<: [*e, hunter2]}}}\n",
    "{\"services\": {\"web\": {\"image\": 5, \"environment\": {\"A\": \"hunter2\"}}}}",
    "{\"services\": {\"web\": {\"image\": \"x\", \"environment\": {\"A\": \"hunter2\"}}}",
    "services: {web: {build: {context: ., args: {A: hunter2}, argss: 1}}}",
    "services:\n  web:\n    build:\n      context: .\n      args:\n      - A: hunter2\n      - A =hunter2\n",
    "services: {web: {image: x, post_start: [{comand: x, environment: [A=hunter2]}]}}",
    "services: {web: {image: x, pre_stop: [{command: x, environment: {A: [hunter2]}}]}}",
    "services: {web: {image: x}}\nsecrets: {s: {content: hunter2, file: x}}",
    "services: {web: {image: x}}\nconfigs: {s: {content: [hunter2], file: x}}",
    "services: {web: {image: x}}\nconfigs:\n  s:\n    content: |\n      a\n      hunter2\n    contents: x\n",
    "services: {web: {image: x, x-ecs: {container_definition: {environment: [{name: A, value: hunter2}]}}}}",
    "services: {web: {image: x, logging: {driver: splunk, options: {splunk-token: hunter2, a: b}}}}",
    "services: {web: {image: x, logging: {driver: splunk, options: {splunk-token: hunter2, a: b}}}",
    "services:\n  web:\n    logging:\n      options:\n        splunk-token: hunter2: x\n",
    "volumes:\n  data:\n    driver_opts:\n      password: \"hunter2\n",
    "services:\n  web: {image: x, environment: {URL: 'postgres://app:hunter2@db/app'}}\n  db: {image: postgres}",
    "services:\n  web: {image: x, environment: {URL: 'foo://app:hunter2@db'}}\n  db: {image: foo}",
    "services:\n  web:\n    image: x\n    environment:\n      - URL=postgres://hunter2@db\n  db: {image: postgres, ports: [z]}",
];

/// Files in which `$S` stands for the secret, each in another place and with something to say about it.
const SUBSTITUTED: &[&str] = &[
    "name: $S-\nservices: {web: {image: x}}",
    "name: '${S}`'\nservices: {web: {image: x, ports: ['$S']}}",
    "services: {web: {image: $S, ports: [z]}}",
    "services: {web: {image: 'a b $S'}}",
    "services: {web: {image: x, ports: ['$S', '80:$S', '80/$S', '$S:80:80']}}",
    "services: {web: {image: x, expose: ['$S']}}",
    "services: {web: {image: x, mem_limit: $S, cpus: $S, shm_size: $S, pids_limit: $S}}",
    "services: {web: {image: x, stop_grace_period: $S, stop_signal: $S}}",
    "services: {web: {image: x, restart: $S, pull_policy: $S, platform: $S}}",
    "services: {web: {image: x, container_name: '$S!'}}",
    "services: {web: {image: x, depends_on: ['$S'], links: ['$S'], networks: ['$S']}}",
    "services: {web: {image: x, depends_on: {web2: {condition: $S}}}}",
    "services: {web: {image: x, volumes: ['$S:/x', './$S:/y', '/$S:/z:$S', '$P:/a', {type: $S, target: /x}]}}",
    "services: {web: {image: x, volumes: ['./$S:/y', '/$S:/z', '$P:/a', '/x:/$S']}}",
    "services: {web: {image: x, volumes: [{type: volume, source: $S, target: /x}], volumes_from: ['$S']}}",
    "services: {web: {image: x, devices: ['$S'], cap_add: ['$S'], cap_drop: ['$S'], security_opt: ['$S']}}",
    "services: {web: {image: x, dns: ['$S'], dns_search: ['$S'], extra_hosts: ['$S', 'a:$S'], hostname: $S}}",
    "services: {web: {image: x, network_mode: $S, pid: $S, ipc: $S, userns_mode: $S, cgroup: $S, uts: $S}}",
    "services: {web: {image: x, network_mode: 'service:$S', pid: 'service:$S', ipc: 'container:$S'}}",
    "services: {web: {image: x, tmpfs: ['/x:$S'], user: '$S $S', working_dir: $S, group_add: ['$S']}}",
    "services: {web: {image: x, healthcheck: {test: ['$S'], interval: $S, retries: $S}}}",
    "services: {web: {image: x, logging: {driver: $S, options: {a: $S}}}}",
    "services: {web: {image: x, logging: {driver: awslogs, options: {mode: $S, awslogs-region: $S}}}}",
    "services: {web: {image: x, env_file: ['$S', {path: x, format: $S}], label_file: $S}}",
    "services: {web: {image: x, profiles: ['$S']}}\nnetworks: {a: {driver: $S, name: '$S'}}",
    "services: {web: {image: x, volumes: ['v:/x']}}\nvolumes: {v: {driver: $S, name: '$S!', driver_opts: {o: $S}}}",
    "services: {web: {image: x, secrets: ['$S', {source: $S, mode: $S}], configs: ['$S']}}",
    "services: {web: {image: x, secrets: [s], configs: [s]}}\nsecrets: {s: {file: $S}}\nconfigs: {s: {file: $S}}",
    "services: {web: {image: x, deploy: {replicas: $S, mode: $S, endpoint_mode: $S}}}",
    "services: {web: {image: x, deploy: {placement: {constraints: ['$S', 'node.$S==1', 'node.id==$S']}}}}",
    "services: {web: {image: x, deploy: {placement: {preferences: [{spread: $S}]}, update_config: {order: $S}}}}",
    "services: {web: {image: x, deploy: {resources: {limits: {cpus: $S, memory: $S}}}}}",
    "services: {web: {image: x, deploy: {restart_policy: {condition: $S}, labels: {a: $S, $S: b}}}}",
    "services: {web: {image: x, labels: ['ecs.task.family=$S'], deploy: {labels: {ecs.task.family: '$S!'}}}}",
    "services: {web: {image: x, x-ecs: {task: $S, execution_role: $S}}}",
    "x-ecs: {launch_type: $S}\nservices: {web: {image: x}}",
    "x-ecs: {region: $S, cluster: '$S!', registry: '$S!', subnets: ['$S'], task_per: $S}\nservices: {web: {build: .}}",
    "services: {web: {build: {context: $S, ssh: ['$S'], additional_contexts: ['$S'], platforms: ['$S']}}}",
    "services: {web: {image: x, command: dockerize -wait tcp://$S:80 x}}",
    "services: {web: {image: x, command: ['wait-for-it.sh', '$S:80', '--', x]}}",
    "services: {web: {image: x, entrypoint: \"sh -c 'until nc -z $S 80; do sleep 1; done'\"}}",
    "services: {web: {image: x, command: \"$S '\"}}",
    "services: {web: {image: x, sysctls: {'net.$S': 1, a: $S}, ulimits: {nofile: $S, '$S': 1}}}",
    "services: {web: {image: x, storage_opt: {size: $S}, runtime: $S, isolation: $S, cgroup_parent: $S}}",
    "services: {web: {image: x, gpus: $S, cpuset: $S, cpu_rt_runtime: $S, oom_score_adj: $S, blkio_config: {weight: $S}}}",
    "services: {web: {image: x, init: $S, privileged: $S, read_only: $S, tty: $S}}",
    "services: {web: {image: x, mac_address: $S, domainname: $S, dns_opt: ['$S'], attach: $S}}",
    "services: {web: {image: x, environment: {A: $S, B: ['$S']}, annotations: {a: $S, b: ['$S']}}}",
    "services: {web: {image: x, environment: ['A =$S', '$S =x', '$S'], labels: ['a =$S', '$S =x']}}",
    "services: {web: {image: x, networks: {default: {ipv4_address: $S, aliases: ['$S'], mac_address: $S}}}}",
    "services: {web: {image: x, provider: {type: $S}, credential_spec: {file: $S}, develop: {watch: [{action: $S}]}}}",
    "services: {web: {image: x, extends: $S}}\ninclude: ['$S']",
    "services: {web: {image: x, extends: {file: '$S', service: '$S'}}}",
    "services: {web: {image: x, extends: {file: compose.yml, service: $S}}}",
    "services: {web: {image: x, extends: b, ports: ['$S']}, b: {image: x, ports: {a: $S}}}",
    "include: [{path: ['./$S/x', '$P'], project_directory: $S}]\nservices: {web: {image: x}}",
    "include: [{path: ['/dev/null', '$S'], env_file: ['$S', './$S']}]\nservices: {web: {image: x}}",
];

/// Files for ecs-cli in which `$S` stands for the secret, each in another place and with something to say about it.
const FOR_ECS_CLI: &[&str] = &[
    "version: $S",
    "$S: x\ntask_definition: $S\nrun_params: [$S]",
    "task_definition: {ecs_network_mode: $S, task_role_arn: $S, pid_mode: $S, ipc_mode: [$S]}",
    "task_definition: {task_size: {cpu_limit: $S, mem_limit: $S}, placement_constraints: [{type: $S, expression: $S}]}",
    "task_definition: {services: {web: {essential: $S, init_process_enabled: $S, cpu_shares: $S, mem_limit: $S, gpu: $S}}}",
    "task_definition: {services: {web: {repository_credentials: {credentials_parameter: $S}, healthcheck: {test: [$S]}}}}",
    "task_definition: {services: {web: {healthcheck: {test: $S, interval: $S, retries: $S}}}}",
    "task_definition: {services: {web: {secrets: [{name: $S, value_from: 'a/$S'}, {name: $S, value_from: $S}]}}}",
    "task_definition: {services: {web: {logging: {secret_options: [{name: $S, value_from: 'a/$S'}]}}}}",
    "task_definition: {services: {web: {firelens_configuration: {type: $S, options: {a: $S}}}}}",
    "task_definition: {services: {web: {depends_on: [{container_name: $S, condition: $S}, {container_name: $S}]}}}",
    "task_definition: {services: {web: {depends_on: [{container_name: '-$S', condition: START}]}}}",
    "task_definition: {docker_volumes: [{name: $S, scope: $S, autoprovision: $S, driver: [$S], driver_opts: {o: [$S]}}]}",
    "task_definition: {docker_volumes: [{name: data, driver: $S, driver_opts: {o: $S, password: hunter2}, labels: {a: $S}}]}",
    "task_definition: {efs_volumes: [{name: $S, filesystem_id: $S, iam: $S}, {name: data, filesystem_id: $S}]}",
    "run_params: {network_configuration: {awsvpc_configuration: {subnets: [$S], security_groups: $S, assign_public_ip: $S}}}",
    "run_params: {task_placement: {strategy: [{type: $S, field: $S}], constraints: $S}}",
    "run_params: {service_discovery: {container_name: $S, container_port: $S, dns_config: $S}}",
];

/// Everything that is told about a file, in which `S` is the secret and `P` a path with it.
fn told(text: &str, secret: &str, launch_type: LaunchType, color: Color) -> String {
    let path = format!("./data/{secret}");
    let world = MemoryWorld {
        files: [("/srv/shop/compose.yaml".into(), text.as_bytes().to_vec())].into(),
        variables: [("S".to_owned(), secret.to_owned()), ("P".to_owned(), path)].into(),
        current_dir: "/srv/shop".into(),
        stdin: Vec::new(),
    };
    drawn(&world, launch_type, color)
}

/// What is found in a world, drawn, and in every other form.
fn drawn(world: &MemoryWorld, launch_type: LaunchType, color: Color) -> String {
    let lower = LowerOptions { launch_type: Some(launch_type), ..LowerOptions::default() };
    drawn_with(world, &Options { lower, ..Options::default() }, color)
}

/// The same with other options.
fn drawn_with(world: &MemoryWorld, options: &Options, color: Color) -> String {
    let translation = translate(world, &[], options);
    let renderer = Renderer::new(color);
    let Translation { diagnostics, sources, .. } = &translation;
    let drawn = diagnostics.iter().map(|finding| renderer.render(finding, sources));
    let forms = [json::render, github::render, sarif::render].map(|render| render(diagnostics, sources));
    drawn.chain(forms).collect()
}

/// Checks that the secret stands nowhere in what is told.
#[track_caller]
fn check(text: &str, secret: &str) {
    for launch_type in [LaunchType::Ec2, LaunchType::Fargate] {
        for color in [Color::Never, Color::Always] {
            let told = told(text, secret, launch_type, color);
            assert!(!told.to_lowercase().contains(SECRET), "{text}\n{told}");
        }
    }
}

#[test]
fn written_values_are_not_told() {
    for text in WRITTEN {
        assert!(text.contains(SECRET), "{text}");
        check(text, "");
    }
}

#[test]
fn values_of_variables_are_not_told() {
    for text in SUBSTITUTED {
        assert!(text.contains("$S") || text.contains("$P"), "{text}");
        check(text, SECRET);
        check(&text.replace("$S", "${S:?}"), "hunter2/x:80");
        check(&text.replace("$S", "-$S$S"), "Hunter2 ");
        check(text, "x`hunter2`y");
    }
}

#[test]
fn files_of_variables_are_not_told() {
    let compose = "services: {web: {image: 'x:$S', env_file: web.env, ports: ['$S']}}";
    for text in [
        "S=hunter2\nA B=hunter2",
        "S=\"hunter2",
        "S='hunter2",
        "S=hunter2\nA=ab${hunter2",
        "A=${hunter2!}\n",
        "S=hunter2\nB=${U?}",
        "S=hunter2\n=hunter2",
        "S=hunter2\nhunter!2=hunter2\n",
        "S=hunter2\0",
    ] {
        for file in [".env", "web.env"] {
            let world = MemoryWorld {
                files: [
                    ("/srv/shop/compose.yaml".into(), compose.as_bytes().to_vec()),
                    (Utf8PathBuf::from("/srv/shop").join(file), text.as_bytes().to_vec()),
                ]
                .into(),
                variables: [].into(),
                current_dir: "/srv/shop".into(),
                stdin: Vec::new(),
            };
            let told = drawn(&world, LaunchType::Ec2, Color::Never);
            assert!(!told.is_empty() && !told.contains(SECRET), "{text}\n{told}");
        }
    }
}

#[test]
fn what_is_written_for_ecs_cli_is_not_told() {
    let compose = "services: {web: {image: x, volumes: ['data:/data'], init: true}}\nvolumes: {data: }";
    for text in FOR_ECS_CLI {
        for text in [text.to_string(), text.replace("$S", "\"${S:?}\""), text.replace("$S", "-$S$S")] {
            for launch_type in [LaunchType::Ec2, LaunchType::Fargate] {
                let files = [("compose.yaml", compose), ("ecs-params.yml", text.as_str())];
                let world = MemoryWorld {
                    files: files.map(|(name, text)| (Utf8PathBuf::from("/srv/shop").join(name), text.into())).into(),
                    variables: [("S".to_owned(), SECRET.to_owned())].into(),
                    current_dir: "/srv/shop".into(),
                    stdin: Vec::new(),
                };
                let load = LoadOptions { ecs_params: Some("ecs-params.yml".into()), ..LoadOptions::default() };
                let lower = LowerOptions { launch_type: Some(launch_type), ..LowerOptions::default() };
                let told = drawn_with(&world, &Options { load, lower, ..Options::default() }, Color::Never);
                assert!(!told.is_empty() && !told.to_lowercase().contains(SECRET), "{text}\n{told}");
            }
        }
    }
}

/// A file with the secret in its environment, at the mark a place for a mistake each.
const MARKED: &str = "services:\n  web:\n~    image: nginx~\n    environment:\n~      A: x~\n~      B: ~hunter2\n~      \
                      C: ${S}\n      D: |\n        ~hunter2\n~    ports: [~80, ${S}]~\n  db: ~{image: x, environment: [~A=hunter2, ~B=x]~}\n";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_slip_of_the_finger_tells_a_secret(
        slips in proptest::collection::vec((any::<Index>(), select(vec![
            ":", " ", ": ", "-", "- ", "\"", "'", "[", "]", "{", "}", ",", "#", " #", "\t", "\n", "&a ", "*a", "!x ", "|", "%", "@",
            "a: b\n", "$$", "${", "${X", "\\", "?", "? ", "x", "<<: ", "=",
        ])), 1..4),
    ) {
        let marks = MARKED.matches('~').count();
        let slips: Vec<(usize, &str)> = slips.into_iter().map(|(mark, slip)| (mark.index(marks), slip)).collect();
        let mut text = String::new();
        for (number, part) in MARKED.split('~').enumerate() {
            text.push_str(part);
            slips.iter().filter(|(mark, _)| *mark == number).for_each(|(_, slip)| text.push_str(slip));
        }
        let told = told(&text, "hunter2", LaunchType::Ec2, Color::Never);
        prop_assert!(!told.contains(SECRET), "{}\n{}", text, told);
    }

    #[test]
    fn no_value_is_told_wherever_it_stands(
        places in proptest::collection::vec(select(SUBSTITUTED), 1..4),
        before in "[a-z:/ =]{0,3}",
        after in "[a-z:/ =`]{0,3}",
        reference in select(vec!["$S", "${S}", "${S:-x}", "x-${S}", "${S}-x", "${U:-$S}"]),
    ) {
        for text in places {
            let text = text.replace("$S", reference);
            let told = told(&text, &format!("{before}{SECRET}{after}"), LaunchType::Fargate, Color::Never);
            prop_assert!(!told.contains(SECRET), "{}\n{}", text, told);
        }
    }
}
