//! The commands of README.md and of docs/ are run as they stand there, or as far as their own help where running them would
//! take a machine apart; and each path that they name is there.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// The documents by their path.
fn documents() -> Vec<(String, String)> {
    let docs = std::fs::read_dir("docs").expect("a folder").map(|entry| entry.expect("an entry").path());
    let docs = docs.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    let others = ["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(std::path::PathBuf::from);
    docs.chain(others)
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("UTF-8")))
        .collect()
}

/// The commands of every shell block, without what is said about them.
fn commands() -> Vec<Vec<String>> {
    let texts: Vec<String> = documents().into_iter().map(|(_, text)| text.replace("\\\n", " ")).collect();
    let blocks = texts.iter().flat_map(|text| text.split("```sh\n").skip(1));
    let blocks = blocks.filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).map(|line| line.split('#').next().unwrap_or_default());
    lines.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

/// Files and folders of the repository, in backquotes or as a link's address.
#[test]
fn each_path_is_there() {
    let folders = [
        "src/",
        "tests/",
        "templates/",
        "static/",
        "locales/",
        "migrations/",
        "docs/",
        "nix/",
        "script/",
        "nixos-module/",
        "deploy/",
        "benches/",
        "fuzz/",
        "examples/",
        ".ci/",
    ];
    let mut found = 0;
    for (document, text) in documents() {
        let quoted = text.split('`').skip(1).step_by(2);
        let linked = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for name in quoted.chain(linked) {
            let name = name.trim_start_matches("../").split(['#', ' ']).next().unwrap_or_default();
            let is_pattern = name.contains(['<', '{', '*', '…']) || name.contains("dist/");
            // A build may have been given a part of the repository alone.
            let is_here = |folder: &str| name.starts_with(folder) && Path::new(folder).exists();
            if folders.iter().any(|folder| is_here(folder)) && !is_pattern {
                assert!(Path::new(name).exists(), "{document} names {name}");
                found += 1;
            }
        }
    }
    assert!(found > 40, "only {found} paths are found");
}

#[tokio::test]
async fn every_command_is_there_and_knows_its_arguments() {
    let commands = commands();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        let (program, arguments) = match command.as_slice() {
            ["cargo", "run", "--", arguments @ ..] => ("xtablo", arguments),
            [program, arguments @ ..] => (*program, arguments),
            [] => continue,
        };
        let binary = match program {
            "xtablo" => env!("CARGO_BIN_EXE_xtablo"),
            "xtablo-web" => env!("CARGO_BIN_EXE_xtablo-web"),
            "xtablo-worker" => env!("CARGO_BIN_EXE_xtablo-worker"),
            script => {
                let mode = Path::new(script).metadata().expect(script).permissions().mode();
                assert_eq!(mode & 0o111, 0o111, "{script} can be run");
                continue;
            }
        };
        // What follows a second -- is another program's.
        let own = arguments.split(|argument| *argument == "--").next().unwrap_or_default();
        let output = Command::new(binary).args(own).arg("--help").output().await.expect("it runs");
        assert!(output.status.success(), "{command:?}: {output:?}");
    }
}

#[tokio::test]
async fn the_first_command_starts_the_product() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Command::new("script/server")
        .args(["--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("it can be run");
    let mut lines = BufReader::new(server.stdout.take().expect("piped")).lines();
    let mut address = None;
    while address.is_none() {
        let line = lines.next_line().await.expect("it says something").expect("it says where it is");
        address = line.split("running at http://").nth(1).map(str::to_owned);
    }
    let (status, page) = crate::support::service::get(&address.expect("found"), "/login").await;
    assert_eq!(status, 200, "{page}");
    let pid = server.id().and_then(|id| Pid::from_raw(id.cast_signed())).expect("it runs");
    kill_process(pid, Signal::INT).expect("it is ours");
    while lines.next_line().await.expect("it says something").is_some() {}
    assert!(server.wait().await.expect("it ends").success());
}
