//! What hosts without NixOS are given, as far as it can be held against the code. `script/deploy` has Docker Compose
//! and Caddy look at it.

use std::collections::BTreeSet;
use std::path::Path;

use xtablo::config::{self, Config, SETTINGS, Source};

const COMPOSE: &str = include_str!("../deploy/compose.yaml");

#[test]
fn env_example_has_every_setting() {
    let there = include_str!("../.env.example");
    assert!(
        there == config::example(),
        ".env.example is out of step with src/config/setting.rs: \
         `cargo run -- check-config --example >.env.example` renews it"
    );
    for setting in SETTINGS {
        assert!(there.contains(&format!("{}=", setting.name)), "{}", setting.name);
    }
}

/// Nix cannot ask a program which is not built yet.
#[test]
fn the_nixos_module_knows_every_secret() {
    let module = include_str!("../nixos-module/assertions.nix");
    let list = module.split("secrets = [").nth(1).and_then(|rest| rest.split(']').next()).expect("its list");
    let known: BTreeSet<_> = list.split_whitespace().map(|name| name.trim_matches('"')).collect();
    // An address without its password may be in a setting.
    let secret = SETTINGS.iter().filter(|setting| setting.secret && setting.name != "DATABASE_URL");
    assert_eq!(known, secret.map(|setting| setting.name).collect());
}

#[test]
fn env_example_with_its_secrets_is_a_good_configuration() {
    let example = config::example();
    let lines = example.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    let pairs = pairs.map(|(name, value)| {
        let value = match name {
            "DATABASE_URL" => "postgres:///xtablo?host=/run/postgresql",
            "SESSION_SECRET" => "0123456789abcdef0123456789abcdef",
            _ => value,
        };
        (name.to_owned(), value.to_owned())
    });
    Config::load(&Source::from_environment(pairs)).expect("a good configuration");
}

#[test]
fn compose_keeps_postgresql_to_itself_and_every_service_small() {
    let services = COMPOSE.split("\nservices:\n").nth(1).and_then(|rest| rest.split("\nnetworks:\n").next());
    let services: Vec<_> = services.expect("services").split("\n\n").collect();
    let names: Vec<_> =
        services.iter().map(|service| service.trim().split(':').next().expect("a name")).collect();
    assert_eq!(names, ["postgres", "migrate", "web", "worker", "caddy"]);
    for (name, service) in names.iter().zip(&services) {
        assert!(service.contains("<<: *hardened") || service.contains("<<: *xtablo"), "{name}");
        assert_eq!(service.contains("ports:"), *name == "caddy", "{name}");
        assert!(service.contains("healthcheck:"), "{name}");
    }
    for kept in ["read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"] {
        assert!(COMPOSE.contains(kept), "{kept}");
    }
    // What it sets is a setting.
    let set = COMPOSE.split("environment: &settings").nth(1).and_then(|rest| rest.split("tmpfs").next());
    for line in set.expect("settings").lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let Some((name, _)) = line.split_once(':') else { continue };
        assert!(SETTINGS.iter().any(|setting| setting.name == name), "{name}");
    }
}

/// PostgreSQL 18's image refuses a mount at its old place, and data of another version at the place it looks at by itself.
#[test]
fn compose_keeps_the_data_of_each_postgresql_apart() {
    let postgres = COMPOSE.split("\n  postgres:\n").nth(1).and_then(|rest| rest.split("\n\n").next());
    let postgres = postgres.expect("the service");
    assert!(postgres.contains("- database:/var/lib/postgresql\n"), "{postgres}");
    assert!(postgres.contains("PGDATA=/var/lib/postgresql/$$PG_MAJOR/data "), "{postgres}");
}

#[test]
fn the_docs_commands_name_what_is_there() {
    let docs = include_str!("../docs/deploy.md");
    let section = docs.split("## Hosts without NixOS").nth(1).and_then(|rest| rest.split("\n## ").next());
    let section = section.expect("the section");
    let mut services = BTreeSet::new();
    for command in section.lines().filter_map(|line| line.strip_prefix("# docker compose ")) {
        let words: Vec<_> = command.split_whitespace().filter(|word| *word != "-T").collect();
        assert_eq!(words[..2], ["--file", "deploy/compose.yaml"], "{command}");
        let named = match words[2..] {
            ["exec", service, ..] | ["run", "--rm", service, ..] => vec![service],
            ["stop", ref services @ ..] | ["up", "--detach", "--wait", ref services @ ..] => {
                services.to_vec()
            }
            ["cp", "--archive", from, to] => {
                let container = [from, to].into_iter().find_map(|path| path.split_once(':'));
                let (service, path) = container.expect(command);
                assert!(COMPOSE.contains(&format!("STORAGE_DIR: {path}\n")), "{command}");
                vec![service]
            }
            _ => panic!("{command}: what is named by it?"),
        };
        for service in named {
            assert!(COMPOSE.contains(&format!("\n  {service}:\n")), "{command}");
            services.insert(service);
        }
    }
    assert_eq!(services, ["migrate", "postgres", "web", "worker"].into());
    for setting in ["DOMAIN", "SESSION_SECRET", "POSTGRES_PASSWORD", "XTABLO_IMAGE"] {
        assert!(
            section.contains(setting) && config::example().contains(&format!("\n{setting}=")),
            "{setting}"
        );
    }
}

#[test]
fn the_flake_builds_with_every_target_of_the_manifest() {
    let (manifest, nix) = (include_str!("../Cargo.toml"), include_str!("../nix/rust.nix"));
    let paths = manifest.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
    let mut targets = 0;
    for path in paths {
        let there =
            Path::new(path).ancestors().any(|part| nix.contains(&format!("      ../{}\n", part.display())));
        assert!(
            there,
            "nix/rust.nix leaves {path} out, and Cargo refuses a manifest whose targets are not there"
        );
        targets += 1;
    }
    assert!(targets > 5, "{targets}");
}
