//! The wire between a store and its server: it can be slow, cut or dead, at the very moment of an append.

mod message;

use std::collections::{HashSet, VecDeque};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use factum::postgres::tokio_postgres::Config;
use factum::postgres::tokio_postgres::config::Host;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, BufWriter};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use self::message::Message;

/// After so long something may be otherwise.
const MOMENT: Duration = Duration::from_millis(2);

/// What becomes of one append on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cut {
    /// The connection ends, and the server never hears of it.
    Request,
    /// The connection ends once the server has committed.
    Answer,
    /// The server never hears of it, and the connection stays open.
    SilentRequest,
    /// The answer goes nowhere, and the connection stays open.
    SilentAnswer,
}

/// A wire that a store is opened behind; it goes with this.
#[derive(Debug)]
pub struct Wire {
    state: Arc<State>,
    url: String,
    listening: tokio::task::JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    socket: PathBuf,
    latency: Duration,
    is_down: watch::Sender<bool>,
    planned: Mutex<VecDeque<Cut>>,
    made: Mutex<Vec<Cut>>,
    asked: Mutex<Vec<Instant>>,
}

impl Wire {
    /// A wire to the database at this address, over which each answer takes so long.
    pub async fn to(url: &str, latency: Duration) -> Self {
        let config: Config = url.parse().unwrap();
        let [Host::Unix(folder)] = config.get_hosts() else {
            panic!("{url} is not that of a server of the tests");
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let database = config.get_dbname().unwrap();
        let state = Arc::new(State {
            socket: folder.join(".s.PGSQL.5432"),
            latency,
            is_down: watch::Sender::new(false),
            planned: Mutex::default(),
            made: Mutex::default(),
            asked: Mutex::default(),
        });
        Self {
            listening: tokio::spawn(listen(listener, Arc::clone(&state))),
            state,
            url: format!("postgres://postgres@127.0.0.1:{port}/{database}?sslmode=disable"),
        }
    }

    /// The address for the store.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Plans what becomes of the next appends, instead of what was planned before and has not come about.
    pub fn plan(&self, cuts: impl IntoIterator<Item = Cut>) -> VecDeque<Cut> {
        let mut planned = self.state.planned.lock().unwrap();
        std::mem::replace(&mut *planned, cuts.into_iter().collect())
    }

    /// What has become of appends.
    pub fn made(&self) -> Vec<Cut> {
        self.state.made.lock().unwrap().clone()
    }

    /// All connections end, and there are no new ones, until it is up again.
    pub fn set_down(&self, is_down: bool) {
        self.state.is_down.send_replace(is_down);
    }

    /// When connections were asked for.
    pub fn asked(&self) -> Vec<Instant> {
        self.state.asked.lock().unwrap().clone()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.listening.abort();
        self.set_down(true);
    }
}

async fn listen(listener: TcpListener, state: Arc<State>) {
    loop {
        let (store, _) = listener.accept().await.unwrap();
        state.asked.lock().unwrap().push(Instant::now());
        if !*state.is_down.borrow() {
            tokio::spawn(carry(store, Arc::clone(&state)));
        }
    }
}

/// What is to become of the answers of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answers {
    Arrive,
    /// The one that is on its way is lost, and with it the connection, or only all that follows.
    Lost {
        silent: bool,
    },
}

/// Carries one connection until either end has had enough. An error is the end of one of them.
async fn carry(store: TcpStream, state: Arc<State>) {
    let server = loop {
        match UnixStream::connect(&state.socket).await {
            Ok(server) => break server,
            // Too many ask at once, and no socket of this kind waits for its turn.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => sleep(MOMENT).await,
            Err(_) => return,
        }
    };
    let _ = store.set_nodelay(true);
    let (from_store, to_store) = store.into_split();
    let (from_server, to_server) = server.into_split();
    let answers = watch::Sender::new(Answers::Arrive);
    let mut is_down = state.is_down.subscribe();
    tokio::select! {
        _ = requests(from_store, to_server, &answers, &state) => {}
        _ = answered(from_server, to_store, answers.subscribe(), state.latency) => {}
        _ = is_down.wait_for(|is_down| *is_down) => {}
    }
}

async fn requests(
    from: impl AsyncRead + Unpin,
    to: impl AsyncWrite + Unpin,
    answers: &watch::Sender<Answers>,
    state: &State,
) -> io::Result<()> {
    let (mut from, mut to) = (BufReader::new(from), BufWriter::new(to));
    Message::first(&mut from).await?.send(&mut to).await?;
    to.flush().await?;
    // The statements that append, by the names that the store gave them.
    let mut appends = HashSet::new();
    loop {
        let message = Message::next(&mut from).await?;
        if let Some((name, sql)) = message.prepares()
            && (sql.contains("INSERT INTO") || sql.contains(".append("))
        {
            appends.insert(name.to_owned());
        }
        if message.runs().is_some_and(|name| appends.contains(name)) {
            let cut = state.planned.lock().unwrap().pop_front();
            state.made.lock().unwrap().extend(cut);
            match cut {
                None => {}
                Some(Cut::Request) => return Ok(()),
                Some(Cut::SilentRequest) => loop {
                    Message::next(&mut from).await?;
                },
                Some(Cut::Answer) => _ = answers.send_replace(Answers::Lost { silent: false }),
                Some(Cut::SilentAnswer) => _ = answers.send_replace(Answers::Lost { silent: true }),
            }
        }
        message.send(&mut to).await?;
        if from.buffer().is_empty() {
            to.flush().await?;
        }
    }
}

async fn answered(
    from: impl AsyncRead + Unpin,
    to: impl AsyncWrite + Unpin,
    answers: watch::Receiver<Answers>,
    latency: Duration,
) -> io::Result<()> {
    let (mut from, mut to) = (BufReader::new(from), BufWriter::new(to));
    loop {
        let message = Message::next(&mut from).await?;
        let fate = *answers.borrow();
        match fate {
            Answers::Arrive => message.send(&mut to).await?,
            // The server has committed.
            Answers::Lost { silent: false } if message.is_end() => return Ok(()),
            Answers::Lost { .. } => {}
        }
        if from.buffer().is_empty() {
            sleep(latency).await;
            to.flush().await?;
        }
    }
}
