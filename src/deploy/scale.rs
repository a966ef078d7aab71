//! Changes how many tasks services have, and nothing else.

use serde_json::Value;

use super::api::definition::Revision;
use super::api::service::Service;
use super::plan::Step;
use super::problem::Problem;
use super::standing::{Change, unit, update};

/// What is to become of a service that is to have so many tasks.
///
/// # Errors
///
/// When ECS itself decides how many it has.
pub fn change(service: Service, revision: Revision, count: u32) -> Result<Change, Problem> {
    if service.settings.get("schedulingStrategy").and_then(Value::as_str) == Some("DAEMON") {
        let message = format!("`{}` has one task on each instance: how many is not for us to say", unit(&service));
        return Err(Problem::new(message).hint("leave `mode: global` out to choose a number of tasks"));
    }
    let step = if service.desired_count == count { Step::Nothing } else { update(&service, false, Some(count)) };
    Ok(Change { service, wave: 0, revision, step })
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    #[track_caller]
    fn check(strategy: &str, count: u32) -> Result<Step, String> {
        let settings = Map::from_iter([("schedulingStrategy".to_owned(), strategy.into())]);
        let service = Service { service_name: "shop-web".to_owned(), desired_count: 2, settings, ..Service::default() };
        let revision = Revision { task_definition: Map::new(), tags: Vec::new() };
        change(service, revision, count).map(|change| change.step).map_err(|problem| problem.message)
    }

    #[test]
    fn only_a_number_that_is_another_one_is_a_change() {
        assert_eq!(check("REPLICA", 2), Ok(Step::Nothing));
        let Ok(Step::Update(update)) = check("REPLICA", 3) else { panic!("it is no change") };
        assert_eq!((update.deploys, update.count), (false, Some((2, 3))));
    }

    #[test]
    fn what_runs_on_each_instance_has_no_number() {
        let message = "`shop-web` has one task on each instance: how many is not for us to say";
        assert_eq!(check("DAEMON", 3), Err(message.to_owned()));
    }
}
