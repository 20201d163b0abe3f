#[aggregate(name = "ticket", id = String, events(Sold, Used))]
pub enum Ticket {
    #[state(Sold => Valid)]
    Printed(Printed),
    #[state(Used => Spent)]
    Valid(Valid),
    Spent(Spent),
}
