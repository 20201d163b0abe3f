//! How large a run is, how to repeat it, and what it leaves to be read.

/// The number of trials: the first one in each run of the tests, the second one with `FACTUM_SOAK=1`.
pub fn size(usual: usize, soak: usize) -> usize {
    match std::env::var("FACTUM_SOAK") {
        Err(_) => usual,
        Ok(on) if on == "1" => soak,
        Ok(other) => panic!("FACTUM_SOAK is `{other}`; it is 1, or not set at all"),
    }
}

/// Random numbers that a failed run can be repeated with: its output says the seed, which `FACTUM_SEED` sets.
pub fn seeded(trial: &str) -> fastrand::Rng {
    let seed = match std::env::var("FACTUM_SEED") {
        Err(_) => fastrand::u64(..),
        Ok(seed) => seed.parse().unwrap(),
    };
    println!("{trial}: FACTUM_SEED={seed}");
    fastrand::Rng::with_seed(seed)
}

/// Prints a row of the table of what was tried, and with what result; `tests/faults/table` collects them.
pub fn proved(what: &str, tried: &str, result: &str) {
    println!("proved | {what} | {tried} | {result} |");
}

/// A number with a comma between thousands.
pub fn figure(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
