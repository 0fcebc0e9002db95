# What a switch restarts instead of web and workers: it migrates, and replaces them only if that succeeds.
#
# Usually the check before the switch has migrated already. Where that did not happen (NIXOS_NO_CHECK=1, a PostgreSQL that was
# away), an order between the units would not do: systemd stops what it restarts before it starts what comes first, and a
# migration that fails would leave nobody serving.
{
  config,
  lib,
  ...
}:
let
  cfg = config.services.xtablo;
  # Not the text itself, so that this unit does not carry the others' packages along.
  hashOf =
    name:
    builtins.hashString "sha256" (
      builtins.unsafeDiscardStringContext (config.systemd.units.${name}.text or "")
    );
  services =
    lib.optional cfg.web.enable "xtablo-web.service"
    ++ lib.optional cfg.worker.enable "xtablo-worker@*.service";
in
{
  config = lib.mkIf cfg.enable {
    systemd.services.xtablo-update = {
      description = "Replacing Xtablo's services by those of another version";
      wantedBy = [ "xtablo.target" ];
      inherit (cfg) onFailure;
      stopIfChanged = false;
      restartTriggers = map hashOf [
        "xtablo-migrate.service"
        "xtablo-web.service"
        "xtablo-worker@.service"
      ];
      path = [ config.systemd.package ];
      script = ''
        # At boot each service starts by itself, and where the site is stopped there is nothing to replace.
        systemctl --quiet is-active xtablo.target || exit 0
        ${lib.optionalString cfg.migrations.auto ''
          systemctl start xtablo-migrate.service || {
            echo "The database is not migrated, so web and workers go on as they were:" \
              "journalctl --unit=xtablo-migrate.service" >&2
            exit 1
          }
        ''}
        systemctl try-restart ${lib.escapeShellArgs services}
      '';
      unitConfig.StartLimitIntervalSec = 0;
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
        TimeoutStartSec = "infinity";
      };
    };
  };
}
