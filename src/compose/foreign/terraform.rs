//! The labels by which terraform-provider-compose2ecs is told what its own reading of Compose files leaves out.

use super::Foreign;
use crate::compose::Project;
use crate::diag::Diagnostics;

/// Says how Compose itself says what labels of services say. As labels they have no effect.
pub(super) fn adopt(project: &Project, diags: &mut Diagnostics) {
    for (label, value) in project.services.values().flat_map(|service| &service.process.labels) {
        let foreign = Foreign { name: label, span: value.span, form: "" };
        match label.as_str() {
            "compose2ecs.hostPort" => {
                foreign.stays_label(
                    "a port of the instance is one of `ports`",
                    "write `ports: [\"HOST:CONTAINER\"]`",
                    diags,
                );
            }
            "compose2ecs.memoryReservation" => {
                foreign.stays_label("memory has keys of its own", "write `mem_reservation: 64m`", diags);
            }
            _ => {}
        }
    }
}
