//! Graphs in layers, each of which needs only what came before.

use std::collections::BTreeSet;

use indexmap::{IndexMap, IndexSet};

/// Layers a graph without cycles by its edges, `needs`, and by `wishes`, of which those that lead in a circle are not
/// granted. Linear but for a logarithm.
pub(super) fn layers_by_wish<'l>(needs: &'l [Vec<usize>], wishes: &'l [Vec<usize>]) -> Vec<Vec<usize>> {
    let count = |lists: &[Vec<usize>]| lists.iter().map(Vec::len).collect::<Vec<_>>();
    let (mut open_needs, mut open_wishes) = (count(needs), count(wishes));
    let (needed_by, wished_by) = (reversed(needs), reversed(wishes));
    // Those that need nothing more, whatever they wish.
    let mut free: BTreeSet<usize> = (0..needs.len()).filter(|member| open_needs.get(*member) == Some(&0)).collect();
    let mut layer: Vec<usize> = free.iter().copied().filter(|member| open_wishes.get(*member) == Some(&0)).collect();
    let mut layers = Vec::new();
    let mut placed = BTreeSet::new();
    loop {
        if layer.is_empty() {
            // Wishes lead in a circle: one in it goes without.
            let waiting = |lists: &'l [Vec<usize>], member: usize| {
                lists.get(member).into_iter().flatten().copied().find(|other| !placed.contains(other))
            };
            let next = |member: usize| waiting(needs, member).or_else(|| waiting(wishes, member));
            layer.extend(free.first().and_then(|first| first_in_circle(*first, next, &free)));
        }
        if layer.is_empty() {
            return layers;
        }
        let mut touched = BTreeSet::new();
        for member in &layer {
            free.remove(member);
            placed.insert(*member);
        }
        for member in &layer {
            for dependant in needed_by.get(*member).into_iter().flatten() {
                if let Some(left) = open_needs.get_mut(*dependant) {
                    *left -= 1;
                    if *left == 0 {
                        free.insert(*dependant);
                    }
                }
                touched.insert(*dependant);
            }
            for dependant in wished_by.get(*member).into_iter().flatten() {
                if let Some(left) = open_wishes.get_mut(*dependant) {
                    *left -= 1;
                }
                touched.insert(*dependant);
            }
        }
        let is_next = |member: &usize| free.contains(member) && open_wishes.get(*member) == Some(&0);
        layers.push(std::mem::replace(&mut layer, touched.into_iter().filter(is_next).collect()));
    }
}

/// The first free member of the circle that is reached from a member by `next`.
fn first_in_circle(start: usize, next: impl Fn(usize) -> Option<usize>, free: &BTreeSet<usize>) -> Option<usize> {
    let mut path = IndexSet::new();
    let mut member = start;
    while path.insert(member) {
        member = next(member)?;
    }
    let circle = path.get_index_of(&member).map(|first| path.iter().skip(first));
    // Needs form no circle, so there is one in it that only wishes.
    circle.into_iter().flatten().copied().filter(|member| free.contains(member)).min()
}

/// Who is in whose list.
fn reversed(lists: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut reversed = vec![Vec::new(); lists.len()];
    for (member, list) in lists.iter().enumerate() {
        for other in list {
            if let Some(reversed) = reversed.get_mut(*other) {
                reversed.push(member);
            }
        }
    }
    reversed
}

/// Layers a graph by longest paths, or finds a cycle in it: its members, each with why it needs the next.
///
/// `needs` says of every member which others it needs, and why. Linear, and without recursion.
pub(in crate::lower) fn layers<T: Copy>(needs: &[Vec<(usize, T)>]) -> Result<Vec<Vec<usize>>, Vec<(usize, T)>> {
    let mut dependants: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    let mut open: Vec<usize> = needs.iter().map(Vec::len).collect();
    for (member, needs) in needs.iter().enumerate() {
        for (other, _) in needs {
            if let Some(dependants) = dependants.get_mut(*other) {
                dependants.push(member);
            }
        }
    }
    let mut layers = Vec::new();
    let mut layer: Vec<usize> = (0..needs.len()).filter(|member| open.get(*member) == Some(&0)).collect();
    let mut placed = 0;
    while !layer.is_empty() {
        let mut next = Vec::new();
        for dependant in layer.iter().filter_map(|member| dependants.get(*member)).flatten() {
            if let Some(open) = open.get_mut(*dependant) {
                *open -= 1;
                if *open == 0 {
                    next.push(*dependant);
                }
            }
        }
        placed += layer.len();
        layer.sort_unstable();
        layers.push(std::mem::replace(&mut layer, next));
    }
    if placed == needs.len() { Ok(layers) } else { Err(cycle(needs, &open)) }
}

/// A cycle among the members that are still open: each of those needs another one of them.
fn cycle<T: Copy>(needs: &[Vec<(usize, T)>], open: &[usize]) -> Vec<(usize, T)> {
    let is_open = |member: usize| open.get(member).is_some_and(|open| *open > 0);
    let Some(start) = (0..needs.len()).find(|member| is_open(*member)) else { return Vec::new() };
    let (mut path, mut seen, mut member) = (Vec::new(), IndexMap::new(), start);
    while !seen.contains_key(&member) {
        seen.insert(member, path.len());
        let next = needs.get(member).and_then(|needs| needs.iter().find(|(other, _)| is_open(*other)));
        let Some((next, why)) = next else { break };
        path.push((member, *why));
        member = *next;
    }
    path.split_off(seen.get(&member).copied().unwrap_or_default().min(path.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(needs: &[&[usize]], wishes: &[&[usize]], expected: &[&[usize]]) {
        let lists = |lists: &[&[usize]]| lists.iter().map(|list| list.to_vec()).collect::<Vec<_>>();
        assert_eq!(layers_by_wish(&lists(needs), &lists(wishes)), lists(expected));
    }

    #[test]
    fn a_layer_needs_only_what_came_before() {
        check(&[&[1, 2], &[2], &[], &[]], &[&[], &[], &[], &[]], &[&[2, 3], &[1], &[0]]);
    }

    #[test]
    fn a_wish_is_granted() {
        check(&[&[], &[]], &[&[1], &[]], &[&[1], &[0]]);
        check(&[&[], &[2], &[]], &[&[1], &[], &[]], &[&[2], &[1], &[0]]);
    }

    #[test]
    fn a_wish_gives_way_to_a_need() {
        check(&[&[1], &[]], &[&[], &[0]], &[&[1], &[0]]);
    }

    #[test]
    fn who_is_not_in_the_circle_has_its_wish() {
        check(&[&[], &[], &[]], &[&[1], &[2], &[1]], &[&[1], &[0, 2]]);
        check(&[&[], &[2], &[], &[]], &[&[1], &[3], &[3], &[2]], &[&[2], &[3], &[1], &[0]]);
    }

    #[test]
    fn of_wishes_in_a_circle_the_first_goes_without() {
        check(&[&[], &[]], &[&[1], &[0]], &[&[0], &[1]]);
        check(&[&[], &[], &[]], &[&[1], &[0], &[]], &[&[2], &[0], &[1]]);
    }

    proptest! {
        #[test]
        fn every_member_comes_once_and_after_its_needs(
            needs in prop::collection::vec(prop::collection::vec(0_usize..100, 0..3), 0..12),
            wishes in prop::collection::vec(prop::collection::vec(0_usize..12, 0..3), 12),
        ) {
            // Needs lead to earlier members only, so that there is no cycle.
            let needs: Vec<Vec<usize>> = needs
                .iter()
                .enumerate()
                .map(|(member, list)| list.iter().filter(|_| member > 0).map(|other| other % member.max(1)).collect())
                .collect();
            let count = needs.len();
            let wishes: Vec<Vec<usize>> = wishes
                .iter()
                .take(count)
                .enumerate()
                .map(|(member, list)| list.iter().copied().filter(|other| *other < count && *other != member).collect())
                .collect();
            let order: Vec<usize> = layers_by_wish(&needs, &wishes).concat();
            let place = |member: usize| order.iter().position(|other| *other == member).unwrap();
            prop_assert_eq!(order.len(), count);
            for (member, needs) in needs.iter().enumerate() {
                prop_assert!(needs.iter().all(|other| place(*other) < place(member)));
            }
        }
    }
}
