//! `networks` at the top of a file.

use indexmap::IndexMap;

use crate::compose::resource::{AddressPool, Ipam, Network};
use crate::config::value::{Fields, Value};
use crate::config::{Context, Format, extension, network};
use crate::options::Normalization;

/// The networks that services are on; the default one is there without a word.
pub(super) fn value<'p>(context: &Context<'p>) -> Value<'p> {
    let Context { project, options } = context;
    let used = project.services.values().flat_map(|service| network::networks(service, context));
    let used: IndexMap<&str, Option<&Network>> = used.map(|(name, _)| (name, project.networks.get(name))).collect();
    let is_implied = |name: &str| name == "default" && options.normalization == Normalization::Enabled;
    let used = used.into_iter().filter(|(name, network)| network.is_some() || is_implied(name));
    Value::sorted(used.map(|(key, network)| (key, fields(key, network, context))))
}

/// A network.
fn fields<'p>(key: &'p str, network: Option<&'p Network>, context: &Context<'p>) -> Fields<'p> {
    let mut fields = Fields::default();
    let Some(network) = network else {
        fields.put_text("name", super::name(key, None, false, context));
        put_addresses(&mut fields, key, None, context);
        return fields;
    };
    let Network { name, driver, driver_opts, ipam, external, internal, attachable, enable_ipv4, enable_ipv6, labels } =
        network;
    let is_external = external.is_some_and(|external| external.value);
    fields.put_text("name", super::name(key, name.as_ref(), is_external, context));
    fields.put_written("driver", driver.as_ref());
    fields.put_filled("driver_opts", driver_opts);
    put_addresses(&mut fields, key, ipam.as_ref().map(|ipam| &ipam.value), context);
    fields.put_true("external", *external);
    fields.put_true("internal", *internal);
    fields.put_true("attachable", *attachable);
    fields.put_filled("labels", labels);
    fields.put_some("enable_ipv4", enable_ipv4.map(|flag| flag.value));
    fields.put_some("enable_ipv6", enable_ipv6.map(|flag| flag.value));
    fields.extend(extension::fields(&["networks", key], context));
    fields
}

/// Adds which addresses members of a network get, which stands in JSON even if nothing is said.
fn put_addresses<'p>(fields: &mut Fields<'p>, key: &str, ipam: Option<&'p Ipam>, context: &Context<'p>) {
    let mut addresses = Fields::default();
    if let Some(ipam) = ipam {
        // Docker Compose reads `options`, and forgets them.
        let Ipam { driver, config, options: _ } = ipam;
        addresses.put_text("driver", driver.as_deref().unwrap_or_default());
        addresses.put_filled("config", config.iter().map(pool).collect::<Value<'_>>());
        addresses.extend(extension::fields(&["networks", key, "ipam"], context));
    }
    match context.options.format {
        Format::Json => fields.put("ipam", addresses),
        Format::Yaml => fields.put_filled("ipam", addresses),
    }
}

/// Addresses to give.
fn pool(pool: &AddressPool) -> Fields<'_> {
    let AddressPool { subnet, ip_range, gateway, aux_addresses } = pool;
    let mut fields = Fields::default();
    for (key, text) in [("subnet", subnet), ("gateway", gateway), ("ip_range", ip_range)] {
        fields.put_text(key, text.as_deref().unwrap_or_default());
    }
    fields.put_filled("aux_addresses", Value::sorted(aux_addresses));
    fields
}

#[cfg(test)]
mod tests {
    use crate::config::testing::{JSON, PLAIN, YAML};
    use crate::config::value::Value;
    use crate::config::{ConfigOptions, Context};
    use crate::testing::load;

    /// Checks what is printed of the networks of a project with a service on the network `n`.
    #[track_caller]
    fn check(networks: &str, options: ConfigOptions, expected: &str) {
        let text = format!("name: shop\nservices: {{web: {{image: x, networks: [n]}}}}\nnetworks: {networks}");
        let (project, diags) = load(&text);
        let project = project.unwrap_or_else(|| panic!("the file is sound: {diags:?}"));
        let value: Value<'_> = super::value(&Context { project: &project, options });
        assert_eq!(serde_json::to_string(&value).expect("all keys are strings"), expected);
    }

    #[test]
    fn only_networks_that_are_used_are_printed() {
        check("{n: , m: {}, default: {}}", YAML, r#"{"n":{"name":"shop_n"}}"#);
    }

    #[test]
    fn a_network_has_a_name() {
        check("{n: {external: true}}", JSON, r#"{"n":{"name":"n","ipam":{},"external":true}}"#);
        check("{n: {external: {name: m}}}", JSON, r#"{"n":{"name":"m","ipam":{},"external":true}}"#);
        check("{n: {name: '', external: false}}", JSON, r#"{"n":{"ipam":{}}}"#);
        check("{n: {}}", PLAIN, r#"{"n":{"ipam":{}}}"#);
    }

    #[test]
    fn all_keys_have_their_place() {
        check(
            "{n: {enable_ipv6: true, enable_ipv4: false, labels: [l], attachable: true, internal: true, driver_opts: {o: 1},
                  ipam: {x-a: 1, options: {a: b}, driver: i, config: [{aux_addresses: {a: b}, ip_range: r, gateway: g, subnet: s}]},
                  driver: d, x-b: 1}}",
            YAML,
            concat!(
                r#"{"n":{"name":"shop_n","driver":"d","driver_opts":{"o":"1"},"#,
                r#""ipam":{"driver":"i","config":[{"subnet":"s","gateway":"g","ip_range":"r","aux_addresses":{"a":"b"}}],"x-a":1},"#,
                r#""internal":true,"attachable":true,"labels":{"l":""},"enable_ipv4":false,"enable_ipv6":true,"x-b":1}}"#,
            ),
        );
    }
}
