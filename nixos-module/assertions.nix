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
  # Whatever stands between a colon and an @ is taken for a password, also one with a slash in it.
  hasPassword =
    value:
    lib.isString value
    && builtins.match "[A-Za-z0-9+]+://[^@]*:[^@]*@.*|.*[?&](ssl)?password=.*" value != null;
  passwords = lib.attrNames (
    lib.filterAttrs (name: value: !lib.elem name secrets && hasPassword value) cfg.settings
  );
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

  isPath = text: builtins.match "/[^%[:space:]]+" text != null;
  isPort = text: builtins.match "[0-9]{1,5}" text != null && lib.toIntBase10 text <= 65535;
  isNumeric =
    host: builtins.match "[0-9]{1,3}([.][0-9]{1,3}){3}|\\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]" host != null;
  isName = host: builtins.match "[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?" host != null;
  # `host:port`, where the host is one that `isHost` takes.
  isAddress =
    isHost: text:
    let
      parts = builtins.match "(.*):([^:]*)" text;
    in
    parts != null && isHost (lib.elemAt parts 0) && isPort (lib.elemAt parts 1);
  isMetricsAddress = isAddress (host: isNumeric host || isName host);
  workerAddress =
    lib.replaceStrings [ "%i" ] [ (toString cfg.worker.instances) ]
      cfg.metrics.workerListen;

  # Which of the three names that must be one differs from the other two.
  odd =
    if db.user == cfg.user then
      "database.name"
    else if db.name == cfg.user then
      "database.user"
    else
      "user";

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
        assertion = passwords == [ ];
        message = "services.xtablo.settings.${toString passwords} has a password, and would be in the Nix store: use services.xtablo.database.passwordFile, or name a file with the whole address in credentials. An @ that ends no password is written %40.";
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
        assertion = cfg.mail.replyTo != null -> cfg.mail.authenticatedBy != null;
        message = "services.xtablo.mail.authenticatedBy: replies are taken by what a mail server says of their senders; name it.";
      }
      {
        assertion = cfg.storage.s3 != null -> isGiven "S3_ACCESS_KEY" && isGiven "S3_SECRET_KEY";
        message = "services.xtablo.storage.s3: name the files of its keys in accessKeyFile and secretKeyFile.";
      }
      {
        assertion = db.createLocally -> db.name == db.user && db.user == cfg.user;
        message = "services.xtablo.${odd}: PostgreSQL takes the system's word on who connects, so user, database.user and database.name must be one and the same name; for another PostgreSQL set database.createLocally = false.";
      }
      {
        assertion = db.createLocally -> db.host == "/run/postgresql";
        message = "services.xtablo.database.host: the local PostgreSQL is reached by its Unix socket; for another one, also on this host by TCP, set database.createLocally = false.";
      }
      {
        assertion = db.createLocally -> db.passwordFile == null;
        message = "services.xtablo.database.passwordFile: the local PostgreSQL is reached by its Unix socket, without a password; for another one set database.createLocally = false.";
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
        assertion = cfg.web.enable -> isPath cfg.web.listen || isAddress isNumeric cfg.web.listen;
        message = "services.xtablo.web.listen: systemd opens this socket and looks no name up: it must be the absolute path of a Unix socket, or a numeric address with a port, such as 127.0.0.1:8080 or [::1]:8080.";
      }
      {
        assertion = cfg.metrics.enable && cfg.web.enable -> isMetricsAddress cfg.metrics.webListen;
        message = "services.xtablo.metrics.webListen must be an address with a port, such as 127.0.0.1:9470.";
      }
      {
        assertion = cfg.metrics.enable && cfg.worker.enable -> isMetricsAddress workerAddress;
        message = "services.xtablo.metrics.workerListen must be an address with a port, in which %i may stand for the number of the instance, such as 127.0.0.1:947%i; ${workerAddress} is none.";
      }
      {
        assertion =
          db.createLocally
          || lib.hasPrefix "/" db.host
          || isName db.host
          || isNumeric db.host
          || isNumeric "[${db.host}]";
        message = "services.xtablo.database.host: ${db.host} is no host name, no address and no folder of a Unix socket; a port stands in database.port.";
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
