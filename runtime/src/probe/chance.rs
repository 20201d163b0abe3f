//! Numbers that look random and are the same in every run.

/// `SplitMix64`: any seed will do, and equal seeds give equal numbers on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 if there is none.
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        match self.next().checked_rem(bound) {
            Some(number) => number,
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn numbers_are_those_that_split_mix_is_published_with() {
        let mut chance = Chance::new(1_234_567);
        let numbers = [(); 5].map(|()| chance.next());
        assert_eq!(
            numbers,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ]
        );
    }

    #[test]
    fn a_number_is_below_its_bound() {
        let mut chance = Chance::new(0);
        let mut seen = [0; 3];
        for _ in 0..90 {
            seen[usize::try_from(chance.below(3)).unwrap()] += 1;
        }
        assert!(seen.iter().all(|times| *times > 15), "{seen:?}");
        assert_eq!(chance.below(0), 0);
    }
}
