# Migrations: before a switch touches anything, and at boot.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.xtablo;
  db = cfg.database;
  unit = cfg.unit (lib.optional cfg.migrations.backupBefore cfg.backup.location);
  # What this switch may be about to make: secrets and folders come with its activation.
  needed =
    lib.attrValues cfg.credentials
    ++ lib.attrValues cfg.credentialsEncrypted
    ++ cfg.environmentFiles
    ++ lib.optional cfg.migrations.backupBefore cfg.backup.location;
  migrate =
    "migrate"
    + lib.optionalString cfg.migrations.backupBefore " --backup --keep ${toString cfg.migrations.keep}";
  # Where DATABASE_URL is a secret or the operator's own, nobody knows the host here.
  hostIsKnown =
    !lib.elem "DATABASE_URL" cfg.secretNames && (db.createLocally || db.host != "/run/postgresql");
  answers =
    if !hostIsKnown then
      "true"
    else
      "${db.package}/bin/pg_isready --quiet --host=${lib.removePrefix "[" (lib.removeSuffix "]" db.host)} --port=${toString db.port}";
in
{
  options.services.xtablo.migrations.ahead = lib.mkOption {
    type = lib.types.package;
    internal = true;
    readOnly = true;
    description = "What runs before a switch, with the new system and the action as arguments.";
    default = pkgs.writeShellScript "xtablo-migrate-ahead" ''
      case "''${2-}" in switch | test) ;; *) exit 0 ;; esac
      # On a host that gets Xtablo with this switch there is nothing yet.
      ${config.systemd.package}/bin/systemctl --quiet is-active xtablo.target || exit 0
      later() {
        echo "$1: the database is migrated when the services start" >&2
        exit 0
      }
      for path in ${lib.escapeShellArgs needed}; do
        [ -e "$path" ] || later "$path is not there yet"
      done
      # A switch may be what brings PostgreSQL back.
      ${answers} || later "PostgreSQL does not answer"
      ${cfg.command}/bin/xtablo ${migrate} && exit 0
      # The profile was set before the switch began.
      back=--rollback
      for link in /nix/var/nix/profiles/system-*-link; do
        if [ -e "$link" ] && [ "$link" -ef /run/current-system ]; then
          back=''${link#*/system-}
          back="--switch-generation ''${back%-link}"
        fi
      done
      echo "The switch is called off, and what runs goes on. So that it is also what boots:" >&2
      echo "  nix-env --profile /nix/var/nix/profiles/system $back" >&2
      exit 1
    '';
  };

  config = lib.mkIf (cfg.enable && cfg.migrations.auto) {
    system.preSwitchChecks.xtablo = ''${cfg.migrations.ahead} "$@"'';

    systemd.services.xtablo-migrate = {
      description = "Migrations of Xtablo's database";
      partOf = [ "xtablo.target" ];
      inherit (unit)
        wants
        after
        path
        onFailure
        unitConfig
        ;
      # By xtablo-update.service.
      restartIfChanged = false;
      # A database on another host may come up later than this one.
      preStart = ''
        for _ in {1..150}; do
          ${answers} && exit 0
          sleep 2
        done
        echo "PostgreSQL does not answer" >&2
        exit 1
      '';
      serviceConfig = unit.serviceConfig // {
        # Not active afterwards: each start migrates, and those who ask for one at once get the same.
        Type = "oneshot";
        TimeoutStartSec = "infinity";
        ExecStart = "${cfg.package}/bin/xtablo ${migrate}";
      };
    };
  };
}
