use factum::{Sqlite, Store, Subscription};

/// Takes in everything that is there, and says whether there was anything.
async fn catch_up(store: &Sqlite, balances: &mut Balances) -> Result<bool, BoxError> {
    let mut events = Subscription::aggregate::<Account>(store.clone()).after(balances.checkpoint()?);
    let mut news = false;
    loop {
        let before = events.checkpoint();
        let Some(batch) = events.catch_up().await? else {
            return Ok(news);
        };
        balances.take_in(before, &batch)?;
        news = true;
    }
}

/// Catches up, then waits for news, until something fails.
async fn follow(store: impl Store, mut balances: Balances) -> Result<(), BoxError> {
    let mut events = Subscription::aggregate::<Account>(store).after(balances.checkpoint()?);
    loop {
        let before = events.checkpoint();
        let batch = events.next().await?;
        balances.take_in(before, &batch)?;
    }
}
