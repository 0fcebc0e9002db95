# Settings that an operator gets wrong. Each is refused, and by its own name: `name` is the option under `services.xtablo`, or
# the setting. Who refuses it:
#   assertions  the module's assertions, while it is evaluated; none of another name fails beside
#   types       the option's type, while it is evaluated
#   builds      `xtablo check-config` and systemd, while the settings are built
# nix/module-tests holds the first two to it, nix/settings-tests.nix the last.
{ lib }:
let
  remote = {
    createLocally = false;
    host = "db.example.org";
    passwordFile = "/run/secrets/database";
  };
  secret.SESSION_SECRET = "/run/secrets/session";
  elsewhere = database: {
    database = remote // database;
    credentials = secret;
  };
  wrong = name: xtablo: { inherit name xtablo; };
in
{
  assertions = [
    (wrong "settings.SESSION_SECRET" {
      settings.SESSION_SECRET = "0123456789abcdef0123456789abcdef";
    })
    (wrong "settings.SMTP_URL" { settings.SMTP_URL = "smtp://board:hunter2@mail.example.org"; })
    (wrong "settings.SESSION_SECRET_FILE" { settings.SESSION_SECRET_FILE = "/run/secrets/session"; })
    (wrong "settings.DATABASE_URL" (
      elsewhere { } // { settings.DATABASE_URL = "postgres://xtablo:hunter2@db.example.org/xtablo"; }
    ))
    # A slash ends the authority of a URL, but not a password that was not escaped.
    (wrong "settings.DATABASE_URL" (
      elsewhere { } // { settings.DATABASE_URL = "postgres://xtablo:hunter/2@db.example.org/xtablo"; }
    ))
    (wrong "settings.DATABASE_URL" (
      elsewhere { } // { settings.DATABASE_URL = "postgres://db.example.org/xtablo?password=hunter2"; }
    ))
    (wrong "settings.S3_ENDPOINT" { settings.S3_ENDPOINT = "https://key:hunter2@s3.example.org"; })
    (wrong "credentials.SMPT_URL" { credentials.SMPT_URL = "/run/secrets/smtp"; })
    (wrong "credentials.SESSION_SECRET" {
      credentials = secret;
      importCredentials = [ "SESSION_SECRET" ];
    })
    (wrong "credentials.SESSION_SECRET" { database = remote; })
    (wrong "mail.from" { mail.urlFile = "/run/secrets/smtp"; })
    (wrong "storage.s3" {
      storage.s3 = {
        endpoint = "https://s3.example.org";
        bucket = "xtablo";
      };
    })
    (wrong "database.name" { database.name = "board"; })
    (wrong "database.user" { database.user = "board"; })
    (wrong "user" { user = "board"; })
    (wrong "database.passwordFile" { database.passwordFile = "/run/secrets/database"; })
    (wrong "database.host" { database.host = "::1"; })
    (wrong "database.host" (elsewhere {
      host = "db.example.org:6432";
    }))
    (wrong "database.host" (elsewhere {
      host = "postgres://db.example.org";
    }))
    (wrong "database.port" { database.port = 6432; })
    (wrong "web.listen" { web.listen = "localhost:8080"; })
    (wrong "web.listen" { web.listen = "*:8080"; })
    (wrong "web.listen" { web.listen = "127.0.0.1:80800"; })
    (wrong "web.listen" { web.listen = "run/web.sock"; })
    (wrong "caddy.enable" {
      web.enable = false;
      caddy.enable = true;
      database = remote;
      credentials = secret;
    })
    (wrong "metrics.webListen" {
      metrics.enable = true;
      metrics.webListen = "9470";
    })
    (wrong "metrics.workerListen" {
      metrics.enable = true;
      metrics.workerListen = "nowhere%i";
    })
    (wrong "metrics.workerListen" {
      metrics.enable = true;
      metrics.workerListen = "127.0.0.1:9471";
      worker.instances = 2;
    })
    (wrong "enable" {
      web.enable = false;
      worker.enable = false;
      database = remote;
      credentials = secret;
    })
  ];

  types = [
    (wrong "domain" { domain = lib.mkForce "https://board.example.org"; })
    (wrong "domain" { domain = lib.mkForce "board.example.org/xtablo"; })
    (wrong "domain" { domain = lib.mkForce "board.example.org:https"; })
    (wrong "credentials" { credentials.SESSION_SECRET = ./wrong-settings.nix; })
    (wrong "credentials" {
      credentials.SESSION_SECRET = "${builtins.storeDir}/00000000000000000000000000000000-secret";
    })
    (wrong "database.passwordFile" (elsewhere {
      passwordFile = "hunter2";
    }))
    (wrong "database.port" { database.port = "http"; })
    (wrong "database.sslMode" (elsewhere {
      sslMode = "prefer";
    }))
    (wrong "worker.instances" { worker.instances = 0; })
    (wrong "backup.keep" { backup.keep = 0; })
    (wrong "settings" { settings.LISTEN = "127.0.0.1:9999"; })
  ];

  builds = [
    (wrong "services.xtablo.backup.startAt" { backup.startAt = "every day"; })
    (wrong "services.xtablo.backup.startAt" { backup.startAt = "daily Europe/Belrin"; })
    (wrong "services.xtablo.settings.REGISTRATON" { settings.REGISTRATON = "closed"; })
    (wrong "REGISTRATION" { settings.REGISTRATION = "perhaps"; })
    (wrong "MAX_UPLOAD_SIZE_MB" { settings.MAX_UPLOAD_SIZE_MB = "lots"; })
    (wrong "WORKER_QUEUES" { worker.queues = [ "no such queue" ]; })
    (wrong "LOG_FORMAT" { settings.LOG_FORMAT = "xml"; })
    (wrong "TRUSTED_PROXIES" { settings.TRUSTED_PROXIES = "localhost"; })
    (wrong "MAIL_FROM" { mail.from = "nobody"; })
    (wrong "DATABASE_URL" { settings.DATABASE_URL = "mysql://localhost/xtablo"; })
  ];
}
