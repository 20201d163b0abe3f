use std::panic::{set_hook, take_hook};
use std::sync::{Arc, Mutex};

use factum::{Timestamp, Uuid};

use crate::account::{Account, AccountError, Closed, deposited};
use crate::failure;

#[test]
fn a_failure_names_the_line_of_its_author() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let former = Arc::new(take_hook());
    let (sink, chained) = (Arc::clone(&seen), Arc::clone(&former));
    let mine = std::thread::current().id();
    set_hook(Box::new(move |info| {
        if std::thread::current().id() == mine {
            let location = info.location().expect("a panic has a place");
            sink.lock()
                .unwrap()
                .push((location.file().to_owned(), location.line()));
        } else {
            chained(info);
        }
    }));
    let when = || Account::given(deposited(1)).when(|account| account.withdraw(1));
    let again = || when().and_when(|_| Err::<(), _>(1));
    let corrupt = || Account::given((closed(), deposited(1)));
    let scenarios: [(u32, &dyn Fn()); 5] = [
        (line!(), &|| drop(when().then_nothing())),
        (line!(), &|| drop(when().then_error(AccountError::Closed))),
        (line!(), &|| drop(again().then(()))),
        (line!(), &|| drop(Account::given_stored([("?", 1, "{}")]))),
        (line!(), &|| drop(corrupt().when(|a| a.withdraw(1)))),
    ];
    for (_, scenario) in scenarios {
        failure(scenario);
    }
    set_hook(Box::new(move |info| former(info)));
    let lines = scenarios.map(|(line, _)| (file!().to_owned(), line));
    assert_eq!(*seen.lock().unwrap(), lines);
}

fn closed() -> Closed {
    Closed {
        number: Uuid::nil(),
        at: Timestamp::UNIX_EPOCH,
    }
}
