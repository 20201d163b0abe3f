//! What is invented: values for review, the same in every run and on every machine.

mod behind;

use std::collections::BTreeMap;
use std::fmt::{self, Formatter, Write};

use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer};

use super::chance::Chance;
use super::{Manner, Probe};
use crate::codec::Codec;

#[derive(Deserialize)]
#[expect(dead_code, reason = "only invented")]
struct Numbers {
    bool: bool,
    tiny: u8,
    small: u16,
    middle: u32,
    large: u64,
    huge: u128,
    less: i8,
    below: i64,
    half: f32,
    float: f64,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only invented")]
struct Parts {
    owner: String,
    letter: char,
    raw: Raw,
    maybe: Option<u8>,
    list: Vec<u8>,
    pair: (u8, bool),
    map: BTreeMap<u8, bool>,
    one: Kind,
    tagged: Tagged,
    either: Either,
    none: (),
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only invented")]
enum Kind {
    Unit,
    New(u8),
    Two(u8, bool),
    Named { cents: u8 },
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(dead_code, reason = "only invented")]
enum Tagged {
    Paid { cents: u8 },
    Open,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only invented")]
enum Either {
    Number(u8),
    Text(String),
}

/// Parts that follow each other, each of which has to leave the level that it entered.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only invented")]
struct Sequel {
    kinds: [Kind; 6],
    options: [Option<u8>; 6],
    lists: [Vec<u8>; 5],
    texts: Vec<String>,
    last: Option<Vec<u8>>,
    tree: Tree,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only invented")]
enum Tree {
    Node(Box<Tree>),
    Leaf,
}

struct Raw;

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Taken;
        impl Visitor<'_> for Taken {
            type Value = Raw;
            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, _: &[u8]) -> Result<Raw, E> {
                Ok(Raw)
            }
        }
        deserializer.deserialize_bytes(Taken)
    }
}

/// What one probe invents in each of these manners, a line each.
fn invented<T: DeserializeOwned>(manners: impl IntoIterator<Item = Manner>) -> String {
    let probe = Probe::new();
    let mut out = String::new();
    for manner in manners {
        let invented = probe.invent(&[], &manner, |probe| probe.decode::<T>(&[]));
        let _ = writeln!(out, "{}", invented.unwrap().json);
    }
    out
}

fn moderate(seeds: u64) -> impl Iterator<Item = Manner> {
    (0..seeds).map(|seed| Manner::Moderate(Chance::new(seed)))
}

fn extreme(seeds: u64, near: &[u64]) -> impl Iterator<Item = Manner> {
    (0..seeds).map(|seed| Manner::Extreme(Chance::new(seed), near.to_vec()))
}

#[test]
fn a_few_rounds_cover_each_variant() {
    insta::assert_snapshot!(invented::<Numbers>((0..3).map(Manner::Covering)), @r#"
    {"bool":true,"tiny":2,"small":3,"middle":4,"large":5,"huge":6,"less":-4,"below":4,"half":1.0,"float":1.0}
    {"bool":false,"tiny":5,"small":6,"middle":7,"large":8,"huge":9,"less":5,"below":-6,"half":0.5,"float":0.5}
    {"bool":true,"tiny":8,"small":9,"middle":10,"large":11,"huge":12,"less":-7,"below":7,"half":-1.0,"float":-1.0}
    "#);
    insta::assert_snapshot!(invented::<Parts>((0..5).map(Manner::Covering)), @r#"
    {"owner":"owner","letter":"a","raw":[1],"maybe":5,"list":[7],"pair":[8,true],"map":{"11":true},"one":"Unit","tagged":{"kind":"paid","cents":15},"either":"either","none":null}
    {"owner":"","letter":"Z","raw":[0,255],"maybe":null,"list":[9,10],"pair":[11,false],"map":{"14":false,"16":false},"one":{"New":19},"tagged":{"kind":"open"},"either":22,"none":null}
    {"owner":"a","letter":"é","raw":[65,100,97],"maybe":11,"list":[13,14,15],"pair":[16,true],"map":{"19":true,"21":true,"23":true},"one":{"Two":[26,true]},"tagged":{"kind":"paid","cents":29},"either":"a","none":null}
    {"owner":"Ada","letter":"1","raw":[],"maybe":null,"list":[],"pair":[15,false],"map":{},"one":{"Named":{"cents":19}},"tagged":{"kind":"open"},"either":"Ada","none":null}
    {"owner":"Zoë","letter":"\"","raw":[1],"maybe":17,"list":[19],"pair":[20,true],"map":{"23":true},"one":"Unit","tagged":{"kind":"paid","cents":27},"either":"Zoë","none":null}
    "#);
}

#[test]
fn the_simplest_values_are_small() {
    insta::assert_snapshot!(invented::<Numbers>([Manner::Plain]), @r#"
    {"bool":false,"tiny":0,"small":0,"middle":0,"large":0,"huge":0,"less":0,"below":0,"half":0.0,"float":0.0}
    "#);
    insta::assert_snapshot!(invented::<Parts>([Manner::Plain]), @r#"
    {"owner":"owner","letter":"a","raw":[],"maybe":null,"list":[],"pair":[0,false],"map":{},"one":"Unit","tagged":{"kind":"paid","cents":0},"either":"either","none":null}
    "#);
}

#[test]
fn moderate_numbers_can_be_added_up() {
    insta::assert_snapshot!(invented::<Numbers>(moderate(8)), @r#"
    {"bool":true,"tiny":1,"small":1,"middle":913,"large":5,"huge":1,"less":-2,"below":-409,"half":-1.0,"float":100.0}
    {"bool":true,"tiny":0,"small":3,"middle":3,"large":520,"huge":3,"less":1,"below":2,"half":-1.0,"float":-1.0}
    {"bool":false,"tiny":3,"small":49,"middle":862,"large":3,"huge":5,"less":-3,"below":-38,"half":1.0,"float":0.5}
    {"bool":true,"tiny":3,"small":0,"middle":0,"large":2,"huge":500,"less":2,"below":2,"half":0.5,"float":15000000000.0}
    {"bool":false,"tiny":3,"small":41,"middle":0,"large":5,"huge":2,"less":2,"below":-3,"half":1.0,"float":-1.0}
    {"bool":false,"tiny":5,"small":1,"middle":3,"large":880,"huge":3,"less":-2,"below":-3,"half":15000000000.0,"float":-1.0}
    {"bool":false,"tiny":0,"small":7,"middle":0,"large":147,"huge":5,"less":0,"below":-1,"half":0.5,"float":-1.0}
    {"bool":true,"tiny":0,"small":74,"middle":798,"large":985,"huge":1,"less":0,"below":0,"half":0.0,"float":-2.25}
    "#);
    insta::assert_snapshot!(invented::<Parts>(moderate(4)), @r#"
    {"owner":"0","letter":"a","raw":[65,100,97],"maybe":null,"list":[5,5,1],"pair":[3,true],"map":{"3":false},"one":"Unit","tagged":{"kind":"paid","cents":3},"either":"0","none":null}
    {"owner":"\"","letter":"\"","raw":[0,255],"maybe":2,"list":[0],"pair":[3,false],"map":{},"one":{"Two":[5,true]},"tagged":{"kind":"open"},"either":"Ada","none":null}
    {"owner":"\n","letter":"Z","raw":[65,100,97],"maybe":null,"list":[2],"pair":[3,false],"map":{"5":false},"one":{"Named":{"cents":2}},"tagged":{"kind":"paid","cents":5},"either":"😀","none":null}
    {"owner":"0","letter":"Z","raw":[1],"maybe":1,"list":[],"pair":[2,false],"map":{},"one":{"Named":{"cents":1}},"tagged":{"kind":"paid","cents":4},"either":"😀","none":null}
    "#);
}

#[test]
fn extreme_numbers_are_at_the_limits() {
    insta::assert_snapshot!(invented::<Numbers>(extreme(10, &[])), @r#"
    {"bool":true,"tiny":255,"small":747,"middle":5,"large":299,"huge":9223372036854775806,"less":-64,"below":-9223372036854775807,"half":-1.0,"float":100.0}
    {"bool":true,"tiny":255,"small":9,"middle":9,"large":1099511627776,"huge":9223372036854775807,"less":-63,"below":2,"half":-1.0,"float":-1.0}
    {"bool":false,"tiny":3,"small":649,"middle":2,"large":3,"huge":829,"less":-127,"below":4611686018427387903,"half":1.0,"float":0.5}
    {"bool":true,"tiny":9,"small":65535,"middle":4294967295,"large":9223372036854775805,"huge":0,"less":127,"below":2,"half":0.5,"float":15000000000.0}
    {"bool":false,"tiny":3,"small":32766,"middle":6,"large":5,"huge":17179869184,"less":2,"below":-3,"half":1.0,"float":-1.0}
    {"bool":false,"tiny":11,"small":32,"middle":609,"large":4,"huge":3,"less":-128,"below":4194304,"half":15000000000.0,"float":-1.0}
    {"bool":false,"tiny":6,"small":3,"middle":0,"large":11,"huge":9223372036854775805,"less":0,"below":-4,"half":0.5,"float":-1.0}
    {"bool":true,"tiny":255,"small":10,"middle":10,"large":9223372036854775805,"huge":7,"less":-128,"below":3,"half":0.0,"float":-2.25}
    {"bool":false,"tiny":1,"small":802,"middle":11,"large":7,"huge":435,"less":-103,"below":-4611686018427387904,"half":0.1,"float":100.0}
    {"bool":false,"tiny":6,"small":5,"middle":2147483647,"large":2199023255552,"huge":4,"less":-5,"below":-69,"half":1.0,"float":100.0}
    "#);
    insta::assert_snapshot!(invented::<Parts>(extreme(4, &[])), @r#"
    {"owner":"Zoë","letter":"\"","raw":[],"maybe":5,"list":[],"pair":[2,true],"map":{"3":true,"9":false},"one":"Unit","tagged":{"kind":"paid","cents":255},"either":"either","none":null}
    {"owner":"\\","letter":"a","raw":[65,100,97],"maybe":9,"list":[10],"pair":[10,false],"map":{"11":true,"2":false},"one":{"Two":[255,false]},"tagged":{"kind":"open"},"either":"😀","none":null}
    {"owner":"owner","letter":"Z","raw":[],"maybe":2,"list":[253,255,6],"pair":[9,false],"map":{},"one":{"Two":[2,true]},"tagged":{"kind":"open"},"either":"either","none":null}
    {"owner":"0","letter":"\"","raw":[65,100,97],"maybe":null,"list":[10,6,255],"pair":[131,false],"map":{"126":false,"255":false},"one":{"Named":{"cents":8}},"tagged":{"kind":"open"},"either":"\\","none":null}
    "#);
}

#[test]
fn extreme_numbers_are_near_the_given_ones() {
    insta::assert_snapshot!(invented::<Numbers>(extreme(8, &[500, 70_000])), @r#"
    {"bool":true,"tiny":255,"small":747,"middle":5,"large":299,"huge":9223372036854775806,"less":-64,"below":-9223372036854775807,"half":-1.0,"float":100.0}
    {"bool":true,"tiny":255,"small":9,"middle":70000,"large":500,"huge":9223372036854775805,"less":2,"below":-2,"half":1.0,"float":15000000000.0}
    {"bool":false,"tiny":3,"small":649,"middle":2,"large":3,"huge":829,"less":-127,"below":4611686018427387903,"half":1.0,"float":0.5}
    {"bool":true,"tiny":255,"small":32766,"middle":500,"large":0,"huge":18446744073709551614,"less":2,"below":5,"half":100.0,"float":0.0}
    {"bool":false,"tiny":255,"small":65535,"middle":5,"large":17179869184,"huge":499,"less":-128,"below":499,"half":0.5,"float":0.1}
    {"bool":false,"tiny":255,"small":16,"middle":69999,"large":3,"huge":323,"less":-128,"below":-4611686018427387903,"half":-1.0,"float":-2.25}
    {"bool":false,"tiny":255,"small":65533,"middle":512,"large":10,"huge":69999,"less":-128,"below":4,"half":15000000000.0,"float":0.1}
    {"bool":true,"tiny":255,"small":10,"middle":500,"large":70001,"huge":990,"less":-128,"below":-9223372036854775807,"half":100.0,"float":0.0}
    "#);
}

#[test]
fn what_follows_is_no_deeper_than_what_went_before() {
    insta::assert_snapshot!(invented::<Sequel>((0..2).map(Manner::Covering)), @r#"
    {"kinds":["Unit","Unit","Unit","Unit","Unit","Unit"],"options":[8,10,12,14,16,18],"lists":[[20],[22],[24],[26],[28]],"texts":["texts"],"last":[33],"tree":{"Node":{"Node":{"Node":{"Node":{"Node":"Leaf"}}}}}}
    {"kinds":[{"New":5},{"New":7},{"New":9},{"New":11},{"New":13},{"New":15}],"options":[null,null,null,null,null,null],"lists":[[23,24],[26,27],[29,30],[32,33],[35,36]],"texts":["",""],"last":null,"tree":"Leaf"}
    "#);
    insta::assert_snapshot!(invented::<Tree>([Manner::Plain]), @r#"
    {"Node":{"Node":{"Node":{"Node":{"Node":{"Node":"Leaf"}}}}}}
    "#);
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only invented")]
struct Down<T> {
    of: Option<Vec<T>>,
}

#[test]
fn what_does_not_hold_itself_is_there_however_deep_it_stands() {
    let [first, third] =
        [0, 2].map(|round| invented::<Down<Down<Down<u8>>>>([Manner::Covering(round)]));
    insta::assert_snapshot!(first, @r#"{"of":[{"of":[{"of":[7]}]}]}"#);
    // Three items in a list, and one in a deep one.
    insta::assert_snapshot!(third, @r#"{"of":[{"of":[{"of":[13]},{"of":[16]},{"of":[19]}]},{"of":[{"of":[24]},{"of":[27]},{"of":[30]}]},{"of":[{"of":[35]},{"of":[38]},{"of":[41]}]}]}"#);
}

#[test]
fn a_choice_beyond_what_there_is_counts_from_the_start_again() {
    let probe = Probe::new();
    let given = [u64::MAX; 2];
    let invented = probe.invent(&given, &Manner::Plain, |probe| {
        probe.decode::<(bool, u8)>(&[])
    });
    assert_eq!(invented.unwrap().json, "[true,255]");
}
