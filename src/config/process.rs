//! What runs in a service.

use super::value::{Fields, Value};
use super::{Context, Format, extension};
use crate::compose::service::Service;
use crate::compose::service::process::hook::Hook;
use crate::compose::service::process::{Process, Words};
use crate::source::Spanned;

/// The keys of the facet `process`.
pub(super) fn fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    // What the files of `env_file` and `label_file` say stands in `environment` and `labels`.
    let Process {
        command,
        entrypoint,
        environment,
        env_file: _,
        container_name,
        labels,
        label_file: _,
        user,
        group_add,
        working_dir,
        tty,
        stdin_open,
        restart,
        stop_grace_period,
        stop_signal,
        post_start,
        pre_stop,
    } = &service.process;
    let mut fields = Fields::default();
    put_words(&mut fields, "command", command.as_ref(), context);
    put_words(&mut fields, "entrypoint", entrypoint.as_ref(), context);
    fields.put_filled("environment", environment);
    fields.put_written("container_name", container_name.as_ref());
    fields.put_filled("labels", labels);
    fields.put_written("user", user.as_ref());
    fields.put_filled("group_add", group_add.iter().collect::<Value<'_>>());
    fields.put_written("working_dir", working_dir.as_ref());
    fields.put_true("tty", *tty);
    fields.put_true("stdin_open", *stdin_open);
    fields.put_written("restart", restart.as_ref());
    fields.put_some("stop_grace_period", stop_grace_period.as_ref().map(|period| period.value.to_string()));
    fields.put_written("stop_signal", stop_signal.as_ref());
    for (key, hooks) in [("post_start", post_start), ("pre_stop", pre_stop)] {
        let path = ["services", service.name.value.as_str(), key];
        let own = |hook: &Spanned<Hook>| extension::item_fields(&path, hook.span, context);
        let hooks = hooks.iter().map(|hook| self::hook(&hook.value, context).with(own(hook)));
        fields.put_filled(key, hooks.collect::<Value<'_>>());
    }
    fields
}

/// Adds a command. No words are another thing than none, which only JSON says.
fn put_words<'p>(fields: &mut Fields<'p>, key: &'static str, words: Option<&'p Words>, context: &Context<'p>) {
    match (words, context.options.format) {
        (Some(words), Format::Yaml | Format::Json) => fields.put(key, words.value.iter().collect::<Value<'_>>()),
        (None, Format::Json) => fields.put(key, Value::Null),
        (None, Format::Yaml) => {}
    }
}

/// A command at a turn of the container's life, without the user's own keys.
pub(super) fn hook<'p>(hook: &'p Hook, context: &Context<'p>) -> Fields<'p> {
    let Hook { command, user, privileged, working_dir, environment } = hook;
    let mut fields = Fields::default();
    put_words(&mut fields, "command", command.as_ref(), context);
    fields.put_written("user", user.as_ref());
    fields.put_some("privileged", privileged.then_some(true));
    fields.put_written("working_dir", working_dir.as_ref());
    fields.put_filled("environment", environment);
    fields
}

#[cfg(test)]
mod tests {
    use super::fields;
    use crate::config::testing::{JSON, YAML, printed};

    #[track_caller]
    fn check(keys: &str, expected: &str) {
        assert_eq!(printed(keys, YAML, fields), expected);
    }

    #[test]
    fn only_json_says_that_there_is_no_command() {
        assert_eq!(printed("", JSON, fields), r#"{"command":null,"entrypoint":null}"#);
        check("entrypoint: ~", "{}");
        check("command: '', entrypoint: []", r#"{"command":[],"entrypoint":[]}"#);
    }

    #[test]
    fn variables_and_labels_are_sorted() {
        check("environment: [B=1, A, C=]", r#"{"environment":{"A":null,"B":"1","C":""}}"#);
        check("labels: {b: 1, a: }", r#"{"labels":{"a":"","b":"1"}}"#);
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        check("environment: [], labels: {}, user: '', working_dir: '', restart: ''", "{}");
        check("tty: false, stdin_open: false, stop_signal: '', group_add: [], post_start: []", "{}");
        check("tty: true, stop_grace_period: 0s, group_add: [1, a]", {
            r#"{"group_add":["1","a"],"tty":true,"stop_grace_period":"0s"}"#
        });
    }

    #[test]
    fn a_hook_is_a_command_and_more() {
        check(
            "pre_stop: [{command: , x-a: 1, user: u, environment: [A], privileged: false}, {command: a b}]",
            r#"{"pre_stop":[{"user":"u","environment":{"A":null},"x-a":1},{"command":["a","b"]}]}"#,
        );
    }
}
