//! What the file for ecs-cli says of a service.

use indexmap::IndexMap;
use indexmap::map::Entry as Slot;

use super::{finish, flag, given, items, text};
use crate::compose::extension::setting::Texts;
use crate::compose::extension::{Firelens, FirelensType, OwnExtension};
use crate::compose::foreign::{Foreign, condition, pull_credentials};
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::compose::service::readiness::{Dependency, Healthcheck, Readiness, decode_test};
use crate::compose::service::resources::Resources;
use crate::compose::service::resources::device_request::{DeviceRequest, DeviceSelection};
use crate::compose::size::ByteSize;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::keys::{Decode, Keys, StringOrNumber};
use crate::yaml::{Entry, Node};

/// What is said at something of Compose's that no longer holds.
const REPLACED: &str = "it goes before this";

/// Takes the keys of a service. One without keys says nothing.
pub(super) fn adopt(service: &mut Service, node: &Node, diags: &mut Diagnostics) {
    if node.is_null() {
        return;
    }
    let Some(mut keys) = Keys::of(node, diags) else { return };
    of_container(&mut keys, &mut service.extension.own, diags);
    let mut credentials = keys.nested("repository_credentials", diags);
    if let Some(entry) = given(&mut credentials, "credentials_parameter") {
        pull_credentials(entry, &mut service.extension, diags);
    }
    finish(credentials, "`repository_credentials`", diags);

    if let Some(entry) = given(&mut keys, "init_process_enabled") {
        let value = Spanned::decode(&entry.value, diags);
        replace((entry, flag(value, ["init: false", "init: true"])), value, &mut service.kernel.init, diags);
    }
    of_resources(&mut keys, &mut service.resources, diags);
    if let Some(entry) = given(&mut keys, "healthcheck") {
        healthcheck(entry, &mut service.readiness, diags);
    }
    if let Some(entry) = given(&mut keys, "depends_on") {
        depends_on(entry, &mut service.readiness, diags);
    }
    finish(keys, "a service of `task_definition`", diags);
}

/// Takes what `x-ecs` has keys for.
fn of_container(keys: &mut Keys<'_>, own: &mut OwnExtension, diags: &mut Diagnostics) {
    if let Some(entry) = given(keys, "essential") {
        let value = Spanned::decode(&entry.value, diags);
        let form = flag(value, ["essential: false", "essential: true"]);
        Foreign::of(entry, form).put(value, &mut own.essential, diags);
    }
    if let Some(entry) = given(keys, "secrets") {
        references(entry, "secrets: {NAME: ARN}", &mut own.secrets, diags);
    }
    let mut logging = keys.nested("logging", diags);
    if let Some(entry) = given(&mut logging, "secret_options") {
        references(entry, "log_secrets: {OPTION: ARN}", &mut own.log_secrets, diags);
    }
    finish(logging, "`logging`", diags);
    if let Some(entry) = given(keys, "firelens_configuration") {
        let value = firelens(&entry.value, diags).map(|firelens| Spanned::new(firelens, entry.value.span));
        Foreign::of(entry, "firelens: {type: fluentbit}").put(value, &mut own.firelens, diags);
    }
}

/// Takes what ECS reads from a secret store, by the names of variables or of options.
fn references(entry: &Entry, form: &'static str, slot: &mut Option<Spanned<Texts>>, diags: &mut Diagnostics) {
    let mut read = Texts::new();
    for item in items(entry, diags) {
        let Some(mut keys) = Keys::of(item, diags) else { continue };
        let (name, value_from) = (keys.require::<Spanned<String>>("name", diags), keys.require("value_from", diags));
        finish(keys, &format!("an entry of `{}`", entry.key), diags);
        let (Some(Spanned { value: name, span }), Some(value_from)) = (name, value_from) else { continue };
        match read.entry(name) {
            Slot::Occupied(first) => {
                let message = format!("`{}` stands twice in `{}`", first.key(), entry.key);
                diags.error(Code::Conflict, span, message);
            }
            Slot::Vacant(vacant) => drop(vacant.insert(value_from)),
        }
    }
    if read.is_empty() {
        return;
    }
    let texts = slot.get_or_insert_with(|| Spanned::new(Texts::new(), entry.value.span));
    let mut has_news = false;
    for (name, value_from) in read {
        match texts.value.entry(name) {
            Slot::Occupied(own) => {
                Foreign { name: own.key(), span: value_from.span, form }.beaten(own.get().span, diags);
            }
            Slot::Vacant(vacant) => {
                vacant.insert(value_from);
                has_news = true;
            }
        }
    }
    if has_news {
        Foreign::of(entry, form).note(diags);
    }
}

/// Reads a log router, whose options may be booleans and numbers.
fn firelens(node: &Node, diags: &mut Diagnostics) -> Option<Firelens> {
    let mut keys = Keys::of(node, diags)?;
    let kind: Option<Spanned<FirelensType>> = keys.require("type", diags);
    let mut options = keys.nested("options", diags);
    let options: Texts = options.entries().filter_map(|entry| text(entry, diags)).collect();
    finish(keys, "`firelens_configuration`", diags);
    Some(Firelens { kind: kind?, options })
}

/// Takes how much a container may use. Each figure has several names in Compose; none of the others remains.
fn of_resources(keys: &mut Keys<'_>, resources: &mut Resources, diags: &mut Diagnostics) {
    if let Some(entry) = given(keys, "cpu_shares")
        && let Some(shares) = Spanned::decode(&entry.value, diags)
    {
        let limit = resources.limits.as_mut().and_then(|limits| limits.cpus.take()).or(resources.cpus.take());
        let reserved = resources.reservations.as_mut().and_then(|reservations| reservations.cpus.take());
        let others = [limit, reserved].into_iter().flatten().map(|cpus| cpus.span);
        report(entry, "cpu_shares: NUMBER", others.chain(resources.cpu_shares.map(|shares| shares.span)), diags);
        resources.cpu_shares = Some(shares);
    }
    if let Some((entry, memory)) = size(keys, "mem_limit", diags) {
        let limit = resources.limits.as_mut().and_then(|limits| limits.memory.take()).or(resources.mem_limit);
        report(entry, "mem_limit: SIZE", limit.map(|memory| memory.span).into_iter(), diags);
        resources.mem_limit = Some(memory);
    }
    if let Some((entry, memory)) = size(keys, "mem_reservation", diags) {
        let reserved = resources.reservations.as_mut().and_then(|reservations| reservations.memory.take());
        let reserved = reserved.or(resources.mem_reservation);
        report(entry, "mem_reservation: SIZE", reserved.map(|memory| memory.span).into_iter(), diags);
        resources.mem_reservation = Some(memory);
    }
    if let Some(entry) = given(keys, "gpu")
        && let Some(count) = gpus(&entry.value, diags)
    {
        let reserved = resources.reservations.as_mut().map(|reservations| {
            let devices = std::mem::take(&mut reservations.devices).into_iter().map(|request| request.span);
            devices.chain(std::mem::take(&mut reservations.generic_resources).into_iter().map(|resource| resource.span))
        });
        let requests = resources.gpus.drain(..).map(|request| request.span);
        report(entry, "gpus: [{count: NUMBER}]", requests.chain(reserved.into_iter().flatten()), diags);
        let selection = DeviceSelection::Count(count);
        let request = DeviceRequest { selection, ..DeviceRequest::default() };
        resources.gpus = vec![Spanned::new(request, entry.value.span)];
    }
}

/// Takes a size of memory; 0 is as good as none.
fn size<'n>(keys: &mut Keys<'n>, key: &'static str, diags: &mut Diagnostics) -> Option<(&'n Entry, Spanned<ByteSize>)> {
    let entry = given(keys, key)?;
    let size = Spanned::<ByteSize>::decode(&entry.value, diags)?;
    (size.value.bytes() != 0).then_some((entry, size))
}

/// Reads a number of GPUs.
fn gpus(node: &Node, diags: &mut Diagnostics) -> Option<i64> {
    let StringOrNumber(text) = StringOrNumber::decode(node, diags)?;
    let count = text.parse().ok().filter(|count| *count > 0);
    if count.is_none() {
        let message = format!("invalid value `{text}`: it must be a number of GPUs");
        diags.error(Code::InvalidValue, node.span, message);
    }
    count
}

/// Takes the health check, which changes what Compose says of it key by key.
fn healthcheck(entry: &Entry, readiness: &mut Readiness, diags: &mut Diagnostics) {
    let Some(mut keys) = Keys::of(&entry.value, diags) else { return };
    let (test, command) = (given(&mut keys, "test"), given(&mut keys, "command"));
    if let (Some(test), Some(command)) = (test, command) {
        diags
            .error(Code::Conflict, command.key_span, "`test` and `command` are two names of one thing")
            .label(test.key_span, "the first is here");
    }
    let read = Healthcheck {
        test: test.or(command).and_then(|test| decode_test(&test.value, diags)),
        interval: keys.take_nullable("interval", diags),
        timeout: keys.take_nullable("timeout", diags),
        retries: keys.take_nullable("retries", diags),
        start_period: keys.take_nullable("start_period", diags),
        start_interval: None,
        disable: None,
    };
    finish(keys, "a health check", diags);
    let own = readiness.healthcheck.take();
    let form = "healthcheck: {test: [CMD, …]}";
    report(entry, form, own.iter().map(|own| own.span), diags);
    let own = own.map(|own| own.value).unwrap_or_default();
    let merged = Healthcheck {
        disable: own.disable.filter(|_| read.test.is_none()),
        test: read.test.or(own.test),
        interval: read.interval.or(own.interval),
        timeout: read.timeout.or(own.timeout),
        retries: read.retries.or(own.retries),
        start_period: read.start_period.or(own.start_period),
        start_interval: own.start_interval,
    };
    readiness.healthcheck = Some(Spanned::new(merged, entry.value.span));
}

/// Takes what the container waits for, beside what Compose says of others.
fn depends_on(entry: &Entry, readiness: &mut Readiness, diags: &mut Diagnostics) {
    let mut read: IndexMap<ServiceName, Spanned<Dependency>> = IndexMap::new();
    for item in items(entry, diags) {
        let Some(mut keys) = Keys::of(item, diags) else { continue };
        let name: Option<Spanned<String>> = keys.require("container_name", diags);
        let condition = keys.require("condition", diags).and_then(|word| condition(&word, diags));
        finish(keys, "an entry of `depends_on`", diags);
        let (Some(Spanned { value: name, span }), Some(condition)) = (name, condition) else { continue };
        let dependency = Dependency { condition, ..Dependency::default() };
        if read.insert(ServiceName::new(name.as_str()), Spanned::new(dependency, span)).is_some() {
            diags.error(Code::Conflict, span, format!("`{name}` stands twice in `depends_on`"));
        }
    }
    let differs = |(name, dependency): (&ServiceName, &Spanned<Dependency>)| {
        let own = readiness.depends_on.get(name)?;
        (own.value.condition != dependency.value.condition).then_some(own.span)
    };
    let places: Vec<Span> = read.iter().filter_map(differs).collect();
    if !read.is_empty() {
        report(entry, "depends_on: {NAME: {condition: service_healthy}}", places.into_iter(), diags);
    }
    readiness.depends_on.extend(read);
}

/// Puts a value in the place of what Compose says.
fn replace<T>(
    (entry, form): (&Entry, &str),
    value: Option<Spanned<T>>,
    slot: &mut Option<Spanned<T>>,
    diags: &mut Diagnostics,
) {
    if let Some(value) = value {
        report(entry, form, slot.iter().map(|own| own.span), diags);
        *slot = Some(value);
    }
}

/// Says how a key is written in the Compose file, and what it replaces there.
fn report<'d>(
    entry: &Entry,
    form: &str,
    replaced: impl Iterator<Item = Span>,
    diags: &'d mut Diagnostics,
) -> &'d mut Diagnostic {
    let key = form.split(':').next().unwrap_or_default();
    let message = format!("`{}` is taken for `{key}` of the service", entry.key);
    let finding = diags.note(Code::Inferred, entry.key_span, message);
    for place in replaced {
        finding.label(place, REPLACED);
    }
    finding.hint(format!("write `{form}` at the service"))
}
