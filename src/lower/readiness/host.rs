//! Hosts: how they are written, and whom they mean.

use std::collections::BTreeMap;

use crate::compose::Project;
use crate::compose::name::ServiceName;
use crate::compose::service::Service;

/// The host names by which the services of a project reach each other.
#[derive(Debug, Clone)]
pub(in crate::lower) struct HostIndex<'p> {
    project: &'p Project,
    /// Names beside those of the services; nothing where a name means several.
    names: BTreeMap<&'p str, Option<&'p ServiceName>>,
}

impl<'p> HostIndex<'p> {
    /// Collects the names once: container names, host names and the aliases of networks.
    pub(in crate::lower) fn new(project: &'p Project) -> Self {
        let mut names = BTreeMap::new();
        for (name, service) in &project.services {
            for host in other_names(service) {
                let meant = names.entry(host).or_insert(Some(name));
                *meant = meant.filter(|other| *other == name);
            }
        }
        Self { project, names }
    }

    /// The service that a host name means to `from`, whose links come first, then the names of services.
    pub(in crate::lower) fn resolve(&self, host: &str, from: &'p Service) -> Option<&'p ServiceName> {
        let linked = from.network.links.iter().find(|link| link.value.alias == host);
        linked
            .and_then(|link| self.service(link.value.service.as_str()))
            .or_else(|| self.service(host))
            .or_else(|| self.names.get(host).copied().flatten())
    }

    /// The service of this name.
    fn service(&self, name: &str) -> Option<&'p ServiceName> {
        self.project.services.get_key_value(name).map(|(name, _)| name)
    }
}

/// A port in decimal. 0 is none that anyone can listen on.
pub(in crate::lower) fn port_number(text: &str) -> Option<u16> {
    decimal(text)?.parse().ok().filter(|port| *port != 0)
}

/// Whether a text can be the name of a host, or an IPv4 address, as it stands.
pub(in crate::lower) fn is_host_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_')
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
}

/// Digits that every shell reads as the same number: a zero in front would make some read octal.
pub(super) fn decimal(text: &str) -> Option<&str> {
    let digits = !text.is_empty() && text.chars().all(|digit| digit.is_ascii_digit());
    (digits && (text == "0" || !text.starts_with('0'))).then_some(text)
}

/// The host names that a service has beside its own.
fn other_names(service: &Service) -> impl Iterator<Item = &str> {
    let named = [&service.process.container_name, &service.network.hostname];
    named.into_iter().flatten().chain(service.network.attachment.aliases()).map(|name| name.value.as_str())
}

#[cfg(test)]
mod tests {
    use super::HostIndex;
    use crate::compose::load::load;
    use crate::compose::name::ServiceName;
    use crate::options::LoadOptions;
    use crate::world::MemoryWorld;

    /// Resolves a name as `web` sees it; nothing is drawn as `-`.
    #[track_caller]
    fn check(host: &str, expected: &str) {
        let text = "
services:
  web: {image: a, links: ['db:store']}
  db: {image: b, container_name: shop-db, hostname: sql}
  cache: {image: c, networks: {default: {aliases: [redis, store, shared]}}}
  queue: {image: d, networks: {default: {aliases: [db, shared]}}}
";
        let mut world = MemoryWorld { current_dir: "/shop".into(), ..MemoryWorld::default() };
        world.files.insert("/shop/compose.yml".into(), text.into());
        let loaded = load(&world, &["compose.yml".into()], &LoadOptions::default());
        let project = loaded.reported.product.unwrap();
        let service = project.services.get("web").unwrap();
        let found = HostIndex::new(&project).resolve(host, service).map_or("-", ServiceName::as_str);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_service_goes_by_all_its_names() {
        check("cache", "cache");
        check("shop-db", "db");
        check("sql", "db");
        check("redis", "cache");
    }

    #[test]
    fn a_link_comes_before_the_names_of_others() {
        check("store", "db");
        check("db", "db");
    }

    #[test]
    fn a_name_of_several_services_means_none() {
        check("shared", "-");
        check("db.example.com", "-");
    }
}
