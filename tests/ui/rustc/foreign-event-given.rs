#[path = "../domain.rs"]
mod domain;

use domain::{Account, Happened, Opened};

fn main() {
    let _ = Account::given((Opened, Happened));
}
