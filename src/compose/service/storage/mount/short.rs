//! The short form of a mount: `[SOURCE:]TARGET[:OPTION,…]`.

use std::fmt;

use super::{BindOptions, Mount, Selinux, Source, VolumeOptions};
use crate::source::{Span, Spanned};

/// Why a text is no mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MountError {
    /// There is no text.
    #[error("it is empty")]
    Empty,
    /// Nothing stands before, between or behind colons.
    #[error("there is nothing on one side of a colon")]
    EmptyPart,
    /// There are more than three parts.
    #[error("it has more parts than `SOURCE:TARGET:OPTIONS`")]
    TooManyParts,
}

impl Mount {
    /// Reads `TARGET`, `SOURCE:TARGET` or `SOURCE:TARGET:OPTION,…`, which was written at `span`.
    ///
    /// # Errors
    /// Says what Compose would not take.
    pub fn short(text: &str, span: Span) -> Result<Self, MountError> {
        // One or two letters are a target, whatever they are.
        if text.len() <= 2 && !text.is_empty() {
            return Ok(Self::new(Source::Anonymous, text));
        }
        match *parts(text)? {
            [] => Err(MountError::Empty),
            [target] => Ok(Self::anonymous(target)),
            [source, target] => Ok(Self::of_parts(source, target, "", span)),
            [source, target, options] => Ok(Self::of_parts(source, target, options, span)),
            [..] => Err(MountError::TooManyParts),
        }
    }

    /// A volume of the container's own.
    fn anonymous(target: &str) -> Self {
        Self { volume: Some(VolumeOptions::default()), ..Self::new(Source::Anonymous, target) }
    }

    /// The options of a bind mount, which it may not have had so far.
    fn bind_mut(&mut self) -> &mut BindOptions {
        self.bind.get_or_insert_default()
    }

    /// Puts the parts of a short form together. Options that Compose does not know are dropped, as it does;
    /// `cached` and `delegated`, which only Docker Desktop knew, are among them.
    fn of_parts(source: &str, target: &str, options: &str, span: Span) -> Self {
        let mut mount = if is_path(source) {
            let mut mount = Self::new(Source::Bind(source.to_owned()), target);
            mount.bind_mut().create_host_path = Some(Spanned::new(true, span));
            mount
        } else {
            Self { volume: Some(VolumeOptions::default()), ..Self::new(Source::Volume(source.to_owned()), target) }
        };
        for option in options.split(',') {
            match option {
                "ro" => mount.read_only = true,
                "rw" => mount.read_only = false,
                "nocopy" => mount.volume.get_or_insert_default().nocopy = Some(Spanned::new(true, span)),
                "z" => mount.bind_mut().selinux = Some(Spanned::new(Selinux::Shared, span)),
                "Z" => mount.bind_mut().selinux = Some(Spanned::new(Selinux::Private, span)),
                "private" | "rprivate" | "shared" | "rshared" | "slave" | "rslave" => {
                    mount.bind_mut().propagation = Some(Spanned::new(option.to_owned(), span));
                }
                _ => {}
            }
        }
        mount
    }
}

/// The path of the host with which a short form starts, if it does.
pub(in crate::compose) fn path(text: &str) -> Option<&str> {
    match *parts(text).ok()? {
        [source, ..] if text.len() > 2 && source.len() < text.len() && is_path(source) => Some(source),
        _ => None,
    }
}

/// The parts between colons. A colon behind a single letter belongs to a drive of Windows.
fn parts(text: &str) -> Result<Vec<&str>, MountError> {
    if text.is_empty() {
        return Err(MountError::Empty);
    }
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let (part, behind) = split_part(rest);
        if part.is_empty() {
            return Err(MountError::EmptyPart);
        }
        parts.push(part);
        match behind {
            Some(behind) => rest = behind,
            None => return Ok(parts),
        }
    }
}

/// Splits at the first colon that does not belong to a drive.
fn split_part(text: &str) -> (&str, Option<&str>) {
    let colons = text.match_indices(':').map(|(index, _)| index);
    let mut ends = colons.skip_while(|index| text.get(..*index).is_some_and(is_letter));
    ends.next()
        .and_then(|end| text.split_at_checked(end))
        .map_or((text, None), |(part, behind)| (part, behind.strip_prefix(':')))
}

/// Whether a text is one letter.
fn is_letter(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

/// Whether a source is a path of the host, rather than the key of a volume.
fn is_path(source: &str) -> bool {
    source.starts_with(['.', '/', '~'])
        || source.starts_with(r"\\")
        || source.split_once(':').is_some_and(|(drive, _)| is_letter(drive))
}

impl fmt::Display for Mount {
    /// Writes the short form, as far as it can say the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match &self.source {
            Source::Volume(source) | Source::Bind(source) => Some(source),
            Source::Anonymous | Source::Tmpfs | Source::Npipe(_) | Source::Cluster(_) | Source::Image(_) => None,
        };
        if let Some(source) = source {
            write!(f, "{source}:")?;
        }
        let bind = self.bind.as_ref();
        let propagation = bind.and_then(|bind| bind.propagation.as_ref()).map(|propagation| propagation.value.as_str());
        let selinux = bind.and_then(|bind| bind.selinux).map(|selinux| selinux.value.as_str());
        let nocopy =
            self.volume.as_ref().and_then(|volume| volume.nocopy).filter(|nocopy| nocopy.value).map(|_| "nocopy");
        let options = [self.read_only.then_some("ro"), propagation, selinux, nocopy];
        let options: Vec<&str> = options.into_iter().flatten().collect();
        let colon = if options.is_empty() { "" } else { ":" };
        write!(f, "{}{colon}{}", self.target, options.join(","))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::span;

    /// The mount as text, behind what it is; or the reason why it is none.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = Mount::short(text, span(0, 0)).map(|mount| match &mount.source {
            Source::Anonymous => format!("anonymous {mount}"),
            Source::Bind(_) => format!("bind {mount}"),
            Source::Volume(_) => format!("volume {mount}"),
            Source::Tmpfs | Source::Npipe(_) | Source::Cluster(_) | Source::Image(_) => format!("other {mount}"),
        });
        assert_eq!(found.unwrap_or_else(|err| err.to_string()), expected);
    }

    #[test]
    fn a_source_without_a_path_is_a_volume() {
        check("db:/data", "volume db:/data");
        check("a/b:/c", "volume a/b:/c");
        check("db:rel", "volume db:rel");
        check("éa:/d", "volume éa:/d");
    }

    #[test]
    fn a_source_with_a_path_is_a_bind() {
        check("./x:/d", "bind ./x:/d");
        check("../x:/d:ro", "bind ../x:/d:ro");
        check(".:/d", "bind .:/d");
        check(".x:/d", "bind .x:/d");
        check("~:/d", "bind ~:/d");
        check("~root/x:/d", "bind ~root/x:/d");
        check("/a:/b", "bind /a:/b");
    }

    #[test]
    fn a_target_alone_is_anonymous() {
        check("/data", "anonymous /data");
        check("db", "anonymous db");
        check("/d", "anonymous /d");
        check("::", "anonymous ::");
        check(" ", "anonymous  ");
    }

    #[test]
    fn one_letter_is_a_drive() {
        check("v:/d", "anonymous v:/d");
        check("v:/d:ro", "bind v:/d:ro");
        check(r"C:\x:/y", r"bind C:\x:/y");
        check(r"C:\x:D:\y:ro", r"bind C:\x:D:\y:ro");
        check("db:C:/x", "volume db:C:/x");
        check(r"\\.\pipe\x:\\.\pipe\y", r"bind \\.\pipe\x:\\.\pipe\y");
        check("a:b:c:d", "bind a:b:c:d");
    }

    #[test]
    fn a_target_is_cleaned() {
        check("/w/:/w/", "bind /w/:/w");
        check("/w/../x:/a/../b", "bind /w/../x:/b");
        check("db:/", "volume db:/");
        check("db:./x/", "volume db:x");
    }

    #[test]
    fn the_last_of_opposite_options_counts() {
        check("/a:/b:ro,rw", "bind /a:/b");
        check("/a:/b:z,Z", "bind /a:/b:Z");
        check("/a:/b:private,slave", "bind /a:/b:slave");
        check("db:/b:ro,nocopy", "volume db:/b:ro,nocopy");
    }

    #[test]
    fn unknown_options_are_dropped() {
        check("/a:/b:RO", "bind /a:/b");
        check("/a:/b:cached", "bind /a:/b");
        check("/a:/b:delegated,ro,", "bind /a:/b:ro");
        check("/a:/b:rbind,size=1", "bind /a:/b");
    }

    #[test]
    fn parts_are_not_empty() {
        check("", "it is empty");
        check(":/data", "there is nothing on one side of a colon");
        check("db:", "there is nothing on one side of a colon");
        check("db::/d", "there is nothing on one side of a colon");
        check("/a:/b:", "there is nothing on one side of a colon");
    }

    #[test]
    fn there_are_three_parts_at_most() {
        check("/a:/b:ro:rw", "it has more parts than `SOURCE:TARGET:OPTIONS`");
    }

    proptest! {
        #[test]
        fn a_mount_round_trips(
            source in "|[a-z_]{2,9}|[./~][a-z/.]{0,9}|[A-Z]:\\\\[a-z]{1,5}",
            target in "/[a-z]{2,9}(/[a-z]{1,5}){0,2}",
            options in proptest::sample::subsequence(vec!["ro", "rslave", "Z", "nocopy"], 0..=4),
        ) {
            let options = if source.is_empty() || options.is_empty() { String::new() } else { format!(":{}", options.join(",")) };
            let text = if source.is_empty() { target } else { format!("{source}:{target}{options}") };
            let mount = Mount::short(&text, span(0, 0)).unwrap();
            prop_assert_eq!(mount.to_string(), text);
        }

        #[test]
        fn reading_never_panics(text in "[a-zA-Z:/\\\\.~,]{0,16}|.*") {
            let _ = Mount::short(&text, span(0, 0));
        }
    }
}
