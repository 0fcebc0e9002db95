# What an operator sets. Options of the database, the backups and the proxy stand in the files that act on them.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.xtablo;

  secretFile =
    description: example:
    mkOption {
      type = types.nullOr types.externalPath;
      default = null;
      inherit example;
      description = ''
        ${description}
        Read by systemd when a service starts: after a change restart the services. Never in the Nix store.
      '';
    };

  secondsToStop =
    what:
    mkOption {
      type = types.ints.between 1 3600;
      default = 30;
      example = 60;
      description = "Seconds that ${what} under way may take to end when the service stops.";
    };
  secondsToHang =
    what:
    mkOption {
      type = types.ints.positive;
      default = 30;
      example = 60;
      description = "Seconds after which a ${what} that no longer answers systemd is killed and started again.";
    };
in
{
  options.services.xtablo = {
    enable = lib.mkEnableOption "Xtablo, a self-hosted team board" // {
      example = true;
    };

    package = lib.mkPackageOption pkgs "xtablo" { example = "pkgs.xtablo"; };

    domain = mkOption {
      type = types.strMatching "[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?";
      example = "board.example.org";
      description = ''
        The host name that people have in their address bar, with a port where it is not 443. Caddy gets a certificate for it,
        which wants port 80 reached from outside, too.
      '';
    };

    user = mkOption {
      type = types.str;
      default = "xtablo";
      example = "board";
      description = "The user that the services run as; made here if it is the default.";
    };

    group = mkOption {
      type = types.str;
      default = "xtablo";
      example = "board";
      description = "The group that the services run as; made here if it is the default.";
    };

    dataDir = mkOption {
      type = types.externalPath;
      default = "/var/lib/xtablo";
      example = "/srv/xtablo";
      description = "The folder of uploaded files and backups.";
    };

    settings = mkOption {
      type = types.submodule {
        freeformType = types.attrsOf (
          types.nullOr (
            types.oneOf [
              types.bool
              types.int
              types.str
            ]
          )
        );
      };
      default = { };
      example = {
        REGISTRATION = "closed";
        LOG = "info,xtablo=debug";
        DATABASE_POOL_SIZE = 20;
      };
      description = ''
        Settings by the names that {command}`xtablo-web --help` lists. They are checked while the system is built, and
        everybody on the machine can read them: secrets belong into {option}`services.xtablo.credentials`.
      '';
    };

    checkConfig = mkOption {
      type = types.bool;
      default = pkgs.stdenv.buildPlatform.canExecute pkgs.stdenv.hostPlatform;
      defaultText = lib.literalMD "whether the machine that builds can run the package";
      example = false;
      description = "Whether {command}`xtablo check-config` looks at the settings while the system is built.";
    };

    credentials = mkOption {
      type = types.attrsOf types.externalPath;
      default = { };
      example = {
        SESSION_SECRET = "/run/secrets/xtablo-session";
        SMTP_URL = "/run/secrets/xtablo-smtp";
      };
      description = ''
        Secret settings: from their names to files that hold them, which only root need read. systemd hands each service
        a copy when it starts: after a change restart the services. Without a `SESSION_SECRET` one is made on the first
        start and kept in {file}`/var/lib/xtablo-secrets`.
      '';
    };

    credentialsEncrypted = mkOption {
      type = types.attrsOf types.externalPath;
      default = { };
      example = {
        SESSION_SECRET = "/etc/xtablo/session.cred";
      };
      description = ''
        Secret settings, like {option}`services.xtablo.credentials`, in files that {manpage}`systemd-creds(1)` has encrypted
        under the setting's name.
      '';
    };

    importCredentials = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "SESSION_SECRET" ];
      description = ''
        Secret settings that systemd has already, from the hypervisor or in {file}`/etc/credstore` and
        {file}`/etc/credstore.encrypted`. There each has the prefix `xtablo.`: `xtablo.SESSION_SECRET`.
      '';
    };

    environmentFiles = mkOption {
      type = types.listOf types.externalPath;
      default = [ ];
      example = [ "/run/secrets/xtablo.env" ];
      description = "Files of further settings, `NAME=value` a line. They come before {option}`services.xtablo.settings`.";
    };

    onFailure = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "notify-admin@%n.service" ];
      description = ''
        Units that systemd starts whenever one of Xtablo's services fails; `%n` stands for that service. A web or worker that
        crashes counts each time, though it is started again.
      '';
    };

    migrations = {
      auto = mkOption {
        type = types.bool;
        default = cfg.web.enable;
        defaultText = lib.literalExpression "config.services.xtablo.web.enable";
        example = false;
        description = ''
          Whether this host migrates the database: before a switch touches anything ({option}`system.preSwitchChecks`, which
          so has a side effect: the database is migrated even if the switch fails later), and when it boots. A migration that
          fails calls the switch off, and the version that runs goes on. Without it, run {command}`xtablo migrate`.
        '';
      };
      backupBefore = mkOption {
        type = types.bool;
        default = true;
        example = false;
        description = "Whether the database is dumped before pending migrations run.";
      };
      keep = mkOption {
        type = types.ints.positive;
        default = 5;
        example = 10;
        description = "How many of those dumps are kept.";
      };
    };

    web = {
      enable = mkOption {
        type = types.bool;
        default = true;
        example = false;
        description = "Whether this host answers requests.";
      };
      listen = mkOption {
        type = types.str;
        default = "/run/xtablo/web.sock";
        example = "127.0.0.1:8080";
        description = ''
          The socket that systemd holds open for web: the path of a Unix socket, or an address with a port. A switch leaves
          sockets alone: after a change restart {file}`xtablo-web.socket`.
        '';
      };
      socketGroup = mkOption {
        type = types.str;
        default = if cfg.caddy.enable then config.services.caddy.group else cfg.group;
        defaultText = lib.literalMD "Caddy's group where Caddy is in front, else {option}`services.xtablo.group`";
        example = "nginx";
        description = "The group that may connect to web's Unix socket: that of the proxy in front.";
      };
      shutdownTimeout = secondsToStop "requests";
      watchdogSec = secondsToHang "web";
    };

    worker = {
      enable = mkOption {
        type = types.bool;
        default = true;
        example = false;
        description = "Whether this host runs jobs.";
      };
      instances = mkOption {
        type = types.ints.between 1 9;
        default = 1;
        example = 2;
        description = "How many worker processes run here.";
      };
      shutdownTimeout = secondsToStop "jobs";
      watchdogSec = secondsToHang "worker";
      queues = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "default" ];
        description = "The queues that the workers of this host serve; empty: all of them.";
      };
    };

    storage = {
      local = mkOption {
        type = types.externalPath;
        default = "${cfg.dataDir}/files";
        defaultText = lib.literalExpression ''"''${config.services.xtablo.dataDir}/files"'';
        example = "/srv/xtablo-files";
        description = "The folder of uploaded files, where they are not in an S3 bucket.";
      };
      s3 = mkOption {
        default = null;
        example = {
          endpoint = "https://s3.example.org";
          bucket = "xtablo";
          accessKeyFile = "/run/secrets/s3-access-key";
          secretKeyFile = "/run/secrets/s3-secret-key";
        };
        description = "The S3 bucket of uploaded files. Hosts that share the work need one.";
        type = types.nullOr (
          types.submodule {
            options = {
              endpoint = mkOption {
                type = types.str;
                example = "https://s3.example.org";
                description = "The address of the S3 service.";
              };
              bucket = mkOption {
                type = types.str;
                example = "xtablo";
                description = "The bucket's name.";
              };
              region = mkOption {
                type = types.str;
                default = "us-east-1";
                example = "eu-central-1";
                description = "The region that requests are signed for.";
              };
              usePathStyle = mkOption {
                type = types.bool;
                default = false;
                example = true;
                description = "Whether the bucket's name is in the path instead of in the host name.";
              };
              presignedDownloads = mkOption {
                type = types.bool;
                default = false;
                example = true;
                description = "Whether browsers fetch files from the S3 service itself.";
              };
              accessKeyFile = secretFile "The file of the access key." "/run/secrets/s3-access-key";
              secretKeyFile = secretFile "The file of the secret key." "/run/secrets/s3-secret-key";
            };
          }
        );
      };
    };

    mail = {
      replyTo = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "reply@board.example.org";
        description = "Where replies to mails come in: the mail server hands mail to `reply+TOKEN@board.example.org` to `xtablo mail receive`. Null: mails are not replied to.";
      };
      authenticatedBy = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "mx.example.org";
        description = "The name by which that mail server signs `Authentication-Results`, with what DMARC says of a sender.";
      };
      from = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "Xtablo <board@example.org>";
        description = "The sender of mails.";
      };
      urlFile = secretFile "The file of the mail server's address, `smtp://user:password@host:587` (STARTTLS) or `smtps://...`." "/run/secrets/smtp-url";
    };

    metrics = {
      enable = lib.mkEnableOption "metrics for Prometheus at {file}`/metrics`" // {
        example = true;
      };
      webListen = mkOption {
        type = types.str;
        default = "127.0.0.1:9470";
        example = "10.0.0.2:9470";
        description = "Where web's metrics are.";
      };
      workerListen = mkOption {
        type = types.str;
        default = "127.0.0.1:947%i";
        example = "10.0.0.2:948%i";
        description = "Where a worker's metrics and health are; `%i` stands for the number of the instance, from 1.";
      };
    };

  };
}
