# Configurations that cannot work, or would give a secret away, are refused with what to do instead.
{ config, lib, ... }:
let
  cfg = config.services.xtablo;
  db = cfg.database;

  secrets = [
    "SESSION_SECRET"
    "SESSION_SECRET_OLD"
    "DATABASE_PASSWORD"
    "SMTP_URL"
    "S3_ACCESS_KEY"
    "S3_SECRET_KEY"
  ];
  openSecrets = lib.filter (name: cfg.settings.${name} or null != null) secrets;
  url = toString (cfg.settings.DATABASE_URL or "");
  files = lib.filter (lib.hasSuffix "_FILE") (lib.attrNames cfg.settings);
  unknown = lib.subtractLists (secrets ++ [ "DATABASE_URL" ]) cfg.secretNames;
  twice = lib.filter (name: lib.count (other: other == name) cfg.secretNames > 1) (
    lib.unique cfg.secretNames
  );
  # What files of the operator's say, nobody knows here.
  isGiven =
    name:
    cfg.environmentFiles != [ ]
    || lib.elem name cfg.secretNames
    || cfg.settings.${name} or null != null;
  severalHosts = !db.createLocally || !cfg.web.enable || !cfg.worker.enable;
in
{
  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = openSecrets == [ ];
        message = "services.xtablo.settings.${toString openSecrets} would be in the Nix store, where everybody can read it: name a file in services.xtablo.credentials instead.";
      }
      {
        assertion = builtins.match "[a-z]+://[^/@]*:[^/@]*@.*|.*[?&]password=.*" url == null;
        message = "services.xtablo.settings.DATABASE_URL has a password, and would be in the Nix store: use services.xtablo.database.passwordFile, or credentials.DATABASE_URL.";
      }
      {
        assertion = files == [ ];
        message = "services.xtablo.settings.${toString files}: the files of secrets are named in services.xtablo.credentials.";
      }
      {
        assertion = unknown == [ ];
        message = "services.xtablo.credentials.${toString unknown}: there is no secret of this name. There are DATABASE_URL, ${lib.concatStringsSep ", " secrets}.";
      }
      {
        assertion = twice == [ ];
        message = "services.xtablo.credentials.${toString twice}: this secret is given twice; name it in one of credentials, credentialsEncrypted and importCredentials.";
      }
      {
        assertion = lib.elem "SMTP_URL" cfg.secretNames -> isGiven "MAIL_FROM";
        message = "services.xtablo.mail.from: mails need a sender.";
      }
      {
        assertion = cfg.storage.s3 != null -> isGiven "S3_ACCESS_KEY" && isGiven "S3_SECRET_KEY";
        message = "services.xtablo.storage.s3: name the files of its keys in accessKeyFile and secretKeyFile.";
      }
      {
        assertion = db.createLocally -> db.name == db.user && db.user == cfg.user;
        message = "services.xtablo.database.createLocally: PostgreSQL takes the system's word on who connects, so services.xtablo.user, database.user and database.name must be one and the same name.";
      }
      {
        assertion = db.createLocally -> db.passwordFile == null && db.host == "/run/postgresql";
        message = "services.xtablo.database.createLocally: the local PostgreSQL is reached by its Unix socket, without a password; for another one set createLocally = false.";
      }
      {
        assertion = db.createLocally -> config.services.postgresql.enable;
        message = "services.xtablo.database.createLocally: services.postgresql.enable is off on this host; for a PostgreSQL elsewhere set createLocally = false.";
      }
      {
        assertion = db.createLocally -> db.port == config.services.postgresql.settings.port;
        message = "services.xtablo.database.port: the local PostgreSQL listens on ${toString config.services.postgresql.settings.port}; set services.postgresql.settings.port instead.";
      }
      {
        assertion = severalHosts -> cfg.environmentFiles != [ ] || cfg.secretsUnit == [ ];
        message = "services.xtablo.credentials.SESSION_SECRET: hosts that share a database must share this secret, so it cannot be made by each.";
      }
      {
        assertion = cfg.caddy.enable -> cfg.web.enable;
        message = "services.xtablo.caddy.enable: there is no web service on this host that Caddy could serve.";
      }
      {
        assertion =
          cfg.metrics.enable && cfg.worker.enable && cfg.worker.instances > 1
          -> lib.hasInfix "%i" cfg.metrics.workerListen;
        message = "services.xtablo.metrics.workerListen: several workers need an address each; put %i into it.";
      }
      {
        assertion = cfg.web.enable || cfg.worker.enable;
        message = "services.xtablo.enable: both web.enable and worker.enable are off.";
      }
    ];

    warnings =
      lib.optional (cfg.web.enable != cfg.worker.enable && cfg.storage.s3 == null)
        "services.xtablo: web and worker are on different hosts, and uploaded files are on this host's disk. Set services.xtablo.storage.s3, or mount one folder on both.";
  };
}
