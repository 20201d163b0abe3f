#[event(name = "account.opened")]
/// Somebody has an account.
///
/// It is empty.
pub struct Opened {
    /// Who it is.
    pub owner: String,
    #[event(shape = "decimal")]
    #[serde(rename = "maxPerDay")]
    pub limit: Decimal,
    pub unsaid: u8,
}
