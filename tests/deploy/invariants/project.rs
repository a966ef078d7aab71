//! Drawn projects: several waves, one-off tasks, and edges of every condition.

use std::fmt::Write;
use std::time::Duration;

use compose2ecs_standin::{Behaviour, Health, Pull};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What no output may ever show.
pub(super) const SECRET: &str = "hunter2-hunter2";

/// A project.
#[derive(Debug, Clone)]
pub(super) struct Project {
    pub(super) units: Vec<Unit>,
}

/// A service or a one-off task.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    /// Whether it ends by itself.
    pub(super) is_job: bool,
    pub(super) replicas: Option<u32>,
    has_check: bool,
    needs: Vec<(Index, Condition, bool)>,
    before: Before,
    pub(super) nature: Nature,
}

/// What is waited for, where the other unit can have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    Started,
    Healthy,
}

/// What there was of a unit before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Same,
    OtherImage,
    OtherCount,
}

/// What the new containers of a unit do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    Fine,
    Slow,
    DiesAtFirst,
    Dies,
    IsMissing,
    NeverHealthy,
}

impl Nature {
    /// Whether a task of the unit that still runs may end badly.
    pub(super) const fn is_bad(self) -> bool {
        match self {
            Self::Fine | Self::Slow => false,
            Self::DiesAtFirst | Self::Dies | Self::IsMissing | Self::NeverHealthy => true,
        }
    }

    /// What one start after the other is like.
    pub(super) fn behaviours(self) -> Vec<Behaviour> {
        match self {
            Self::Fine => vec![Behaviour::default()],
            Self::Slow => vec![Behaviour::pulls(Pull::Takes(Duration::from_secs(50)))],
            Self::DiesAtFirst => vec![Behaviour::exits(Duration::from_secs(2), 1), Behaviour::default()],
            Self::Dies => vec![Behaviour::exits(Duration::from_secs(2), 1)],
            Self::IsMissing => vec![Behaviour::pulls(Pull::NotFound)],
            Self::NeverHealthy => vec![Behaviour::health(Health::Never)],
        }
    }
}

/// Which version of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Old,
    New,
}

impl Project {
    /// The version that is there before, if there is anything.
    pub(super) fn old(&self) -> Option<String> {
        self.units.iter().any(|unit| unit.before != Before::Nothing).then(|| self.text(Version::Old))
    }

    /// Its services, as a Compose file has them.
    pub(super) fn text(&self, version: Version) -> String {
        let mut text = String::new();
        for (number, unit) in self.units.iter().enumerate().filter(|(_, unit)| unit.is_in(version)) {
            let tag = if version == Version::Old && unit.before == Before::OtherImage { 1 } else { 2 };
            write!(text, "  u{number}: {{image: 'u{number}:{tag}', environment: {{PASSWORD: {SECRET}}}").unwrap();
            if unit.has_check {
                text.push_str(", healthcheck: {test: 'true', interval: 5s, retries: 2}");
            }
            let mode = if unit.is_job { "mode: replicated-job" } else { "mode: replicated" };
            let other = version == Version::Old && unit.before == Before::OtherCount;
            let replicas = unit.replicas.map(|count| if other { count + 1 } else { count });
            let replicas = replicas.map(|count| format!(", replicas: {count}")).unwrap_or_default();
            write!(text, ", deploy: {{{mode}{replicas}}}").unwrap();
            let needs = self.needs(number, version);
            if !needs.is_empty() {
                write!(text, ", depends_on: {{{}}}", needs.join(", ")).unwrap();
            }
            text.push_str("}\n");
        }
        text
    }

    /// What a unit needs, as a Compose file says it.
    fn needs(&self, number: usize, version: Version) -> Vec<String> {
        let Some(unit) = self.units.get(number) else { return Vec::new() };
        let mut others: Vec<usize> = Vec::new();
        let mut needs = Vec::new();
        for (index, condition, required) in unit.needs.iter().filter(|_| number > 0) {
            let place = index.index(number);
            let Some(other) = self.units.get(place).filter(|other| other.is_in(version)) else { continue };
            if others.contains(&place) {
                continue;
            }
            others.push(place);
            let condition = match condition {
                _ if other.is_job => "service_completed_successfully",
                Condition::Healthy if other.has_check => "service_healthy",
                Condition::Healthy | Condition::Started => "service_started",
            };
            needs.push(format!("u{place}: {{condition: {condition}, required: {required}}}"));
        }
        needs
    }
}

impl Unit {
    fn is_in(&self, version: Version) -> bool {
        version == Version::New || self.before != Before::Nothing
    }

    /// Whether its revision before was another one.
    pub(super) fn had_another(&self) -> bool {
        self.before == Before::OtherImage
    }
}

fn unit() -> impl Strategy<Value = Unit> {
    let need = (any::<Index>(), select(vec![Condition::Started, Condition::Healthy]), prop::bool::weighted(0.8));
    let before = select(vec![Before::Nothing, Before::Same, Before::OtherImage, Before::OtherCount]);
    let nature = prop_oneof![
        8 => Just(Nature::Fine),
        1 => Just(Nature::Slow),
        1 => Just(Nature::DiesAtFirst),
        1 => Just(Nature::Dies),
        1 => Just(Nature::IsMissing),
        1 => Just(Nature::NeverHealthy),
    ];
    let replicas = prop::option::of(1..3_u32);
    (prop::bool::weighted(0.25), replicas, any::<bool>(), vec(need, 0..3), before, nature).prop_map(
        |(is_job, replicas, has_check, needs, before, nature)| Unit {
            is_job,
            replicas,
            has_check: has_check && !is_job,
            needs,
            before,
            nature,
        },
    )
}

/// Draws a project; a quarter of them are new altogether.
pub(super) fn project() -> impl Strategy<Value = Project> {
    (vec(unit(), 1..6), prop::bool::weighted(0.3)).prop_map(|(mut units, is_new)| {
        if is_new {
            for unit in &mut units {
                unit.before = Before::Nothing;
            }
        }
        Project { units }
    })
}
