#[event(name = "account.opened", version = 2, upcast(1 = OpenedV1))]
#[serde(rename_all(serialize = "SCREAMING-KEBAB-CASE"))]
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
