//! Numbers that look random and are the same in every run.

/// `SplitMix64`: any seed will do, and equal seeds give equal numbers on every machine.
#[derive(Debug, Clone)]
pub(in crate::testing) struct Chance(u64);

impl Chance {
    pub(in crate::testing) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(in crate::testing) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 if there is none.
    pub(in crate::testing) const fn below(&mut self, bound: u64) -> u64 {
        match self.next().checked_rem(bound) {
            Some(number) => number,
            None => 0,
        }
    }
}
