#[event(
    name = "account.opened",
    alias("AccountOpened"),
    version = 5,
    since = 2,
    upcast(2..=3 = OpenedV2<'_>, 4 = old::OpenedV4),
    sample = Opened { owner: "Ada".into(), limit: Decimal::ONE },
    stored(2 = r#"{"holder":"Ada"}"#),
    crate = kit::factum
)]
/// Somebody has an account.
///
/// It is empty.
pub struct Opened {
    /// Who it is.
    pub owner: String,
    #[event(shape = "decimal")]
    #[serde(rename = "maxPerDay")]
    pub limit: Decimal,
}
