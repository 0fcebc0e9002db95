# The settings as a file that every service and the command read, checked while it is built; and the secrets.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.xtablo;
  s3 = cfg.storage.s3;

  textOf = value: if lib.isBool value then lib.boolToString value else toString value;
  given = lib.mapAttrs (_: textOf) (lib.filterAttrs (_: value: value != null) cfg.settings);

  # As systemd reads EnvironmentFile=.
  quoted = text: "\"${lib.escape [ "\\" "\"" "$" "`" ] text}\"";
  environment = lib.concatStrings (
    lib.mapAttrsToList (name: value: "${name}=${quoted value}\n") given
  );

  checked =
    pkgs.runCommand "xtablo.env"
      {
        inherit environment;
        passAsFile = [ "environment" ];
      }
      ''
        help=$(${cfg.package}/bin/xtablo check-config --help)
        for name in ${lib.escapeShellArgs (lib.attrNames given)}; do
          case $help in
            *"[env: $name]"*) ;;
            *) echo "services.xtablo.settings.$name: Xtablo has no setting of this name" >&2; unknown=1 ;;
          esac
        done
        [ -z "''${unknown-}" ] || exit 1
        ${lib.optionalString cfg.backup.enable ''
          # A timer that systemd cannot read is left out in silence, and no backup is ever made.
          TZDIR=${pkgs.tzdata}/share/zoneinfo ${config.systemd.package}/bin/systemd-analyze calendar -- \
            ${lib.escapeShellArg cfg.backup.startAt} >/dev/null 2>calendar || {
            echo "services.xtablo.backup.startAt: $(cat calendar)" >&2
            exit 1
          }
        ''}
        env ${lib.escapeShellArgs (lib.mapAttrsToList (name: value: "${name}=${value}") given)} \
          ${cfg.package}/bin/xtablo check-config --except-secrets
        cp "$environmentPath" "$out"
      '';

  made = "/var/lib/xtablo-secrets";
in
{
  options.services.xtablo = {
    environmentFile = mkOption {
      type = types.package;
      internal = true;
      readOnly = true;
      default = if cfg.checkConfig then checked else pkgs.writeText "xtablo.env" environment;
      description = "The settings, as systemd reads them.";
    };
    serviceConfig = mkOption {
      type = types.attrsOf types.unspecified;
      internal = true;
      readOnly = true;
      description = "What every process of Xtablo is started with: who it is, its settings, its secrets.";
    };
    secretsUnit = mkOption {
      type = types.listOf types.str;
      internal = true;
      readOnly = true;
      default = lib.optional (lib.hasPrefix "${made}/" (
        cfg.credentials.SESSION_SECRET or ""
      )) "xtablo-secrets.service";
      description = "The unit that makes the secrets which the operator has not given, if there are any.";
    };
    secretNames = mkOption {
      type = types.listOf types.str;
      internal = true;
      readOnly = true;
      default =
        lib.attrNames cfg.credentials ++ lib.attrNames cfg.credentialsEncrypted ++ cfg.importCredentials;
      description = "The secret settings that come as credentials.";
    };
    restartUnits = mkOption {
      type = types.listOf types.str;
      readOnly = true;
      default = [ "xtablo-update.service" ];
      description = ''
        What to restart after a secret has changed, for tools that do it. A switch restarts neither web nor workers, even where
        it is asked to: the unit named here does.
      '';
    };
  };

  config = lib.mkIf cfg.enable {
    services.xtablo.settings = lib.mkMerge [
      {
        DOMAIN = cfg.domain;
        BACKUP_DIR = cfg.backup.location;
        SHUTDOWN_TIMEOUT_SECONDS = cfg.web.shutdownTimeout;
      }
      (lib.mkIf (cfg.storage.local != "/var/lib/xtablo/files") {
        STORAGE_DIR = cfg.storage.local;
      })
      (lib.mkIf cfg.web.enable { LISTEN = cfg.web.listen; })
      (lib.mkIf (cfg.worker.queues != [ ]) {
        WORKER_QUEUES = lib.concatStringsSep "," cfg.worker.queues;
      })
      (lib.mkIf (cfg.web.enable && cfg.metrics.enable) { METRICS_LISTEN = cfg.metrics.webListen; })
      (lib.mkIf (cfg.mail.from != null) { MAIL_FROM = cfg.mail.from; })
      (lib.mkIf (cfg.mail.replyTo != null) {
        MAIL_IN = cfg.mail.replyTo;
        MAIL_IN_AUTHENTICATED_BY = cfg.mail.authenticatedBy;
      })
      (lib.mkIf (s3 != null) {
        S3_ENDPOINT = s3.endpoint;
        S3_BUCKET = s3.bucket;
        S3_REGION = s3.region;
        S3_USE_PATH_STYLE = s3.usePathStyle;
        S3_PRESIGNED_DOWNLOADS = s3.presignedDownloads;
      })
    ];

    services.xtablo.credentials = lib.mkMerge [
      (lib.mkIf
        (!cfg.credentialsEncrypted ? SESSION_SECRET && !lib.elem "SESSION_SECRET" cfg.importCredentials)
        {
          SESSION_SECRET = lib.mkDefault "${made}/SESSION_SECRET";
        }
      )
      (lib.mkIf (cfg.database.passwordFile != null) { DATABASE_PASSWORD = cfg.database.passwordFile; })
      (lib.mkIf (cfg.mail.urlFile != null) { SMTP_URL = cfg.mail.urlFile; })
      (lib.mkIf (s3 != null && s3.accessKeyFile != null) { S3_ACCESS_KEY = s3.accessKeyFile; })
      (lib.mkIf (s3 != null && s3.secretKeyFile != null) { S3_SECRET_KEY = s3.secretKeyFile; })
    ];

    services.xtablo.serviceConfig = {
      User = cfg.user;
      Group = cfg.group;
      EnvironmentFile = [ "${cfg.environmentFile}" ] ++ cfg.environmentFiles;
      LoadCredential = lib.mapAttrsToList (name: file: "${name}:${file}") cfg.credentials;
      LoadCredentialEncrypted = lib.mapAttrsToList (
        name: file: "${name}:${file}"
      ) cfg.credentialsEncrypted;
      ImportCredential = map (name: "xtablo.${name}:${name}") cfg.importCredentials;
    };

    # Made once and never again, root's alone: another one would sign everybody out.
    systemd.services.xtablo-secrets = lib.mkIf (cfg.secretsUnit != [ ]) {
      description = "Secrets of Xtablo that the operator has not given";
      inherit (cfg) onFailure;
      serviceConfig = import ./hardening.nix // {
        Type = "oneshot";
        RemainAfterExit = true;
        StateDirectory = "xtablo-secrets";
        StateDirectoryMode = "0700";
        PrivateNetwork = true;
      };
      unitConfig.RequiresMountsFor = made;
      script = ''
        cd ${made}
        [ -e SESSION_SECRET ] && exit 0
        umask 0277
        rm -f SESSION_SECRET.new
        head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' > SESSION_SECRET.new
        sync SESSION_SECRET.new
        mv SESSION_SECRET.new SESSION_SECRET
      '';
    };
  };
}
