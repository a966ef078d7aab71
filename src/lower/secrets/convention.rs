//! `NAME_FILE=/run/secrets/x`: variables that name the file which holds the value of another.

use crate::compose::conceal::told_name;
use crate::compose::service::Service;
use crate::compose::service::image::reference::ImageReference;
use crate::compose::service::secrets::grant::FileGrant;
use crate::source::{Span, Spanned};

/// A variable that names the file of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pointer<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// The variable whose value the file holds.
    pub(super) variable: &'a str,
    /// Where it was written.
    pub(super) span: Span,
    /// Whether the image is known to read either.
    pub(super) is_known: bool,
}

/// The variables of a service that name the file of a secret.
pub(super) fn pointers<'a>(service: &'a Service, grant: &FileGrant) -> Vec<Pointer<'a>> {
    let path = grant.secret_path();
    let file = path.strip_prefix("/run/secrets/");
    let image = service.image.image.as_ref().and_then(|image| image.value.parse::<ImageReference>().ok());
    let pointer = |(name, variable): (&'a String, &Spanned<Option<String>>)| {
        let Spanned { value, span } = variable;
        let names_file = value.as_deref().is_some_and(|value| value == path || Some(value) == file);
        // Of an odd name, messages would not quote all.
        let variable = behind(name).filter(|_| names_file && told_name(name) == name)?;
        let is_known = image.as_ref().is_some_and(|image| is_known(image, variable));
        Some(Pointer { name, variable, span: *span, is_known })
    };
    service.process.environment.iter().filter_map(pointer).collect()
}

/// The variable behind one that names a file: `GF_DATABASE_PASSWORD__FILE`, `FILE__TOKEN`, `POSTGRES_PASSWORD_FILE`.
fn behind(name: &str) -> Option<&str> {
    let forms = [name.strip_suffix("__FILE"), name.strip_prefix("FILE__"), name.strip_suffix("_FILE")];
    forms.into_iter().flatten().find(|variable| !variable.is_empty())
}

/// Whether an image reads a variable also from a file.
fn is_known(image: &ImageReference, variable: &str) -> bool {
    let name = image.known_name();
    let is_named = |names: &[&str]| {
        names.iter().any(|known| known.strip_suffix('*').map_or(*known == name, |start| name.starts_with(start)))
    };
    let mut known = KNOWN.iter().filter(|(names, _)| is_named(names));
    known.any(|(_, starts)| starts.iter().any(|start| variable.starts_with(start)))
}

/// Images, by the names that people know them by, and how the variables begin that they read also from files.
///
/// Their documentation says so, and their entry points: <https://hub.docker.com/_/postgres>.
const KNOWN: &[(&[&str], &[&str])] = &[
    (&["postgres", "postgis/postgis", "timescale/timescaledb", "pgvector/pgvector"], &["POSTGRES_"]),
    (&["mysql"], &["MYSQL_"]),
    (&["mariadb"], &["MARIADB_", "MYSQL_"]),
    (&["mongo"], &["MONGO_INITDB_ROOT_"]),
    (&["mongo-express"], &["ME_CONFIG_"]),
    (&["wordpress"], &["WORDPRESS_"]),
    (&["joomla"], &["JOOMLA_"]),
    (&["redmine"], &["REDMINE_"]),
    (&["nextcloud"], &["POSTGRES_", "MYSQL_", "NEXTCLOUD_", "REDIS_HOST_PASSWORD", "SMTP_", "OBJECTSTORE_S3_"]),
    (&["phpmyadmin", "phpmyadmin/phpmyadmin"], &["PMA_", "MYSQL_ROOT_PASSWORD"]),
    (&["dpage/pgadmin4"], &["PGADMIN_DEFAULT_"]),
    (&["minio/minio", "quay.io/minio/minio"], &["MINIO_"]),
    (&["grafana/grafana", "grafana/grafana-oss", "grafana/grafana-enterprise"], &["GF_"]),
    (&["gitea/gitea", "docker.gitea.com/gitea"], &["GITEA__"]),
    (&["vaultwarden/server", "ghcr.io/dani-garcia/vaultwarden"], &[""]),
    (&["linuxserver/*", "lscr.io/linuxserver/*", "ghcr.io/linuxserver/*"], &[""]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(image: &str, name: &str, expected: Option<(&str, bool)>) {
        let image: ImageReference = image.parse().unwrap();
        let found = behind(name).map(|variable| (variable, is_known(&image, variable)));
        assert_eq!(found, expected);
    }

    #[test]
    fn images_have_their_own_variables() {
        check("postgres:16", "POSTGRES_PASSWORD_FILE", Some(("POSTGRES_PASSWORD", true)));
        check("public.ecr.aws/docker/library/mysql:8", "MYSQL_ROOT_PASSWORD_FILE", Some(("MYSQL_ROOT_PASSWORD", true)));
        check("postgres:16", "PGPASS_FILE", Some(("PGPASS", false)));
        check("example/postgres", "POSTGRES_PASSWORD_FILE", Some(("POSTGRES_PASSWORD", false)));
    }

    #[test]
    fn the_file_is_said_in_three_ways() {
        check("grafana/grafana", "GF_DATABASE_PASSWORD__FILE", Some(("GF_DATABASE_PASSWORD", true)));
        check("lscr.io/linuxserver/mariadb", "FILE__MYSQL_PASSWORD", Some(("MYSQL_PASSWORD", true)));
        check("example/web", "SECRET", None);
        check("example/web", "_FILE", None);
    }
}
