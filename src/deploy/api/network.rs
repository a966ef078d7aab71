//! Networks, which are Amazon EC2's.

use serde::{Deserialize, Serialize};

use super::{Call, Operation, Read};

/// Asks for a page of subnets. Names are those of EC2's forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeSubnets<'a> {
    /// Which subnets.
    pub filter: Vec<Filter<'a>>,
    /// Where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// What must be so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Filter<'a> {
    /// Of what.
    pub name: &'a str,
    /// One of these.
    pub value: Vec<&'a str>,
}

/// A page of subnets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subnets {
    /// The subnets.
    #[serde(default)]
    pub subnet_set: Vec<Subnet>,
    /// Where this page ends, unless it is the last.
    #[serde(default)]
    pub next_token: Option<String>,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subnet {
    /// Its name.
    pub subnet_id: String,
}

impl Call for DescribeSubnets<'_> {
    const OPERATION: Operation = Operation::DescribeSubnets;
    type Answer = Subnets;
}

impl Read for DescribeSubnets<'_> {}
