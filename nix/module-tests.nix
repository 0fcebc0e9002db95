# The module, looked at without a machine: good configurations render what they must, and bad ones are refused with a
# message that says what to do.
{
  lib,
  pkgs,
  module,
  nixosSystem,
}:
let
  configurationOf =
    xtablo:
    (nixosSystem {
      modules = [
        module
        {
          nixpkgs.hostPlatform = pkgs.stdenv.hostPlatform.system;
          boot.loader.grub.enable = false;
          fileSystems."/".device = "/dev/vda1";
          system.stateVersion = "26.05";
          services.xtablo = lib.mkMerge [
            {
              enable = true;
              domain = "board.example.org";
            }
            xtablo
          ];
        }
      ];
    }).config;

  messages = host: map (one: one.message) (lib.filter (one: !one.assertion) host.assertions);
  unit = host: name: host.systemd.units.${name}.text;
  settings = host: host.services.xtablo.settings;

  remote = {
    database = {
      createLocally = false;
      host = "db.example.org";
      passwordFile = "/run/secrets/database";
    };
    credentials.SESSION_SECRET = "/run/secrets/session";
  };

  bucket = {
    endpoint = "https://s3.example.org";
    bucket = "xtablo";
    accessKeyFile = "/run/secrets/s3-access";
    secretKeyFile = "/run/secrets/s3-secret";
  };

  # Each: a configuration that is accepted, and what must be true of it.
  good = {
    "the least there is" = {
      xtablo = { };
      holds = host: {
        "the socket is Caddy's to open" = lib.hasInfix "SocketGroup=caddy" (unit host "xtablo-web.socket");
        "web keeps its socket through a switch" = lib.hasInfix "X-StopIfChanged=false" (
          unit host "xtablo-web.service"
        );
        "no RuntimeDirectory takes the socket away" =
          !lib.hasInfix "RuntimeDirectory" (unit host "xtablo-web.service");
        "PostgreSQL has no TCP" = host.services.postgresql.settings.listen_addresses == "";
        "the database is named by its socket" =
          (settings host).DATABASE_URL == "postgres:///xtablo?host=/run/postgresql&port=5432&user=xtablo";
        "a secret is made" =
          lib.hasInfix "LoadCredential=SESSION_SECRET:/var/lib/xtablo-secrets/SESSION_SECRET" (
            unit host "xtablo-web.service"
          );
        "services wait for the whole of PostgreSQL" =
          lib.all (name: lib.hasInfix "postgresql.target" (unit host name))
            [
              "xtablo-migrate.service"
              "xtablo-web.service"
              "xtablo-worker@.service"
              "xtablo-backup.service"
            ];
        "the database is dumped before it is migrated" = lib.hasInfix "xtablo migrate --backup --keep 5" (
          unit host "xtablo-migrate.service"
        );
        "a backup is made every day" = lib.hasInfix "OnCalendar=daily" (unit host "xtablo-backup.timer");
        "Caddy waits while web restarts" =
          let
            site = host.services.caddy.virtualHosts."board.example.org".extraConfig;
          in
          lib.hasInfix "reverse_proxy unix//run/xtablo/web.sock" site && lib.hasInfix "lb_try_duration" site;
        "the firewall is left shut" = !lib.elem 443 host.networking.firewall.allowedTCPPorts;
        "the command is on the PATH" =
          lib.elem host.services.xtablo.command host.environment.systemPackages;
      };
    };
    "an open firewall" = {
      xtablo.openFirewall = true;
      holds = host: {
        "HTTP and HTTPS come in" = lib.all (port: lib.elem port host.networking.firewall.allowedTCPPorts) [
          80
          443
        ];
        "HTTP/3 comes in" = host.networking.firewall.allowedUDPPorts == [ 443 ];
      };
    };
    "a host for workers alone" = {
      xtablo = remote // {
        web.enable = false;
        worker.instances = 2;
        worker.queues = [ "default" ];
        metrics.enable = true;
        storage.s3 = bucket;
      };
      holds = host: {
        "there is no web and no proxy" =
          !(host.systemd.units ? "xtablo-web.service") && !host.services.caddy.enable;
        "both workers are wanted" = lib.hasInfix "xtablo-worker@1.service xtablo-worker@2.service" (
          unit host "xtablo.target"
        );
        "each has an address" = lib.hasInfix "WORKER_LISTEN=127.0.0.1:947%i" (
          unit host "xtablo-worker@.service"
        );
        "they stop as long as they may" = (settings host).SHUTDOWN_TIMEOUT_SECONDS == 30;
        "they serve what they are told to" = (settings host).WORKER_QUEUES == "default";
        "no database is made here" = !host.services.postgresql.enable;
        "the connection is checked" =
          (settings host).DATABASE_URL
          == "postgres://db.example.org:5432/xtablo?sslmode=verify-full&user=xtablo";
        "secrets come as credentials" =
          lib.all (line: lib.hasInfix "LoadCredential=${line}" (unit host "xtablo-worker@.service"))
            [
              "DATABASE_PASSWORD:/run/secrets/database"
              "S3_ACCESS_KEY:/run/secrets/s3-access"
              "S3_SECRET_KEY:/run/secrets/s3-secret"
              "SESSION_SECRET:/run/secrets/session"
            ];
        "nothing is migrated or backed up here" =
          !(host.systemd.units ? "xtablo-migrate.service") && !(host.systemd.units ? "xtablo-backup.timer");
        "no secret is made here" = !(host.systemd.units ? "xtablo-secrets.service");
      };
    };
    "folders beside the standard one" = {
      xtablo = {
        storage.local = "/var/lib/xtablo-files";
        storage.s3 = bucket;
      };
      holds = host: {
        "it is made" = host.systemd.tmpfiles.settings.xtablo ? "/var/lib/xtablo-files";
        "and can be written" = lib.hasInfix "ReadWritePaths=/var/lib/xtablo-files" (
          unit host "xtablo-web.service"
        );
        "files that are not in the bucket are still found" =
          (settings host).STORAGE_DIR == "/var/lib/xtablo-files";
      };
    };
    "a database that only the operator knows" = {
      xtablo = remote // {
        database.createLocally = false;
        settings.DATABASE_URL = "postgres://db.example.org/xtablo?sslmode=verify-full";
      };
      holds = host: {
        "nobody asks the local one" =
          !lib.hasInfix "pg_isready" host.systemd.services.xtablo-migrate.preStart;
      };
    };
    "folders of one's own" = {
      xtablo = {
        dataDir = "/srv/xtablo";
        backup.location = "/mnt/backups";
        web.listen = "127.0.0.1:8080";
      };
      holds = host: {
        "they are made" = lib.all (folder: host.systemd.tmpfiles.settings.xtablo ? ${folder}) [
          "/srv/xtablo"
          "/srv/xtablo/files"
          "/mnt/backups"
        ];
        "and can be written" = lib.hasInfix "ReadWritePaths=/mnt/backups" (
          unit host "xtablo-backup.service"
        );
        "no disk is taken for an empty folder" = lib.hasInfix "RequiresMountsFor=/mnt/backups" (
          unit host "xtablo-backup.service"
        );
        "the socket does not wait for an address" = lib.hasInfix "FreeBind=true" (
          unit host "xtablo-web.socket"
        );
        "Caddy is told where" =
          lib.hasInfix "reverse_proxy 127.0.0.1:8080"
            host.services.caddy.virtualHosts."board.example.org".extraConfig;
      };
    };
  };

  # Each: a configuration, and what its refusal must say.
  refused = {
    "a secret among the settings" = {
      xtablo.settings.SESSION_SECRET = "0123456789abcdef0123456789abcdef";
      says = "settings.SESSION_SECRET would be in the Nix store";
    };
    "a password in DATABASE_URL" = {
      xtablo = remote // {
        settings.DATABASE_URL = "postgres://xtablo:hunter2@db.example.org/xtablo";
      };
      says = "use services.xtablo.database.passwordFile";
    };
    "the file of a secret among the settings" = {
      xtablo.settings.SESSION_SECRET_FILE = "/run/secrets/session";
      says = "settings.SESSION_SECRET_FILE: the files of secrets are named in services.xtablo.credentials";
    };
    "a secret that is none" = {
      xtablo.credentials.SMPT_URL = "/run/secrets/smtp";
      says = "credentials.SMPT_URL: there is no secret of this name";
    };
    "mail from nobody" = {
      xtablo.mail.urlFile = "/run/secrets/smtp";
      says = "mails need a sender";
    };
    "a bucket without keys" = {
      xtablo.storage.s3 = removeAttrs bucket [
        "accessKeyFile"
        "secretKeyFile"
      ];
      says = "accessKeyFile and secretKeyFile";
    };
    "peer authentication under another name" = {
      xtablo.database.name = "board";
      says = "must be one and the same name";
    };
    "a password for the local PostgreSQL" = {
      xtablo.database.passwordFile = "/run/secrets/database";
      says = "the local PostgreSQL has its Unix socket alone";
    };
    "a secret of its own on one of several hosts" = {
      xtablo.worker.enable = false;
      says = "hosts that share a database must share this secret";
    };
    "a proxy for nothing" = {
      xtablo = {
        web.enable = false;
        caddy.enable = true;
      };
      says = "there is no web service on this host";
    };
    "workers at one address" = {
      xtablo = {
        worker.instances = 2;
        metrics = {
          enable = true;
          workerListen = "127.0.0.1:9471";
        };
      };
      says = "put %i into it";
    };
    "a host for nothing" = {
      xtablo = remote // {
        web.enable = false;
        worker.enable = false;
      };
      says = "both web.enable and worker.enable are off";
    };
  };

  # Each: values that the type of their option does not take.
  mistyped = {
    "a credential in the store" = {
      credentials.SESSION_SECRET = "${builtins.storeDir}/00000000000000000000000000000000-secret";
    };
    "a credential that Nix would copy into the store" = {
      credentials.SESSION_SECRET = ./module-tests.nix;
    };
    "a domain with a scheme" = {
      domain = lib.mkForce "https://board.example.org";
    };
    "a port in words" = {
      database.port = "http";
    };
    "an option that is not there" = {
      web.listne = "127.0.0.1:8080";
    };
    "a socket other than the one systemd holds" = {
      settings.LISTEN = "127.0.0.1:9999";
    };
  };

  failures =
    lib.concatLists (
      lib.mapAttrsToList (
        name:
        { xtablo, holds }:
        let
          host = configurationOf xtablo;
          wrong = lib.filterAttrs (_: true': !true') (holds host);
        in
        map (message: "${name}: refused: ${message}") (messages host)
        ++ map (what: "${name}: not so: ${what}") (lib.attrNames wrong)
      ) good
    )
    ++ lib.concatLists (
      lib.mapAttrsToList (
        name:
        { xtablo, says }:
        let
          said = messages (configurationOf xtablo);
        in
        lib.optional (
          !lib.any (lib.hasInfix says) said
        ) "${name}: taken, or refused otherwise: ${toString said}"
      ) refused
    )
    ++ lib.concatLists (
      lib.mapAttrsToList (
        name: xtablo:
        let
          units = (configurationOf xtablo).systemd.units;
          tried = builtins.tryEval (builtins.deepSeq (lib.mapAttrs (_: unit: unit.text) units) true);
        in
        lib.optional tried.success "${name}: taken"
      ) mistyped
    );
in
pkgs.runCommand "xtablo-module" { failures = lib.concatLines failures; } ''
  if [ -n "$failures" ]; then
    printf '%s' "$failures" >&2
    exit 1
  fi
  touch "$out"
''
