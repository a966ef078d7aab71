//! How much the values of variables may add to a file, so that none takes more memory than there is.

use std::cell::Cell;

use super::problem::MAX_SIZE;

/// How many bytes of values may still be put into a file.
#[derive(Debug)]
pub(in crate::compose) struct Budget {
    /// The bytes; nothing once there were too few.
    left: Cell<Option<usize>>,
}

impl Budget {
    /// What a file may take.
    pub(in crate::compose) const fn new() -> Self {
        Self { left: Cell::new(Some(MAX_SIZE)) }
    }

    /// Counts a value. Once there are too many, all are empty.
    pub(in crate::compose) fn count(&self, value: Option<String>) -> Option<String> {
        let value = value?;
        self.left.set(self.left.get().and_then(|left| left.checked_sub(value.len())));
        Some(if self.is_exhausted() { String::new() } else { value })
    }

    /// Whether there were too many values.
    pub(in crate::compose) fn is_exhausted(&self) -> bool {
        self.left.get().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_count_until_they_are_too_many() {
        let budget = Budget::new();
        let half = "a".repeat(MAX_SIZE / 2);
        assert_eq!(budget.count(None), None);
        assert_eq!(budget.count(Some(half.clone())), Some(half.clone()));
        assert_eq!(budget.count(Some(half.clone())), Some(half));
        assert!(!budget.is_exhausted());
        assert_eq!(budget.count(Some("a".to_owned())), Some(String::new()));
        assert!(budget.is_exhausted());
    }
}
