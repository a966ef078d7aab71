//! Images that are built here: `push`, `up --build` and `up --pin`, with an engine that only writes down how it was called.

#![expect(clippy::disallowed_methods, reason = "a test reads what is there")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::Bed;
use crate::binary::{Run, run};

const SHOP: &str = "name: shop
services:
  web: {build: web, mem_limit: 64m}
  db: {image: 'redis:7', mem_limit: 64m}
";

/// An engine on a `PATH` of its own, and an account whose registry is that of the stand-in.
pub(super) struct Yard {
    pub(super) bed: Bed,
    engine: TempDir,
    host: String,
}

impl Yard {
    pub(super) fn new(compose: &str) -> Self {
        Self::with("docker", compose)
    }

    fn with(program: &str, compose: &str) -> Self {
        let bed = Bed::new(compose);
        let host = bed.server.url.split_once("://").unwrap().1.to_owned();
        bed.aws.lock().unwrap().settings_mut().registry = Some(bed.server.url.clone());
        let engine = tempfile::tempdir().unwrap();
        for folder in ["bin", "tmp", "home/.docker/contexts"] {
            fs::create_dir_all(engine.path().join(folder)).unwrap();
        }
        let script = engine.path().join("bin").join(program);
        fs::write(&script, include_str!("engine.sh")).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        Self { bed, engine, host }
    }

    fn path(&self, name: &str) -> String {
        self.engine.path().join(name).to_str().unwrap().to_owned()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.bed.command(args);
        command
            .env("PATH", format!("{}:/usr/bin:/bin", self.path("bin")))
            .env("HOME", self.path("home"))
            .env("TMPDIR", self.path("tmp"))
            .env("ENGINE", self.engine.path())
            .env("ENGINE_CONTENT", "1")
            .env("ENGINE_TEST", std::env::current_exe().unwrap());
        command
    }

    #[track_caller]
    pub(super) fn run(&self, args: &[&str]) -> Run {
        run(&mut self.command(args))
    }

    #[track_caller]
    pub(super) fn up(&self, args: &[&str]) -> Run {
        self.run(&[&["up", "--poll-interval", "20ms"], args].concat())
    }

    /// What the engine kept, with `HOST` for the registry and `.` for the folder of the project.
    fn kept(&self, name: &str) -> String {
        let text = fs::read_to_string(self.path(name)).unwrap_or_default();
        text.replace(&self.host, "HOST").replace(self.bed.folder.path().to_str().unwrap(), ".")
    }

    /// The digest that the registry has under a tag.
    fn digest(&self, repository: &str, tag: &str) -> String {
        let aws = self.bed.aws.lock().unwrap();
        let images = &aws.repository(repository).unwrap().images;
        images.iter().find(|image| image.tags.iter().any(|other| other == tag)).unwrap().digest.clone()
    }

    /// The image that the newest revision of a family runs.
    fn image(&self, family: &str) -> String {
        let aws = self.bed.aws.lock().unwrap();
        let newest = aws.definitions().filter(|definition| definition.revision.family == family).last().unwrap();
        newest
            .members
            .get("containerDefinitions")
            .unwrap()
            .pointer("/0/image")
            .unwrap()
            .as_str()
            .unwrap()
            .replace(&self.host, "HOST")
    }
}

/// The part of the engine that speaks to the registry, as its own process: it does nothing in a run of the tests.
#[test]
fn the_engine_speaks_to_the_registry() {
    let Ok(name) = std::env::var("ENGINE_PUSH") else { return };
    let folder = std::env::var("ENGINE").unwrap();
    let (host, rest) = name.split_once('/').unwrap();
    let (repository, tag) = rest.rsplit_once(':').unwrap();
    let credentials = fs::read_to_string(std::env::var("ENGINE_CREDENTIALS").unwrap()).unwrap();
    let credentials: Value = serde_json::from_str(&credentials).unwrap_or_default();
    let authorization = credentials["auths"][host]["auth"].as_str().unwrap_or_default().to_owned();
    let ask = |method: &str, path: &str, (kind, body): (&str, &str)| {
        let mut stream = TcpStream::connect(host).unwrap();
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
        let own = format!("authorization: Basic {authorization}\r\ncontent-type: {kind}\r\n");
        write!(stream, "{head}{own}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let image = fs::read_to_string(format!("{folder}/image")).unwrap();
    let begun = ask("POST", &format!("/v2/{repository}/blobs/uploads/"), ("", ""));
    let location = begun.lines().find_map(|line| line.strip_prefix("location: ")).unwrap_or_default();
    let output = Command::new("sha256sum").arg(format!("{folder}/image")).output().unwrap();
    let digest = format!("sha256:{}", String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap());
    ask("PUT", &format!("{location}?digest={digest}"), ("application/octet-stream", &image));
    let kind = "application/vnd.oci.image.manifest.v1+json";
    let config =
        json!({"mediaType": "application/vnd.oci.image.config.v1+json", "size": image.len(), "digest": digest});
    let manifest = json!({"schemaVersion": 2, "mediaType": kind, "config": config, "layers": []}).to_string();
    let answer = ask("PUT", &format!("/v2/{repository}/manifests/{tag}"), (kind, &manifest));
    let complaint = if answer.starts_with("HTTP/1.1 201") { "" } else { answer.lines().last().unwrap() };
    fs::write(format!("{folder}/answer"), complaint).unwrap();
}

#[test]
fn an_image_is_built_and_pushed_to_a_repository_that_is_made() {
    let yard = Yard::new(SHOP);
    let settings = r#"{"credsStore": "desktop", "auths": {"ghcr.io": {}}, "currentContext": "vm"}"#;
    fs::write(yard.path("home/.docker/config.json"), settings).unwrap();
    let push = yard.run(&["push"]);
    assert_eq!(push.code, 0, "{}", push.stderr);
    let digest = yard.digest("shop/web", "latest");
    assert_eq!(push.stdout, format!("web {}/shop/web:latest {digest}\n", yard.host));
    let expected = "docker login --username AWS --password-stdin HOST <7\n\
                    docker buildx build --load --platform linux/amd64 --tag HOST/shop/web:latest --file ./web/Dockerfile \
                    ./web <0\n\
                    docker push HOST/shop/web:latest <0\n";
    assert_eq!(yard.kept("log"), expected);
    let told = push.stderr.replace(&yard.host, "HOST");
    let expected = "web: made the repository shop/web\nweb: building HOST/shop/web:latest for linux/amd64\n\
                    web: pushing HOST/shop/web:latest\n";
    assert_eq!(told, expected);
    let tags = yard.bed.aws.lock().unwrap().repository("shop/web").unwrap().tags.clone();
    assert_eq!(json!(tags), json!({"compose2ecs:project": "shop", "compose2ecs:service": "web"}));

    // Nothing is left of the way in, and nobody else could have looked.
    assert_eq!(fs::read_dir(yard.path("tmp")).unwrap().count(), 0);
    assert_eq!(yard.kept("mode"), "700\n");
    assert_eq!(fs::read_to_string(yard.path("home/.docker/config.json")).unwrap(), settings);
    let used: Value = serde_json::from_str(&yard.kept("configuration")).unwrap();
    let expected =
        json!({"auths": {"ghcr.io": {}, "HOST": {}}, "credHelpers": {"ghcr.io": "desktop"}, "currentContext": "vm"});
    assert_eq!(used, expected);

    let again = yard.run(&["push", "--format", "json", "web"]);
    assert!(again.stderr.contains("is there already\n"), "{}", again.stderr);
    let line: Value = serde_json::from_str(&again.stdout).unwrap();
    let name = format!("{}/shop/web:latest", yard.host);
    assert_eq!(line, json!({"service": "web", "image": name, "digest": digest}));
    assert_eq!(yard.kept("log").matches(" push ").count(), 1);
}

#[test]
fn what_compose_says_of_a_build_reaches_the_engine() {
    let shop = "name: shop
services:
  web:
    platform: linux/arm64
    mem_limit: 64m
    build:
      context: web
      dockerfile_inline: FROM scratch
      args: {VERSION: hunter2, HTTP_PROXY: 'http://proxy', UNSET: }
      target: final
      labels: {a: b}
      network: host
      extra_hosts: ['db:10.0.0.1']
      secrets: [{source: token, target: t}, key]
      cache_from: [c]
      no_cache: true
      pull: true
      shm_size: 1m
      ulimits: {nofile: {soft: 1, hard: 2}}
      tags: ['other:1']
      additional_contexts: {base: 'service:base', docs: ./docs, x: docker-image://alpine}
      ssh: [default]
      provenance: false
  base: {build: {context: 'https://github.com/a/b.git', dockerfile: D}, mem_limit: 64m}
secrets: {token: {file: ./token}, key: {environment: KEY}}
";
    let yard = Yard::new(shop);
    let push = yard.run(&["push", "web"]);
    assert_eq!(push.code, 0, "{}", push.stderr);
    let log = yard.kept("log");
    let builds: Vec<&str> = log.lines().filter(|line| line.contains(" build ")).collect();
    let expected = [
        "docker buildx build --load --platform linux/amd64 --tag HOST/shop/base:latest --file D \
         https://github.com/a/b.git <0",
        "docker buildx build --load --platform linux/arm64 --tag HOST/shop/web:latest --tag other:1 --file - \
         --build-arg VERSION --build-arg HTTP_PROXY=http://proxy --target final \
         --build-context base=docker-image://HOST/shop/base:latest --build-context docs=./docs \
         --build-context x=docker-image://alpine --label a=b --network host --add-host db:10.0.0.1 --ssh default \
         --secret id=t,src=./token --secret id=key,env=KEY --ulimit nofile=1:2 --shm-size 1048576 --cache-from c \
         --no-cache --pull --provenance=false ./web <12",
    ];
    assert_eq!(builds, expected);
    assert!(yard.kept("variables").lines().any(|name| name == "VERSION"), "{}", yard.kept("variables"));
    assert!(!push.stderr.contains("hunter2"), "{}", push.stderr);
}

#[test]
fn podman_has_a_file_of_credentials() {
    let yard = Yard::with("podman", SHOP);
    let push = yard.run(&["push", "--builder", "podman", "--registry", &format!("{}/team", yard.host)]);
    // A registry that the user names is logged in to by the user, and its repositories are not ours to make.
    assert_eq!((push.code, push.stdout.as_str()), (1, ""), "{}", push.stderr);
    assert!(!yard.kept("log").contains("login"), "{}", yard.kept("log"));
    let push = yard.run(&["push", "--builder", "podman"]);
    assert_eq!(push.code, 0, "{}", push.stderr);
    assert!(yard.kept("log").contains("podman build --platform linux/amd64 "), "{}", yard.kept("log"));
    assert_eq!(fs::read_dir(yard.path("tmp")).unwrap().count(), 0);
}

#[test]
fn a_network_that_breaks_off_is_tried_again() {
    let yard = Yard::new(SHOP);
    let broken = "Put \"https://HOST/v2/\": net/http: TLS handshake timeout\n";
    fs::write(yard.path("failures"), broken.repeat(2)).unwrap();
    let push = yard.run(&["push"]);
    assert_eq!(push.code, 0, "{}", push.stderr);
    assert_eq!(push.stderr.matches("the push broke off, trying again").count(), 2, "{}", push.stderr);
    fs::write(yard.path("failures"), "denied: not authorized\n").unwrap();
    let refused = run(yard.command(&["push"]).env("ENGINE_CONTENT", "2"));
    assert_eq!(refused.code, 1);
    let last = "error: `docker` cannot push `HOST/shop/web:latest`: denied: not authorized\n";
    assert!(refused.stderr.replace(&yard.host, "HOST").ends_with(last), "{}", refused.stderr);
}

#[test]
fn a_tag_that_cannot_be_moved_stays() {
    let yard = Yard::new(SHOP);
    yard.bed.aws.lock().unwrap().add_repository("shop/web").immutable = true;
    assert_eq!(yard.run(&["push", "--tag", "v1"]).code, 0);
    assert_eq!(yard.run(&["push", "--tag", "v1"]).code, 0);
    let other = run(yard.command(&["push", "--tag", "v1"]).env("ENGINE_CONTENT", "2"));
    let expected = "error: tag `v1` of the repository `shop/web` belongs to another image, and cannot be moved\n  \
                    help: push the image of `web` under another `--tag`\n";
    assert_eq!(other.code, 1);
    assert!(other.stderr.ends_with(expected), "{}", other.stderr);
    assert_eq!(yard.kept("log").matches(" push ").count(), 1);
}

#[test]
fn what_cannot_be_pushed_is_said() {
    let yard = Yard::new(&SHOP.replace("web: {build: web,", "web: {build: web, image: 'web:1',"));
    let message = |run: &Run| run.stderr.lines().find(|line| line.starts_with("error")).unwrap_or_default().to_owned();
    let nowhere = yard.run(&["push"]);
    let expected = "error: nothing says to which registry `web:1`, the image of `web`, is pushed";
    assert_eq!((nowhere.code, &*message(&nowhere)), (1, expected));
    let yard = Yard::new(SHOP);
    let no_build = yard.run(&["push", "db"]);
    assert_eq!(message(&no_build), "error: there is no image of `db` to push: it has no `build`");
    let unknown = yard.run(&["push", "api"]);
    assert_eq!(message(&unknown), "error: there is no image of `api` to push: it is not in this project");
    let broken = run(yard.command(&["push"]).env("ENGINE_BROKEN", "1"));
    assert_eq!((broken.code, &*message(&broken)), (1, "error: the image of `web` could not be built"));
    let no_engine = run(yard.command(&["push"]).env("PATH", "/nowhere"));
    let expected = "error: there is no program that builds images: docker, podman or buildah";
    assert_eq!((no_engine.code, &*message(&no_engine)), (1, expected));
    let other = yard.run(&["push", "--builder", "buildah"]);
    assert_eq!(message(&other), "error: `buildah` is not there to build images");
    let nothing = Yard::new("name: shop\nservices: {db: {image: 'redis:7', mem_limit: 64m}}").run(&["push"]);
    assert_eq!((nothing.code, &*nothing.stderr), (0, "no service has a `build`: there is nothing to push\n"));
}

#[test]
fn a_helper_of_the_users_logs_in() {
    let yard = Yard::new(SHOP);
    let settings = json!({"credHelpers": {yard.host.clone(): "ecr-login"}}).to_string();
    fs::write(yard.path("home/.docker/config.json"), settings).unwrap();
    // The stand-in's engine knows no helpers, so the registry does not let it in.
    let push = yard.run(&["push"]);
    assert!(push.stderr.contains("Not Authorized"), "{}", push.stderr);
    assert!(!yard.kept("log").contains("login"), "{}", yard.kept("log"));
    assert!(!yard.kept("variables").contains("DOCKER_CONFIG"), "{}", yard.kept("variables"));
}

#[test]
fn nothing_is_left_behind_when_somebody_asks_to_stop() {
    let yard = Yard::new(SHOP);
    let mut command = yard.command(&["push"]);
    let mut child = command.env("ENGINE_SLEEP", "60").stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    while !Path::new(&yard.path("variables")).exists() {
        assert!(began.elapsed() < Duration::from_mins(1));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(fs::read_dir(yard.path("tmp")).unwrap().count(), 1);
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert_eq!(fs::read_dir(yard.path("tmp")).unwrap().count(), 0);
}

#[test]
fn up_builds_pushes_and_pins_and_then_nothing_changes() {
    let yard = Yard::new(SHOP);
    let missing = yard.up(&[]);
    let expected =
        format!("error: image `{}/shop/web:latest` of `web` is missing: the repository does not exist\n", yard.host);
    assert_eq!((missing.code, missing.stderr.contains(&expected)), (1, true), "{}", missing.stderr);
    yard.bed.changes();
    let rehearsal = yard.up(&["--build", "--dry-run"]);
    assert!(rehearsal.stderr.contains("web: its image would be built and pushed\n"), "{}", rehearsal.stderr);
    assert_eq!((yard.kept("log"), yard.bed.changes()), (String::new(), vec![]));
    let up = yard.up(&["--build"]);
    assert_eq!(up.code, 0, "{}", up.stderr);
    let pinned = format!("HOST/shop/web@{}", yard.digest("shop/web", "latest"));
    assert_eq!(yard.image("shop-web"), pinned);
    assert_eq!(yard.image("shop-db"), "redis:7");
    yard.bed.changes();
    let again = yard.up(&["--push"]);
    assert_eq!((again.code, yard.bed.changes()), (0, vec![]), "{}", again.stderr);

    // The tag is moved: what runs is not what the file means any more.
    assert_eq!(run(yard.command(&["push"]).env("ENGINE_CONTENT", "2")).code, 0);
    yard.bed.changes();
    let moved = yard.up(&[]);
    assert_eq!(
        (moved.code, yard.bed.changes()),
        (0, vec!["RegisterTaskDefinition".to_owned(), "UpdateService".to_owned()])
    );
    assert_ne!(yard.image("shop-web"), pinned);
    let unpinned = yard.up(&["--pin", "never"]);
    assert_eq!((unpinned.code, &*yard.image("shop-web")), (0, "HOST/shop/web:latest"), "{}", unpinned.stderr);
    let all = yard.up(&["--pin", "always"]);
    let expected = "error: `redis:7` cannot be pinned: only images in ECR of this region can\n";
    assert_eq!((all.code, all.stderr.contains(expected)), (1, true), "{}", all.stderr);
}
