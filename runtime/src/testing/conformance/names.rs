//! Names are data, whatever stands in them.

use super::Kit;
use super::fixture::{all, batch, event, ids, numbers, put, stream};
use crate::place::Expected;
use crate::store::{NewEvent, Read, Store};
use crate::stream::StreamName;

fn hostile_names() -> Vec<StreamName> {
    let long = "x".repeat(1000);
    let ids = [
        "_",
        "%",
        "'",
        "\"",
        ";",
        "\\",
        "--",
        "- -",
        " ",
        "\t\n",
        "a'; DROP TABLE factum_events; --",
        "*",
        "?",
        "[a]",
        "A",
        "a",
        "á",
        "a\u{301}",
        "\u{feff}",
        "🦀",
        "1",
        "01",
        "1.0",
        "NULL",
        &long,
    ];
    let categories = [
        "a", "A", "a_", "a%", "aa", "a'", "_", "%", "á", "a.b", "select",
    ];
    let mut names: Vec<_> = ids
        .iter()
        .map(|id| StreamName::new("hostile", id).unwrap())
        .collect();
    names.extend(
        categories
            .iter()
            .map(|category| StreamName::new(category, "1").unwrap()),
    );
    names
}

/// Names are data: no two of them are the same stream, and none of them is a pattern.
pub async fn keeps_hostile_names_apart(kit: impl Kit) {
    let store = kit.open().await;
    let names = hostile_names();
    for (n, name) in names.iter().enumerate() {
        let append = batch(name, Expected::NoStream, vec![event(n as u128)]);
        store
            .append(append)
            .await
            .unwrap_or_else(|error| panic!("{name:?}: {error}"));
    }
    for (n, name) in names.iter().enumerate() {
        let own = all(&store, Read::stream(name.clone(), None)).await;
        assert_eq!(ids(&own), numbers([n as u128]), "in {name:?}");
        assert_eq!(own[0].stream, name.as_str());
        let category = name.category().to_owned();
        let found = all(&store, Read::all(None).category(category.clone())).await;
        let expected = names
            .iter()
            .enumerate()
            .filter(|(_, name)| name.category() == category);
        assert_eq!(
            ids(&found),
            numbers(expected.map(|(n, _)| n as u128)),
            "in {category:?}"
        );
    }
}

/// What a pattern would let through as well, or a database would take for the end of a text.
pub async fn filters_by_names_as_they_are(kit: impl Kit) {
    const NAMES: [&str; 13] = [
        "a", "A", "a_", "aa", "a%", "%", "_", "a'", "a\"", "a,b", "[\"a\"]", "á", "a\\",
    ];
    let store = kit.open().await;
    for (n, name) in NAMES.into_iter().enumerate() {
        let new = NewEvent {
            name: name.into(),
            ..event(n as u128)
        };
        put(&store, &stream("filter"), vec![new]).await;
    }
    let reads = [Read::all(None), Read::stream(stream("filter"), None)];
    for read in reads {
        for (n, name) in NAMES.into_iter().enumerate() {
            for read in [
                read.clone(),
                read.clone().event("none"),
                read.clone().event("a\0"),
            ] {
                let found = ids(&all(&store, read.event(name)).await);
                assert_eq!(found, numbers([n as u128]), "for {name:?}");
            }
        }
        let nothing = read.category("filte_").event("a\0");
        assert!(all(&store, nothing).await.is_empty());
    }
}
