//! Trees as block text: one field a line, as YAML writes it.

use std::fmt::Write;

use super::tree::Tree;

/// Appends what stands behind a key: a value on the same line, or its parts on lines of their own.
pub(super) fn value(tree: &Tree, indent: usize, out: &mut String) {
    match tree {
        Tree::Plain(text) => {
            let _ = writeln!(out, " {text}");
        }
        Tree::Text(text) => {
            let _ = writeln!(out, " {}", scalar(text));
        }
        Tree::List(items) if items.is_empty() => out.push_str(" []\n"),
        Tree::Fields(entries) if entries.is_empty() => out.push_str(" {}\n"),
        Tree::List(items) => {
            out.push('\n');
            lines(items, indent, out);
        }
        Tree::Fields(entries) => {
            out.push('\n');
            for (key, entry) in entries {
                let _ = write!(out, "{:indent$}{}:", "", scalar(key));
                value(entry, indent + 2, out);
            }
        }
    }
}

fn lines(items: &[Tree], indent: usize, out: &mut String) {
    for item in items {
        let start = out.len();
        value(item, indent + 2, out);
        // The dash stands where the first line's indentation ends.
        let nested = out[start..].starts_with('\n');
        let dash = format!("{:indent$}-", "");
        if nested {
            out.replace_range(start..start + 1 + dash.len(), &dash);
        } else {
            out.insert_str(start, &dash);
        }
    }
}

/// A text as it is, or quoted where a reader would take it for something else.
fn scalar(text: &str) -> String {
    const WORDS: [&str; 7] = ["null", "~", "true", "false", "yes", "no", "-"];
    let special = |c: char| "-?:,[]{}#&*!|>'\"%@`".contains(c);
    let plain = !text.is_empty()
        && text.trim() == text
        && !text.chars().any(char::is_control)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && (!text.starts_with(special) || text.starts_with("[uuid#"))
        && text.parse::<f64>().is_err()
        && !WORDS.contains(&text.to_lowercase().as_str());
    if plain {
        text.to_owned()
    } else {
        format!("{text:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_what_would_be_read_as_something_else() {
        for text in [
            "", " a", "a\nb", "a: b", "a #b", "a:", "[a]", "5", "1e3", "null", "Yes", "- a",
        ] {
            assert_eq!(scalar(text), format!("{text:?}"), "{text}");
        }
        for text in [
            "Ada",
            "a:b",
            "a b",
            "it's",
            "2026-01-02",
            "account-5",
            "[uuid#1]",
        ] {
            assert_eq!(scalar(text), text);
        }
    }

    #[test]
    fn nested_lists_and_fields_keep_their_columns() {
        let text = |text: &str| Tree::Text(text.to_owned());
        let pair = Tree::Fields(vec![
            ("a".into(), text("x")),
            ("b".into(), Tree::List(vec![text("y")])),
        ]);
        let lists = Tree::List(vec![
            Tree::List(vec![text("p"), text("q")]),
            Tree::List(vec![]),
        ]);
        let tree = Tree::Fields(vec![
            ("pairs".into(), Tree::List(vec![pair])),
            ("lists".into(), lists),
            ("none".into(), Tree::Fields(vec![])),
        ]);
        let mut out = String::from("root:");
        value(&tree, 2, &mut out);
        insta::assert_snapshot!(out, @"
        root:
          pairs:
            - a: x
              b:
                - y
          lists:
            - - p
              - q
            - []
          none: {}
        ");
    }
}
