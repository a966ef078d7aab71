//! Identifiers that look drawn by lot and are the same in every run.

/// A source of identifiers, all different.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    state: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits. <https://prng.di.unimi.it/splitmix64.c>
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let bits = self.state;
        let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// 32 hexadecimal digits: the id of a task.
    pub(crate) fn hex(&mut self) -> String {
        format!("{:016x}{:016x}", self.bits(), self.bits())
    }

    /// 19 decimal digits: the number of a deployment or of a service revision.
    pub(crate) fn digits(&mut self) -> String {
        format!("{:019}", 1_000_000_000_000_000_000 + self.bits() % 8_000_000_000_000_000_000)
    }

    /// A UUID: the id of an event or of a request.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.bits(), self.bits());
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn identifiers_have_their_shape_and_repeat_with_the_seed() {
        let mut ids = Ids::new(7);
        let (hex, digits, uuid) = (ids.hex(), ids.digits(), ids.uuid());
        assert_eq!((hex.len(), digits.len(), uuid.len()), (32, 19, 36));
        let mut again = Ids::new(7);
        assert_eq!((again.hex(), again.digits(), again.uuid()), (hex, digits, uuid));
    }
}
