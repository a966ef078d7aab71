//! Where a service's output goes.

use super::value::Fields;
use super::{Context, extension};
use crate::compose::service::Service;
use crate::compose::service::logging::Logging;

/// The keys of the facet `logging`.
pub(super) fn fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    let Logging { span, driver, options } = &service.logging;
    let mut fields = Fields::default();
    if span.is_some() {
        let mut logging = Fields::default();
        logging.put_some("driver", driver.as_ref().map(|driver| driver.value.as_str()));
        logging.put_filled("options", options);
        logging.extend(extension::fields(&["services", service.name.value.as_str(), "logging"], context));
        fields.put("logging", logging);
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::fields;
    use crate::config::testing::{YAML, printed};

    #[track_caller]
    fn check(keys: &str, expected: &str) {
        assert_eq!(printed(keys, YAML, fields), expected);
    }

    #[test]
    fn logging_is_printed_where_it_was_written() {
        check("", "{}");
        check("logging: {driver: '', options: {}}", r#"{"logging":{}}"#);
        check(
            "logging: {options: {b: 1, a: }, x-a: 1, driver: syslog}",
            r#"{"logging":{"driver":"syslog","options":{"a":"","b":"1"},"x-a":1}}"#,
        );
    }
}
