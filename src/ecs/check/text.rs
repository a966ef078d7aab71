//! The forms of texts that ECS takes.

/// The most that a number of ECS's can be.
pub(super) fn fits(number: u32) -> bool {
    i32::try_from(number).is_ok()
}

/// A family, container, volume, cluster or service: 1 to 255 letters, digits, `-` and `_`.
pub(super) fn is_name(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// What helps where a path does not start at the root.
pub(super) const ABSOLUTE_HINT: &str = "write it from `/` on";

/// What to do about a name that is not one.
pub(super) const NAME_HINT: &str = "use 1 to 255 letters, digits, `-` and `_`";

/// A port's name: 1 to 64 lowercase letters, digits, `-` and `_`, and no `-` at the start.
pub(super) fn is_port_name(text: &str) -> bool {
    text.len() <= 64 && is_dns_name(text) && !text.contains('.')
}

/// A name of Service Connect's: 1 to 127 lowercase letters, digits, `-`, `_` and `.`, and no `-` at the start.
pub(super) fn is_dns_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    (1..=127).contains(&text.len()) && !text.starts_with('-') && text.bytes().all(allowed)
}

/// A host's name: labels of up to 63 letters, digits, `-` and `_` with dots between, at most 253 characters.
pub(super) fn is_hostname(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= 253 && text.strip_suffix('.').unwrap_or(text).split('.').all(is_label)
}

/// A path as it is meant, without doubled slashes, `.` and `..`.
pub(super) fn normal_path(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// What is wrong with an image's reference, if anything.
pub(super) fn image_mistake(image: &str) -> Option<&'static str> {
    let (name, digest) = image.split_once('@').map_or((image, None), |(name, digest)| (name, Some(digest)));
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:/#-".contains(&byte);
    let well_formed = name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(allowed)
        && !name.contains("//")
        && !name.ends_with(['/', ':']);
    let is_digest = |digest: &str| {
        let hex = |length: usize, digits: &str| digits.len() == length && digits.bytes().all(is_lower_hex);
        digest.strip_prefix("sha256:").is_some_and(|digits| hex(64, digits))
            || digest.strip_prefix("sha512:").is_some_and(|digits| hex(128, digits))
    };
    if name.is_empty() {
        Some("it is empty")
    } else if !well_formed {
        Some("it is not a reference to an image")
    } else if name.len() > 255 {
        Some("it is longer than 255 characters")
    } else if digest.is_some_and(|digest| !is_digest(digest)) {
        Some("its digest is not one")
    } else {
        None
    }
}

/// Whether an image is in Amazon's registry: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/…`.
pub(super) fn is_in_ecr(image: &str) -> bool {
    let Some((host, _)) = image.split_once('/') else { return false };
    let host = ["amazonaws.com.cn", "amazonaws.com", "on.aws"].iter().find_map(|domain| host.strip_suffix(domain));
    let parts = host.and_then(|host| host.strip_suffix('.')?.split_once(".dkr"));
    parts.is_some_and(|(account, registry)| {
        let region = [".ecr.", "-ecr.", ".ecr-fips.", "-ecr-fips."].iter().find_map(|word| registry.strip_prefix(word));
        is_account(account) && region.is_some_and(is_region_word)
    })
}

/// A role: its ARN, or its name.
pub(super) fn is_role(text: &str) -> bool {
    let is_path = |path: &str| {
        !path.is_empty() && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@/-".contains(&byte))
    };
    if !text.starts_with("arn:") {
        return text.len() <= 512 && is_path(text);
    }
    Arn::new(text).is_some_and(|arn| {
        arn.service == "iam"
            && arn.region.is_empty()
            && is_account(arn.account)
            && arn.resource.strip_prefix("role/").is_some_and(is_path)
    })
}

/// What a secret comes from: the ARN of a secret or a parameter, or the name of a parameter.
pub(crate) fn is_secret_reference(text: &str) -> bool {
    let of = |allowed: &'static [u8]| {
        move |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || allowed.contains(&byte))
        }
    };
    if !text.starts_with("arn:") {
        let segments = text.strip_prefix('/').unwrap_or(text).split('/');
        return text.len() <= 1011 && segments.into_iter().all(of(b"_.-"));
    }
    Arn::new(text).is_some_and(|arn| {
        let is_there = is_region_word(arn.region) && is_account(arn.account);
        let is_resource = match arn.service {
            // A secret's name, and perhaps the key, the stage and the version that are meant.
            "secretsmanager" => arn.resource.strip_prefix("secret:").is_some_and(|secret| {
                let mut parts = secret.split(':');
                parts.next().is_some_and(of(b"/_+=.@!-")) && matches!(parts.count(), 0 | 3)
            }),
            "ssm" => arn.resource.strip_prefix("parameter/").is_some_and(of(b"_./-")),
            _ => false,
        };
        is_there && is_resource
    })
}

/// A file with variables: the ARN of an object in S3 whose key ends in `.env`.
pub(super) fn is_environment_file(text: &str) -> bool {
    Arn::new(text).is_some_and(|arn| {
        let object = arn.resource.strip_suffix(".env").and_then(|object| object.split_once('/'));
        let is_object = object.is_some_and(|(bucket, key)| !bucket.is_empty() && !key.is_empty());
        arn.service == "s3" && arn.region.is_empty() && arn.account.is_empty() && is_object
    })
}

/// A Region such as `eu-central-1`.
pub(super) fn is_region(text: &str) -> bool {
    let mut words = text.split('-');
    let continent = words.next().unwrap_or_default();
    let number = words.next_back().unwrap_or_default();
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let mut directions = words.peekable();
    continent.len() == 2
        && is_word(continent)
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && directions.peek().is_some()
        && directions.all(is_word)
}

/// A file system's id, or its ARN.
pub(super) fn is_efs(text: &str) -> bool {
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(is_lower_hex);
    text.strip_prefix("fs-").is_some_and(is_id) || Arn::new(text).is_some_and(|arn| arn.service == "elasticfilesystem")
}

/// An id such as `subnet-0a1b2c`.
pub(super) fn is_id(text: &str, prefix: &str) -> bool {
    let is_rest = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.strip_prefix(prefix).is_some_and(is_rest)
}

/// The characters of tags.
pub(super) fn is_tag_text(text: &str) -> bool {
    let allowed = |character: char| {
        character.is_alphanumeric()
            || (character.is_whitespace() && !character.is_control())
            || "_.:/=+-@".contains(character)
    };
    text.chars().all(allowed)
}

/// The parts of `arn:aws:service:region:account:resource`.
struct Arn<'a> {
    service: &'a str,
    region: &'a str,
    account: &'a str,
    resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart; none if the text is not one.
    fn new(text: &'a str) -> Option<Self> {
        let (partition, rest) = text.strip_prefix("arn:")?.split_once(':')?;
        let is_partition = partition
            .strip_prefix("aws")
            .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
        let (service, rest) = rest.split_once(':')?;
        let (region, rest) = rest.split_once(':')?;
        let (account, resource) = rest.split_once(':')?;
        (is_partition && !resource.is_empty()).then_some(Self { service, region, account, resource })
    }
}

/// Whether a text is the number of an account.
fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The characters of a Region, for places where its form is not ours to judge.
fn is_region_word(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(allowed)
}

/// Whether a byte is a hexadecimal digit in lower case.
fn is_lower_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(is: fn(&str) -> bool, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(is(text), "{text} is refused");
        }
        for text in bad {
            assert!(!is(text), "{text} is taken");
        }
    }

    #[test]
    fn names_are_letters_digits_hyphens_and_underscores() {
        check(is_name, &["a", "Web_1-x", &"a".repeat(255)], &["", "a.b", "a b", "é", &"a".repeat(256)]);
        check(is_port_name, &["web", "_a-1", &"a".repeat(64)], &["", "-a", "A", "a.b", &"a".repeat(65)]);
        check(is_dns_name, &["db.internal", ".a"], &["", "-a", "DB", &"a".repeat(128)]);
        let label = "a".repeat(63);
        check(
            is_hostname,
            &["web", "a_b.example.com.", &label],
            &["", "-a", "a-", "a..b", "a b", &format!("{label}a")],
        );
    }

    #[test]
    fn a_path_is_compared_as_it_is_meant() {
        let forms = [("/a//b/", "/a/b"), ("/a/./b/../c", "/a/c"), ("/..", "/"), ("//", "/"), ("a", "/a")];
        for (written, meant) in forms {
            assert_eq!(normal_path(written), meant);
        }
    }

    #[test]
    fn images_are_references() {
        let digest = format!("a/b@sha256:{}", "0".repeat(64));
        let good = ["nginx", "nginx:1.27", "localhost:5000/a/b:c", &digest];
        let bad = ["", "-a", "a//b", "a:", "a/", "a b", "${X}", "a@sha256:0", &"a".repeat(256)];
        check(|image| image_mistake(image).is_none(), &good, &bad);
    }

    #[test]
    fn amazons_registry_is_known_by_its_host() {
        let good = ["123456789012.dkr.ecr.eu-central-1.amazonaws.com/a", "123456789012.dkr-ecr.eu-west-1.on.aws/a"];
        check(is_in_ecr, &good, &["nginx", "12.dkr.ecr.eu-central-1.amazonaws.com/a", "public.ecr.aws/a/b"]);
    }

    #[test]
    fn roles_are_arns_or_names() {
        let good = ["arn:aws:iam::123456789012:role/a/b", "arn:aws-cn:iam::123456789012:role/a", "ecsTaskRole"];
        check(is_role, &good, &["", "a b", "arn:aws:iam::1:role/a", "arn:aws:iam::123456789012:user/a"]);
    }

    #[test]
    fn secrets_come_from_a_secret_or_a_parameter() {
        let secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a/b-AbCdEf";
        let parameter = "arn:aws:ssm:eu-central-1:123456789012:parameter/a/b";
        let good = [secret, parameter, "/a/b", "a.b", &format!("{secret}:key::")];
        let bad = ["", "/", "a//b", "a b", &format!("{secret}:key"), "arn:aws:s3:::a", "arn:x"];
        check(is_secret_reference, &good, &bad);
    }

    #[test]
    fn places_of_amazon_have_forms() {
        check(is_region, &["eu-central-1", "us-gov-west-1"], &["", "eu", "eu-1", "eu--1", "EU-west-1", "eu-west-a"]);
        check(is_efs, &["fs-0a1b", "arn:aws:elasticfilesystem:eu-west-1:1:file-system/fs-1"], &["", "fs-", "fs-X"]);
        check(|id| is_id(id, "subnet-"), &["subnet-0a1B"], &["", "subnet-", "sg-1", "subnet-a-b"]);
        check(is_tag_text, &["", "a b:c/é@1"], &["a*", "a\n", "a#"]);
    }
}
