//! From the rows of a CSV file to commands.

mod fields;
mod malformed;

use std::collections::HashMap;

use ::csv::{ByteRecord, Reader, ReaderBuilder};
use factum::{Aggregate, CommandId, StreamId};

use crate::domain::{Activity, Enter, Fine, FineId};
use fields::Fields;
pub use malformed::{Malformed, Problem};

/// The columns of a row, in the order in which they make up its identity.
pub const COLUMNS: [&str; 14] = [
    "fine_id",
    "activity",
    "date",
    "amount",
    "expense",
    "payment_amount",
    "total_payment_amount",
    "article",
    "vehicle_class",
    "dismissal",
    "notification_type",
    "last_sent",
    "points",
    "officer",
];

/// A row that asks for something.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line that it starts on, counted from 1.
    pub line: u64,
    /// What it asks for.
    pub command: Enter,
}

/// Reads a CSV file row by row.
///
/// ```
/// use fines::rows::{COLUMNS, Rows};
///
/// let file = format!("{}\nA1,Send Fine,2006-12-05,,11.0,,,,,,,,,\nA1,Send Fine\n", COLUMNS.join(","));
/// let mut rows = Rows::new(file.as_bytes())?;
/// assert_eq!(rows.next().unwrap()?.command.fine.to_string(), "A1");
/// assert_eq!(rows.next().unwrap().unwrap_err().line, 3);
/// assert!(rows.next().is_none());
/// # Ok::<(), fines::rows::Malformed>(())
/// ```
///
/// - The header names the columns, in any order.
/// - A row's identity is the content of all its columns, and its ordinal among equal rows: not its place,
///   so that a file may be sorted otherwise and still hold the same rows. Equal rows are equal in the fine
///   too, and it does not matter which of them is called the first.
/// - A malformed row is an error with its line, and reading goes on behind it.
#[derive(Debug)]
pub struct Rows<'a> {
    file: &'a [u8],
    reader: Reader<&'a [u8]>,
    /// Where each of `COLUMNS` stands in the file.
    places: [usize; COLUMNS.len()],
    /// How many rows with the same content there were.
    equals: HashMap<CommandId, u32>,
    record: ByteRecord,
}

impl<'a> Rows<'a> {
    /// Starts with the header.
    pub fn new(file: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .from_reader(file);
        let mut record = ByteRecord::new();
        let line = match reader.read_byte_record(&mut record) {
            Ok(true) => start(file, &record),
            Ok(false) => return Err(Problem::NoHeader.at(1)),
            Err(error) => return Err(Problem::from(error).at(1)),
        };
        let places = places(&record).map_err(|problem| problem.at(line))?;
        Ok(Self {
            file,
            reader,
            places,
            equals: HashMap::new(),
            record,
        })
    }

    fn command(&mut self) -> Result<Enter, Problem> {
        let (columns, wanted) = (self.record.len(), COLUMNS.len());
        if columns != wanted {
            return Err(Problem::ColumnCount { columns, wanted });
        }
        let mut texts = [""; COLUMNS.len()];
        for ((text, place), column) in texts.iter_mut().zip(self.places).zip(COLUMNS) {
            let bytes = self.record.get(place).unwrap_or_default();
            *text = str::from_utf8(bytes).map_err(|_| Problem::NotUtf8 { column })?;
        }
        let content = serde_json::to_string(&texts).map_err(|error| Problem::Csv(error.into()))?;
        let fields = Fields::new(&texts);
        let fine = FineId::from(fields.text("fine_id").to_owned());
        fine.stream(Fine::NAME)?;
        let name = fields.text("activity");
        let activity = Activity::named(name).ok_or_else(|| Problem::UnknownActivity {
            name: name.to_owned(),
        })?;
        let on = fields.text("date").parse()?;
        let entry = fields.entry(activity)?;
        fields.finish(activity)?;
        let ordinal = self.equals.entry(CommandId::named(&content)).or_default();
        let row = CommandId::named(&format!("{ordinal} {content}"));
        *ordinal += 1;
        Ok(Enter {
            row,
            fine,
            on,
            entry,
        })
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) => {
                let line = start(self.file, &self.record);
                let command = self.command().map_err(|problem| problem.at(line));
                Some(command.map(|command| Row { line, command }))
            }
            Err(error) => {
                let line = error.position().map_or(1, ::csv::Position::line);
                Some(Err(Problem::from(error).at(line)))
            }
        }
    }
}

/// The line on which a record starts; the reader's position stands before the empty lines in front of it.
fn start(file: &[u8], record: &ByteRecord) -> u64 {
    let Some(position) = record.position() else {
        return 1;
    };
    let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let skipped = file.get(from..).unwrap_or_default().iter();
    let empty = skipped.take_while(|byte| matches!(byte, b'\r' | b'\n'));
    let mut line = position.line();
    empty.filter(|byte| **byte == b'\n').for_each(|_| line += 1);
    line
}

fn places(header: &ByteRecord) -> Result<[usize; COLUMNS.len()], Problem> {
    let found = header.iter().map(String::from_utf8_lossy);
    let found = found.map(std::borrow::Cow::into_owned).collect::<Vec<_>>();
    if let Some(unknown) = found.iter().find(|name| !COLUMNS.contains(&name.as_str())) {
        return Err(Problem::UnknownColumn(unknown.clone()));
    }
    let mut places = [0; COLUMNS.len()];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        let mut own = (0..).zip(&found).filter(|(_, name)| *name == column);
        *place = own.next().ok_or(Problem::MissingColumn(column))?.0;
        if own.next().is_some() {
            return Err(Problem::ColumnTwice(column));
        }
    }
    Ok(places)
}
