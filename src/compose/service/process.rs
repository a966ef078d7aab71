//! What runs in a container.

pub mod hook;

use indexmap::IndexMap;

use crate::compose::duration::Duration;
use crate::compose::value::{take_non_zero, take_texts, take_variables};
use crate::compose::words;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::keys::{Decode, Keys, OneOrMany, Room, StringOrInteger, wrong_type};
use crate::yaml::list::DistinctStrings;
use crate::yaml::{Kind, Node};
use hook::Hook;

/// What runs in a container.
#[derive(Debug, Clone, Default)]
pub struct Process {
    /// `command`: the words that replace the image's command; none with `command: []`.
    pub command: Option<Spanned<Vec<Spanned<String>>>>,
    /// `entrypoint`: the words that replace the image's entry point.
    pub entrypoint: Option<Spanned<Vec<Spanned<String>>>>,
    /// `environment`, over what `env_file` says; `None` is a variable that is named, but has no value anywhere.
    pub environment: IndexMap<String, Spanned<Option<String>>>,
    /// `env_file`: files with more variables, for the loader to read.
    pub env_file: Vec<Spanned<EnvFile>>,
    /// `container_name`: the name of the container, which peers can use as a host name.
    pub container_name: Option<Spanned<String>>,
    /// `labels`: of the container.
    pub labels: IndexMap<String, Spanned<String>>,
    /// `label_file`: files with more labels, for the loader to read.
    pub label_file: Vec<Spanned<String>>,
    /// `user`: who runs it: `user[:group]`, by name or number.
    pub user: Option<Spanned<String>>,
    /// `group_add`: further groups that the user belongs to.
    pub group_add: Vec<Spanned<String>>,
    /// `working_dir`: the directory in which it runs.
    pub working_dir: Option<Spanned<String>>,
    /// `tty`: whether it has a terminal.
    pub tty: Option<Spanned<bool>>,
    /// `stdin_open`: whether standard input stays open.
    pub stdin_open: Option<Spanned<bool>>,
    /// `restart`: `no`, `always`, `on-failure[:N]`, `unless-stopped`.
    pub restart: Option<Spanned<String>>,
    /// `stop_grace_period`: how long it may take to stop.
    pub stop_grace_period: Option<Spanned<Duration>>,
    /// `stop_signal`: what tells it to stop.
    pub stop_signal: Option<Spanned<String>>,
    /// `post_start`: what runs in it once it has started.
    pub post_start: Vec<Spanned<Hook>>,
    /// `pre_stop`: what runs in it before it is stopped.
    pub pre_stop: Vec<Spanned<Hook>>,
}

/// An entry of `env_file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFile {
    /// `path`: the file.
    pub path: Spanned<String>,
    /// `required`: whether it is a mistake when the file is not there.
    pub required: bool,
    /// `format`: how the file is read; as Compose reads `.env` where none is given.
    pub format: Option<Spanned<String>>,
}

/// The words of a command, each with its place.
pub type Words = Spanned<Vec<Spanned<String>>>;

impl Process {
    /// Takes the keys of the facet.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        Self {
            command: take_words(keys, "command", diags),
            entrypoint: take_words(keys, "entrypoint", diags),
            environment: take_variables(keys, "environment", diags),
            env_file: take_env_files(keys, diags),
            container_name: take_container_name(keys, diags),
            labels: take_texts(keys, "labels", diags),
            label_file: keys.take("label_file", diags).map(|OneOrMany(files)| files).unwrap_or_default(),
            user: take_non_zero(keys, "user", diags),
            group_add: take_groups(keys, diags),
            working_dir: take_non_zero(keys, "working_dir", diags),
            tty: keys.take("tty", diags),
            stdin_open: keys.take("stdin_open", diags),
            restart: take_non_zero(keys, "restart", diags),
            stop_grace_period: keys.take("stop_grace_period", diags),
            stop_signal: take_non_zero(keys, "stop_signal", diags),
            post_start: keys.take("post_start", diags).unwrap_or_default(),
            pre_stop: keys.take("pre_stop", diags).unwrap_or_default(),
        }
    }
}

/// Takes a command: a list of words, or a text that Docker Compose splits; `~` is none.
fn take_words(keys: &mut Keys<'_>, key: &'static str, diags: &mut Diagnostics) -> Option<Words> {
    let node = keys.node(key).filter(|node| !node.is_null())?;
    let words = match &node.kind {
        Kind::Scalar(_) => {
            let text = String::decode(node, diags)?;
            match words::split(&text) {
                Ok(words) => words.into_iter().map(|word| Spanned::new(word, node.span)).collect(),
                Err(err) => {
                    diags
                        .error(Code::InvalidValue, node.span, format!("invalid `{key}`: {err}"))
                        .hint("write a list of words, or a shell's line: `[\"sh\", \"-c\", \"…\"]`");
                    return None;
                }
            }
        }
        Kind::Sequence(_) => Vec::decode(node, diags)?,
        Kind::Mapping(_) => {
            wrong_type(node, "a string or a list of strings", diags);
            return None;
        }
    };
    Some(Spanned::new(words, node.span))
}

/// Takes `env_file`: a path, or a list of paths and mappings.
fn take_env_files(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Vec<Spanned<EnvFile>> {
    let Some(node) = keys.node("env_file") else { return Vec::new() };
    match &node.kind {
        Kind::Scalar(_) => Spanned::decode(node, diags).into_iter().collect(),
        Kind::Sequence(_) => Vec::decode(node, diags).unwrap_or_default(),
        Kind::Mapping(_) => {
            wrong_type(node, "a path or a list", diags);
            Vec::new()
        }
    }
}

impl Decode for EnvFile {
    /// Reads a path alone, or a mapping.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if node.as_scalar().is_some() {
            return Some(Self { path: Spanned::decode(node, diags)?, required: true, format: None });
        }
        let mut keys = Keys::of(node, diags)?;
        let path = keys.require("path", diags);
        let required = keys.take("required", diags).unwrap_or(true);
        let format = keys.take("format", diags);
        keys.finish_with(Room::Nothing, "an entry of `env_file`", diags);
        Some(Self { path: path?, required, format })
    }
}

/// Takes `container_name`, in which Compose looks for a letter or digit and one more character that a name may hold.
fn take_container_name(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Option<Spanned<String>> {
    let name: Spanned<String> = keys.take("container_name", diags)?;
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let pairs = name.value.bytes().zip(name.value.bytes().skip(1));
    let valid = pairs.into_iter().any(|(first, second)| first.is_ascii_alphanumeric() && inner(second));
    if !valid {
        diags
            .error(Code::InvalidValue, name.span, format!("invalid container name `{}`", name.value))
            .hint("a name has two characters or more: letters, digits, `_`, `.` and `-`");
    }
    valid.then_some(name)
}

/// Takes `group_add`: names and whole numbers, no two equal.
fn take_groups(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Vec<Spanned<String>> {
    let groups: Vec<Spanned<StringOrInteger>> = keys.take("group_add", diags).unwrap_or_default();
    let groups = groups.into_iter().map(|group| group.map(|StringOrInteger(group)| group)).collect();
    let DistinctStrings(groups) = DistinctStrings::new(groups, diags);
    groups
}

/// What `restart` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RestartPolicy {
    /// `no`: what ended stays ended.
    No,
    /// `always`.
    Always,
    /// `unless-stopped`: always, but not after somebody stopped it.
    UnlessStopped,
    /// `on-failure[:N]`: when it failed, up to N times.
    OnFailure {
        /// How many times.
        attempts: Option<u32>,
    },
    /// Anything else, which Compose lets pass and Docker refuses.
    Other,
}

impl RestartPolicy {
    /// Reads a policy. As in Compose, 0 attempts and what is no number are no bound.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (name, attempts) = text.split_once(':').unwrap_or((text, ""));
        match name {
            "no" => Self::No,
            "always" => Self::Always,
            "unless-stopped" => Self::UnlessStopped,
            "on-failure" => Self::OnFailure { attempts: attempts.parse().ok().filter(|attempts| *attempts > 0) },
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{findings, service, sound_service, values};

    #[track_caller]
    fn process(text: &str) -> Process {
        sound_service(text).process
    }

    #[track_caller]
    fn words(text: &str, expected: Option<&[&str]>) {
        let command = process(&format!("command: {text}")).command.map(|command| values(&command.value));
        let expected = expected.map(|words| words.iter().map(|word| (*word).to_owned()).collect());
        assert_eq!(command, expected);
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(findings(text, &service(text).1), expected);
    }

    #[track_caller]
    fn policy(text: &str, expected: RestartPolicy) {
        assert_eq!(RestartPolicy::parse(text), expected);
    }

    #[test]
    fn a_command_is_a_list_or_a_line() {
        words("[a, 'b c', '']", Some(&["a", "b c", ""]));
        words("a 'b c' && d", Some(&["a", "b c"]));
    }

    #[test]
    fn a_command_without_words_is_not_no_command() {
        words("[]", Some(&[]));
        words("''", Some(&[]));
        words("", None);
    }

    #[test]
    fn a_command_that_is_no_command_is_refused() {
        refused("command: 5", "5 | error[wrong-type]: expected a string, found a number");
        refused("command: [a, 1]", "1 | error[wrong-type]: expected a string, found a number");
        refused("command: {}", "{} | error[wrong-type]: expected a string or a list of strings, found a mapping");
        refused("entrypoint: \"a 'b\"", "\"a 'b\" | error[invalid-value]: invalid `entrypoint`: a quote is not closed");
    }

    #[test]
    fn variables_keep_their_order_and_may_lack_a_value() {
        let process = process("environment: [B=1, A, C=, B=2]");
        let variables: Vec<_> =
            process.environment.iter().map(|(name, value)| (name.as_str(), value.value.as_deref())).collect();
        assert_eq!(variables, [("B", Some("2")), ("A", None), ("C", Some(""))]);
    }

    #[test]
    fn a_space_before_the_equals_sign_is_refused_in_a_list_only() {
        refused(
            "environment: ['A =1']",
            "'A =1' | error[invalid-value]: invalid name `A`: a space stands before the `=`",
        );
        process("{environment: {'A ': 1}, labels: ['A =1']}");
    }

    #[test]
    fn variables_of_a_mapping_have_names_and_those_of_hooks_stand_once() {
        refused("environment: {'': a}", "'' | error[invalid-value]: the name is missing");
        refused(
            "pre_stop: [{command: a, environment: [A, A]}]",
            "A | error[invalid-value]: this stands twice in the list",
        );
    }

    #[test]
    fn an_env_file_is_a_path_or_a_mapping() {
        let files = |text: &str| {
            let files = process(&format!("env_file: {text}")).env_file;
            let file = |file: &Spanned<EnvFile>| {
                let EnvFile { path, required, format } = file.value.clone();
                (path.value, required, format.map(|format| format.value))
            };
            files.iter().map(file).collect::<Vec<_>>()
        };
        assert_eq!(files("a"), [("a".to_owned(), true, None)]);
        assert_eq!(
            files("[a, {path: b, required: 'no', format: raw}]"),
            [("a".to_owned(), true, None), ("b".to_owned(), false, Some("raw".to_owned()))]
        );
        refused("env_file: {path: a}", "{path: a} | error[wrong-type]: expected a path or a list, found a mapping");
        refused(
            "env_file: [{path: a, x-note: 1}]",
            "x-note | error[unknown-key]: unknown key `x-note`: an entry of `env_file` has no such key",
        );
        refused("env_file: [{required: true}]", "{required: true} | error[missing-key]: `path` is missing");
    }

    #[test]
    fn zero_values_are_none() {
        let process = process("{user: '', working_dir: '', restart: '', stop_signal: ''}");
        assert_eq!((process.user, process.working_dir, process.restart, process.stop_signal), (None, None, None, None));
    }

    #[test]
    fn a_container_name_has_two_characters_of_a_name() {
        assert!(process("container_name: -ab").container_name.is_some());
        refused("container_name: a", "a | error[invalid-value]: invalid container name `a`");
        refused("container_name: a b c", "a b c | error[invalid-value]: invalid container name `a b c`");
        refused("container_name: é", "é | error[invalid-value]: invalid container name `é`");
    }

    #[test]
    fn groups_are_names_or_numbers_and_differ() {
        assert_eq!(values(&process("group_add: [mail, 010]").group_add), ["mail", "8"]);
        refused("group_add: [a, a]", "a | error[invalid-value]: `a` stands twice in the list");
        refused("group_add: [1.5]", "1.5 | error[wrong-type]: expected a string or a whole number, found a number");
    }

    #[test]
    fn hooks_run_a_command() {
        let process = process("{post_start: [{command: a b, user: u}], pre_stop: [{command: , x-note: 1}]}");
        let hook = &process.post_start.first().expect("a hook").value;
        assert_eq!(hook.command.as_ref().map(|command| command.value.len()), Some(2));
        assert_eq!(process.pre_stop.first().and_then(|hook| hook.value.command.as_ref()), None);
        refused("pre_stop: [{user: a}]", "{user: a} | error[missing-key]: `command` is missing");
        refused(
            "pre_stop: [{command: a, environment: [A=b, A=c, A=b]}]",
            "A=b | error[invalid-value]: this stands twice in the list",
        );
        refused("pre_stop: {command: a}", "{command: a} | error[wrong-type]: expected a list, found a mapping");
    }

    #[test]
    fn restart_policies_are_read_as_leniently_as_compose_does() {
        policy("no", RestartPolicy::No);
        policy("always", RestartPolicy::Always);
        policy("unless-stopped", RestartPolicy::UnlessStopped);
        policy("on-failure:3", RestartPolicy::OnFailure { attempts: Some(3) });
        policy("on-failure:0", RestartPolicy::OnFailure { attempts: None });
        policy("on-failure:x", RestartPolicy::OnFailure { attempts: None });
        policy("sometimes", RestartPolicy::Other);
    }

    proptest! {
        #[test]
        fn reading_a_restart_policy_never_panics(text in ".*") {
            let _ = RestartPolicy::parse(&text);
        }
    }
}
