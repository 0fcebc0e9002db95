# Migrations: before a switch touches anything, and at boot.
{
  config,
  lib,
  options,
  pkgs,
  ...
}:
let
  cfg = config.services.xtablo;
  db = cfg.database;
  migrate =
    "migrate"
    + lib.optionalString cfg.migrations.backupBefore " --backup --keep ${toString cfg.migrations.keep}";
  # Where DATABASE_URL is a secret, nobody knows the host here.
  answers =
    if cfg.credentials ? DATABASE_URL then
      "true"
    else
      "${db.package}/bin/pg_isready --quiet --host=${db.host} --port=${toString db.port}";
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
      # A switch may be what brings PostgreSQL back.
      if ! ${answers}; then
        echo "PostgreSQL does not answer: the database is migrated when the services start" >&2
        exit 0
      fi
      exec ${cfg.command}/bin/xtablo ${migrate}
    '';
  };

  config = lib.mkIf (cfg.enable && cfg.migrations.auto) {
    system = lib.optionalAttrs (options.system ? preSwitchChecks) {
      preSwitchChecks.xtablo = ''${cfg.migrations.ahead} "$@"'';
    };

    systemd.services.xtablo-migrate = {
      description = "Migrations of Xtablo's database";
      partOf = [ "xtablo.target" ];
      inherit (cfg.unit) wants after path;
      stopIfChanged = false;
      # It is started by people and switches, and by nothing in a loop.
      unitConfig.StartLimitIntervalSec = 0;
      # A database on another host may come up later than this one.
      preStart = ''
        for _ in {1..150}; do
          ${answers} && exit 0
          sleep 2
        done
        echo "PostgreSQL does not answer" >&2
        exit 1
      '';
      serviceConfig = cfg.unit.serviceConfig // {
        Type = "oneshot";
        RemainAfterExit = true;
        TimeoutStartSec = "infinity";
        ExecStart = "${cfg.package}/bin/xtablo ${migrate}";
      };
    };
  };
}
