//! `ipam.config`: the address pools of a network, which join by their subnets.

use std::rc::Rc;

use super::{join, mismatch};
use crate::diag::Diagnostics;
use crate::yaml::resolve::Value;
use crate::yaml::{Kind, Node};

/// Joins address pools as Docker Compose does, to the letter.
///
/// Every earlier pool meets every later one. Where the subnets are equal they become one; of those that differ, only
/// the later is kept, and once it is, it changes the earlier one all the same. So an earlier pool that no later one
/// speaks of is gone, and a list that meets an empty one is empty.
pub(super) fn pools(path: &[&str], base: &Rc<Node>, over: &Rc<Node>, diags: &mut Diagnostics) -> Option<Kind> {
    let (Some(earlier), Some(later)) = (base.as_sequence(), over.as_sequence()) else {
        mismatch(base, over, diags);
        return None;
    };
    let mut pools = Pools { earlier: earlier.to_vec(), later, kept: Vec::new() };
    for (index, own) in earlier.iter().enumerate() {
        let mut own = Rc::clone(own);
        for (number, pool) in later.iter().enumerate() {
            if subnet(&own) != subnet(pool) && pools.place(subnet(pool)).is_none() {
                pools.kept.push(Place::Later(number));
                continue;
            }
            own = join(path, &own, pool, diags);
            pools.put(index, &own);
        }
    }
    Some(Kind::Sequence(pools.kept.iter().filter_map(|place| pools.at(*place)).cloned().collect()))
}

/// The pools of two lists, and which of them are kept.
struct Pools<'n> {
    earlier: Vec<Rc<Node>>,
    later: &'n [Rc<Node>],
    kept: Vec<Place>,
}

/// Where a pool stands. One of the earlier list may still change there after it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Earlier(usize),
    Later(usize),
}

impl Pools<'_> {
    /// The pool at a place.
    fn at(&self, place: Place) -> Option<&Rc<Node>> {
        match place {
            Place::Earlier(index) => self.earlier.get(index),
            Place::Later(index) => self.later.get(index),
        }
    }

    /// Where a pool of a subnet stands among those that are kept.
    fn place(&self, wanted: Option<&str>) -> Option<usize> {
        self.kept.iter().position(|place| self.at(*place).is_some_and(|pool| subnet(pool) == wanted))
    }

    /// Changes a pool of the earlier list, and keeps it in place of another of its subnet.
    fn put(&mut self, index: usize, pool: &Rc<Node>) {
        if let Some(earlier) = self.earlier.get_mut(index) {
            *earlier = Rc::clone(pool);
        }
        let place = self.place(subnet(pool));
        match place.and_then(|place| self.kept.get_mut(place)) {
            Some(place) => *place = Place::Earlier(index),
            None => self.kept.push(Place::Earlier(index)),
        }
    }
}

/// The subnet of a pool, which it may leave to Docker.
fn subnet(pool: &Node) -> Option<&str> {
    match pool.get("subnet")?.value()? {
        Value::String(text) => Some(text),
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Timestamp(_) => None,
    }
}
