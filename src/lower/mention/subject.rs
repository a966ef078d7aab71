//! What the name of a variable, a key or an option says of the value under it.

/// What values under a name are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// Hosts: a bare word is one.
    Hosts,
    /// Images and versions: `redis:7200` is none.
    Versions,
    /// Anything: only what looks like nothing else is a host.
    Anything,
}

/// The last words of names whose values are hosts.
const HOSTS: [&str; 25] = [
    "host",
    "hosts",
    "hostname",
    "hostnames",
    "hostaddr",
    "server",
    "servers",
    "addr",
    "addrs",
    "address",
    "addresses",
    "endpoint",
    "endpoints",
    "url",
    "urls",
    "uri",
    "uris",
    "broker",
    "brokers",
    "node",
    "nodes",
    "seed",
    "seeds",
    "peers",
    "upstream",
];

/// Words in names whose values are images, tags or versions.
const VERSIONS: [&str; 4] = ["image", "images", "tag", "version"];

/// Variables of reverse proxies, which hold the names that a service is to be known by outside.
const PUBLIC_NAMES: [&str; 2] = ["VIRTUAL_HOST", "LETSENCRYPT_HOST"];

impl Subject {
    /// What a name says of its value.
    pub(super) fn of(name: &str) -> Self {
        if PUBLIC_NAMES.contains(&name) {
            return Self::Anything;
        }
        let words = words(name);
        let last = words.last().map(String::as_str).unwrap_or_default();
        if HOSTS.contains(&last) || last.ends_with("host") {
            Self::Hosts
        } else if words.iter().any(|word| VERSIONS.contains(&word.as_str())) {
            Self::Versions
        } else {
            Self::Anything
        }
    }

    /// What an option says of the word behind it.
    pub(super) fn of_option(word: &str) -> Self {
        let is_bare = word.starts_with('-') && !word.contains('=');
        if word == "-h" || (is_bare && Self::of(word) == Self::Hosts) { Self::Hosts } else { Self::Anything }
    }
}

/// The name, in lower case, of the variable that would hold the port to the host in a variable: `db_port` to `DB_HOST`.
pub(super) fn port_beside(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let ending = ["hostname", "host", "address", "addr", "server"].into_iter().find_map(|end| lower.strip_suffix(end));
    ending.map(|start| format!("{start}port"))
}

/// The words of a name, in lower case, without numbers at its end: `["db", "host"]` of `DB_HOST_1` and `dbHost`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        let starts = before.is_lowercase() && letter.is_uppercase();
        if starts || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    while let Some(last) = words.pop() {
        let word = last.trim_end_matches(|letter: char| letter.is_ascii_digit());
        if !word.is_empty() {
            words.push(word.to_owned());
            break;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], expected: Subject) {
        for name in names {
            assert_eq!(Subject::of(name), expected, "{name}");
        }
    }

    #[test]
    fn the_last_word_speaks_of_hosts() {
        check(&["DB_HOST", "host", "dbHost", "yelbdbhost", "DB_HOST_1", "HOST2", "--host", "ES_SEEDS"], Subject::Hosts);
        check(&["HOST_NAME", "HOST_PATH", "HOSTING", "DB", "", "VIRTUAL_HOST"], Subject::Anything);
    }

    #[test]
    fn some_words_speak_of_versions() {
        check(&["REDIS_IMAGE", "IMAGE_NAME", "redisTag", "APP_VERSION"], Subject::Versions);
        check(&["STAGING_DB", "IMAGINE", "ADVANTAGE"], Subject::Anything);
        check(&["IMAGE_PROVIDER_HOST"], Subject::Hosts);
    }

    #[test]
    fn an_option_speaks_of_the_next_word() {
        for (word, expected) in [
            ("-h", Subject::Hosts),
            ("--host", Subject::Hosts),
            ("--host=x", Subject::Anything),
            ("host", Subject::Anything),
        ] {
            assert_eq!(Subject::of_option(word), expected, "{word}");
        }
    }

    #[test]
    fn a_port_stands_beside_its_host() {
        for (name, expected) in
            [("DB_HOST", Some("db_port")), ("redishost", Some("redisport")), ("DB_URL", None), ("HOST", Some("port"))]
        {
            assert_eq!(port_beside(name).as_deref(), expected, "{name}");
        }
    }
}
