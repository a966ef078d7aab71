//! The subnets that every account has until somebody deletes them.

use super::api::network::{DescribeSubnets, Filter};
use super::problem::Problem;
use super::sdk::Reader;

/// The default subnets of the default VPC, one in each zone, in the order of their names.
///
/// # Errors
///
/// When there are none; when AWS does not answer, or not allow to look.
pub async fn default_subnets(reader: &Reader) -> Result<Vec<String>, Problem> {
    let filter = || vec![Filter { name: "default-for-az", value: vec!["true"] }];
    let mut subnets = Vec::new();
    let mut next_token = None;
    loop {
        let page = reader.read(&DescribeSubnets { filter: filter(), next_token }).await?;
        subnets.extend(page.subnet_set.into_iter().map(|subnet| subnet.subnet_id));
        next_token = page.next_token.filter(|token| !token.is_empty());
        if next_token.is_none() {
            break;
        }
    }
    subnets.sort();
    if subnets.is_empty() {
        let region = reader.region().unwrap_or_default();
        return Err(Problem::new(format!("there is no default VPC in {region}, or it has no default subnets"))
            .hint("name subnets with `--subnets`, or make a default VPC: `aws ec2 create-default-vpc`"));
    }
    Ok(subnets)
}
