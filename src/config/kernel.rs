//! What of the kernel a service sees and may use.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::value::{Fields, Value};
use super::{Context, Format, extension};
use crate::compose::service::Service;
use crate::compose::service::kernel::device::Device;
use crate::compose::service::kernel::ulimit::Ulimit;
use crate::compose::service::kernel::{Cgroup, Kernel, Namespace};
use crate::source::Spanned;

/// The keys of the facet `kernel`.
pub(super) fn fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    let Kernel {
        init,
        privileged,
        cap_add,
        cap_drop,
        security_opt,
        sysctls,
        ulimits,
        devices,
        device_cgroup_rules,
        shm_size,
        pid,
        ipc,
        uts,
        userns_mode,
        cgroup,
        cgroup_parent,
        oom_kill_disable,
        oom_score_adj,
        runtime,
        isolation,
        storage_opt,
    } = &service.kernel;
    let device = |device: &'p Spanned<Device>| {
        let path = ["services", service.name.value.as_str(), "devices"];
        self::device(&device.value).with(extension::item_fields(&path, device.span, context))
    };
    let mut fields = Fields::default();
    fields.put_some("init", init.map(|init| init.value));
    fields.put_true("privileged", *privileged);
    fields.put_filled("cap_add", cap_add);
    fields.put_filled("cap_drop", cap_drop);
    fields.put_filled("security_opt", security_opt);
    fields.put_filled("sysctls", sysctls);
    fields.put_filled("ulimits", self::ulimits(ulimits, context));
    fields.put_filled("devices", devices.iter().map(device).collect::<Value<'_>>());
    fields.put_filled("device_cgroup_rules", device_cgroup_rules);
    fields.put_size("shm_size", *shm_size);
    fields.put_some("pid", pid.as_ref().map(|pid| namespace(&pid.value)));
    fields.put_some("ipc", ipc.as_ref().map(|ipc| namespace(&ipc.value)));
    fields.put_some("uts", uts.as_ref().map(|uts| namespace(&uts.value)));
    fields.put_written("userns_mode", userns_mode.as_ref());
    fields.put_some(
        "cgroup",
        cgroup.map(|cgroup| match cgroup.value {
            Cgroup::Host => "host",
            Cgroup::Private => "private",
        }),
    );
    fields.put_written("cgroup_parent", cgroup_parent.as_ref());
    fields.put_true("oom_kill_disable", *oom_kill_disable);
    fields.put_non_zero("oom_score_adj", *oom_score_adj);
    fields.put_written("runtime", runtime.as_ref());
    fields.put_written("isolation", isolation.as_ref());
    fields.put_filled("storage_opt", storage_opt);
    fields
}

/// `pid`, `ipc` or `uts`.
fn namespace(namespace: &Namespace) -> Cow<'_, str> {
    match namespace {
        Namespace::Host => Cow::Borrowed("host"),
        Namespace::Service(name) => Cow::Owned(format!("service:{name}")),
        Namespace::Container(name) => Cow::Owned(format!("container:{name}")),
        Namespace::Other(text) => Cow::Borrowed(text),
    }
}

/// An entry of `devices`.
fn device(device: &Device) -> Fields<'_> {
    let Device { source, target, permissions } = device;
    let mut fields = Fields::default();
    fields.put_text("source", source);
    fields.put_text("target", target);
    fields.put_text("permissions", permissions);
    fields
}

/// `ulimits` of a service or of a build.
pub(super) fn ulimits<'p>(ulimits: &'p IndexMap<String, Spanned<Ulimit>>, context: &Context<'_>) -> Value<'p> {
    Value::sorted(ulimits.iter().map(|(name, limit)| (name, ulimit(limit.value, context.options.format))))
}

/// An entry of `ulimits`. Docker Compose takes a single zero for two of them; its JSON leaves zeros out.
fn ulimit(limit: Ulimit, format: Format) -> Value<'static> {
    let Ulimit { is_single, soft, hard } = limit;
    if is_single && soft != 0 {
        return soft.into();
    }
    let mut fields = Fields::default();
    for (key, number) in [("soft", soft), ("hard", hard)] {
        if number != 0 || format == Format::Yaml {
            fields.put(key, number);
        }
    }
    fields.into()
}
