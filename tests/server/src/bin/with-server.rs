//! Runs a command with a server that it finds, and ends as the command ended.

use std::env;
use std::process::{Command, ExitCode};

use factum_server::{Cluster, SOCKET};

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("with-server: give the command to run");
        return ExitCode::from(2);
    };
    let cluster = match Cluster::start(&[]) {
        Ok(cluster) => cluster,
        Err(error) => {
            eprintln!("with-server: {error}");
            return ExitCode::FAILURE;
        }
    };
    let ended = Command::new(&program)
        .args(arguments)
        .env(SOCKET, cluster.folder())
        .status();
    drop(cluster);
    match ended {
        Ok(status) => ExitCode::from(
            status
                .code()
                .and_then(|code| u8::try_from(code).ok())
                .unwrap_or(1),
        ),
        Err(error) => {
            eprintln!("with-server: {}: {error}", program.display());
            ExitCode::FAILURE
        }
    }
}
