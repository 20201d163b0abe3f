//! A tour of the bank: `cargo run -p bank -- --db bank.db`, or without a file for one that is gone afterwards.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use bank::domain::{Account, AccountId};
use bank::transfer::Transfer;
use clap::Parser;
use factum::{AsOf, ExecuteError, Ids, Repository, Revision, Sqlite, Store, UuidV7, store};

/// A tour of the bank.
#[derive(Parser)]
#[command(version, about)]
struct Tour {
    /// The file of the accounts; without it they are gone afterwards.
    #[arg(long, value_name = "PATH", conflicts_with = "store")]
    db: Option<PathBuf>,
    /// The store of the accounts: `sqlite:PATH`, `postgres://USER@HOST/DATABASE`, or `memory:`.
    #[arg(long, value_name = "ADDRESS")]
    store: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let Tour { db, store } = Tour::parse();
    let store: Arc<dyn Store> = match store {
        Some(address) => store::open(&address).await?,
        None => {
            let file = db.unwrap_or_else(|| directory.path().join("bank.db"));
            Arc::new(Sqlite::open(file).await?)
        }
    };
    println!("what is stored {}", store.durability());
    let accounts = Repository::<Account, _>::new(store);
    let (ada, ben) = (AccountId(1001), AccountId(1002));

    for (account, owner) in [(&ada, "Ada"), (&ben, "Ben")] {
        match accounts.update(account, |new| new.open(owner, 0)).await {
            Ok(_) => println!("{owner} opens account {account}"),
            Err(ExecuteError::Rejected(error)) => println!("{owner}, {account}: {error}"),
            Err(error) => return Err(error.into()),
        }
    }
    let done = accounts
        .update(&ada, |account| account.deposit(500))
        .await?;
    println!("Ada deposits 500: balance {}", done.state.balance());
    let done = accounts
        .update(&ada, |account| account.withdraw(120))
        .await?;
    println!("Ada withdraws 120: balance {}", done.state.balance());

    match accounts
        .update(&ben, |account| account.withdraw(1_000_000))
        .await
    {
        Err(ExecuteError::Rejected(error)) => println!("Ben withdraws 1000000: {error}"),
        unexpected => println!("Ben withdraws 1000000: {unexpected:?}"),
    }

    let transfer = Transfer {
        id: UuidV7.fresh(),
        from: ada.clone(),
        to: ben.clone(),
        cents: 200,
    };
    println!("Ada sends Ben 200: {:?}", transfer.run(&accounts).await?);
    println!("once more: {:?}", transfer.run(&accounts).await?);
    for (owner, account) in [("Ada", &ada), ("Ben", &ben)] {
        let balance = accounts.load(account).await?.state.balance();
        println!("{owner} has {balance}");
    }

    let then = accounts
        .load_at(&ada, AsOf::Revision(Revision::new(1)))
        .await?;
    println!("after revision 1 Ada had {}", then.state.balance());
    Ok(())
}
