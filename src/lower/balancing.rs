//! The target groups that lead to the containers of a task.

use super::name;
use crate::compose::extension::balancing::LoadBalancer as Written;
use crate::compose::service::Service;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::{PortMapping, Protocol};
use crate::ecs::service::LoadBalancer;

/// The target groups that lead to a container with these ports.
pub(super) fn load_balancers(service: &Service, ports: &[PortMapping], diags: &mut Diagnostics) -> Vec<LoadBalancer> {
    let written = service.extension.own.load_balancers.iter().flat_map(|written| &written.value);
    written.filter_map(|written| load_balancer(written, service, ports, diags)).collect()
}

/// One target group. The port may be left out where there is but one.
fn load_balancer(
    written: &Written,
    service: &Service,
    ports: &[PortMapping],
    diags: &mut Diagnostics,
) -> Option<LoadBalancer> {
    let Written { target_group, container_port } = written;
    let tcp = ports.iter().filter(|mapping| mapping.protocol == Protocol::Tcp);
    let mut known: Vec<u16> = tcp.filter_map(|mapping| mapping.container_port).collect();
    known.dedup();
    let port = match (container_port, known.as_slice()) {
        (Some(port), _) => u16::try_from(port.value.get()).ok(),
        (None, [port]) => Some(*port),
        (None, _) => None,
    };
    let Some(container_port) = port else {
        let count = known.len();
        let message = format!("`container_port` is missing: `{}` has {count} ports", service.name.value);
        diags.error(Code::MissingKey, target_group.span, message).hint("say to which port the target group leads");
        return None;
    };
    Some(LoadBalancer {
        target_group_arn: target_group.value.clone(),
        container_name: name::container(&service.name.value),
        container_port,
    })
}
