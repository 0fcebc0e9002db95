# Backups by the clock: the database, the files, and a manifest with their hashes.
{ config, lib, ... }:
let
  inherit (lib) mkOption types;
  cfg = config.services.xtablo;
  unit = cfg.unit [
    cfg.storage.local
    cfg.backup.location
  ];
in
{
  options.services.xtablo.backup = {
    enable = mkOption {
      type = types.bool;
      default = cfg.database.createLocally;
      defaultText = lib.literalExpression "config.services.xtablo.database.createLocally";
      example = true;
      description = "Whether this host makes backups by itself.";
    };
    startAt = mkOption {
      type = types.str;
      default = "daily";
      example = "*-*-* 03:30:00";
      description = "When, in the words of {manpage}`systemd.time(7)`.";
    };
    location = mkOption {
      type = types.externalPath;
      default = "${cfg.dataDir}/backups";
      defaultText = lib.literalExpression ''"''${config.services.xtablo.dataDir}/backups"'';
      example = "/mnt/backups/xtablo";
      description = ''
        The folder of the backups. One on another disk survives this one. Where that disk is not mounted, backups fail, and
        so does a migration that would be dumped there first; web and worker run.
      '';
    };
    onSuccess = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "copy-backups-away.service" ];
      description = "Units that systemd starts after a backup that is good, to copy it away or to tell a monitor.";
    };
    onFailure = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "notify-admin@%n.service" ];
      description = "Units that systemd starts after a backup that failed, beside those of {option}`services.xtablo.onFailure`.";
    };
    keep = mkOption {
      type = types.ints.positive;
      default = 14;
      example = 30;
      description = ''
        How many backups are kept. Each has a dump of the database; a file takes its room once, however many have it,
        unless the disk knows no hard links.
      '';
    };
  };

  config = lib.mkIf (cfg.enable && cfg.backup.enable) {
    systemd.services.xtablo-backup = {
      description = "A backup of Xtablo";
      inherit (unit)
        wants
        after
        path
        unitConfig
        ;
      inherit (cfg.backup) onSuccess;
      onFailure = unit.onFailure ++ cfg.backup.onFailure;
      # A deploy does not end a backup that is under way; the next one is made by the new version.
      restartIfChanged = false;
      serviceConfig = unit.serviceConfig // {
        Type = "oneshot";
        TimeoutStartSec = "infinity";
        ExecStart = "${cfg.package}/bin/xtablo backup create --keep ${toString cfg.backup.keep}";
        Nice = 10;
        IOSchedulingClass = "idle";
      };
    };
    systemd.timers.xtablo-backup = {
      description = "Backups of Xtablo";
      wantedBy = [ "timers.target" ];
      timerConfig = {
        OnCalendar = cfg.backup.startAt;
        Persistent = true;
        RandomizedDelaySec = "10m";
      };
    };
  };
}
