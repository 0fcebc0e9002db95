# The units: `xtablo.target` holds them together, web is activated by its socket, workers are instances of a template.
{
  config,
  lib,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.xtablo;

  # systemd makes what is in /var/lib/xtablo (StateDirectory=), tmpfiles the rest.
  isStandard = folder: folder == "/var/lib/xtablo" || lib.hasPrefix "/var/lib/xtablo/" folder;
  elsewhere = lib.filter (folder: !isStandard folder) (
    lib.unique [
      cfg.dataDir
      cfg.storage.local
      cfg.backup.location
    ]
  );
  # Web and worker write files and nothing else, so a backup disk that is away is none of their business.
  unit = cfg.unit [ cfg.storage.local ];

  # A service that lives: a database that is away is no reason to give up, a wrong configuration is.
  daemon =
    role:
    unit.serviceConfig
    // {
      Type = "notify";
      NotifyAccess = "main";
      WatchdogSec = role.watchdogSec;
      TimeoutStopSec = role.shutdownTimeout + 10;
      Restart = "always";
      RestartSec = "500ms";
      RestartSteps = 8;
      RestartMaxDelaySec = "15s";
      RestartPreventExitStatus = 78;
      LimitNOFILE = 65536;
      # Web: eight passwords being hashed, 160 MB. A worker: a picture of 64 MB, twice, and 320 MB to decode it.
      MemoryHigh = "640M";
      MemoryMax = "1G";
      TasksMax = 1024;
    };
in
{
  options.services.xtablo.unit = mkOption {
    type = types.raw;
    internal = true;
    readOnly = true;
    description = "From the folders that a service writes to what it has in common with the others.";
  };

  config = lib.mkIf cfg.enable {
    services.xtablo.unit = folders: rec {
      wants = cfg.secretsUnit ++ lib.optional cfg.database.createLocally "postgresql.target";
      after = [ "network.target" ] ++ wants;
      path = [ cfg.database.package ];
      inherit (cfg) onFailure;
      unitConfig = {
        # They are started by people and switches, and wait longer from failure to failure by themselves.
        StartLimitIntervalSec = 0;
        # A disk that is not mounted is not to be taken for an empty folder.
        RequiresMountsFor = folders;
      };
      serviceConfig =
        import ./hardening.nix
        // cfg.serviceConfig
        // lib.optionalAttrs (lib.any (folder: !isStandard folder) folders) {
          ReadWritePaths = lib.filter (folder: !isStandard folder) folders;
        }
        // lib.optionalAttrs (lib.any isStandard folders) {
          StateDirectory = [
            "xtablo"
          ]
          ++ map (lib.removePrefix "/var/lib/") (
            lib.filter (folder: isStandard folder && folder != "/var/lib/xtablo") folders
          );
          StateDirectoryMode = "0750";
        };
    };

    users.users = lib.mkIf (cfg.user == "xtablo") {
      xtablo = {
        isSystemUser = true;
        group = cfg.group;
        home = cfg.dataDir;
        description = "Xtablo";
      };
    };
    users.groups = lib.mkIf (cfg.group == "xtablo") { xtablo = { }; };

    systemd.tmpfiles.settings.xtablo = lib.genAttrs elsewhere (_: {
      d = {
        inherit (cfg) user group;
        mode = "0750";
      };
    });

    systemd.targets.xtablo = {
      description = "Xtablo";
      wantedBy = [ "multi-user.target" ];
      wants =
        lib.optional cfg.migrations.auto "xtablo-migrate.service"
        ++ lib.optionals cfg.web.enable [
          "xtablo-web.socket"
          "xtablo-web.service"
        ]
        ++ lib.optionals cfg.worker.enable (
          map (n: "xtablo-worker@${toString n}.service") (lib.range 1 cfg.worker.instances)
        );
    };

    systemd.sockets.xtablo-web = lib.mkIf cfg.web.enable {
      description = "The socket of Xtablo's web service";
      wantedBy = [ "sockets.target" ];
      partOf = [ "xtablo.target" ];
      listenStreams = [ cfg.web.listen ];
      socketConfig = {
        Backlog = 4096;
        # A web that cannot start is started by each connection again. After a few times the socket is closed, and the
        # proxy in front can say so at once; starting web opens it again.
        TriggerLimitIntervalSec = "10s";
        TriggerLimitBurst = 5;
      }
      // (
        if lib.hasPrefix "/" cfg.web.listen then
          {
            SocketMode = "0660";
            SocketUser = cfg.user;
            SocketGroup = cfg.web.socketGroup;
          }
        else
          # Sockets are bound before the network has addresses.
          { FreeBind = true; }
      );
    };

    systemd.services.xtablo-web = lib.mkIf cfg.web.enable {
      description = "Xtablo's web service";
      partOf = [ "xtablo.target" ];
      requires = [ "xtablo-web.socket" ];
      inherit (unit) wants onFailure unitConfig;
      after = unit.after ++ [
        "xtablo-web.socket"
        "xtablo-migrate.service"
      ];
      # By xtablo-update.service: restarted and never stopped, so that the socket stays open and requests wait in it.
      restartIfChanged = false;
      serviceConfig = daemon cfg.web // {
        ExecStart = "${cfg.package}/bin/xtablo-web --no-migrate";
      };
    };

    systemd.services."xtablo-worker@" = lib.mkIf cfg.worker.enable {
      description = "Xtablo's worker %i";
      partOf = [ "xtablo.target" ];
      inherit (unit) wants onFailure unitConfig;
      after = unit.after ++ [ "xtablo-migrate.service" ];
      restartIfChanged = false;
      environment = lib.mkIf cfg.metrics.enable { WORKER_LISTEN = cfg.metrics.workerListen; };
      serviceConfig = daemon cfg.worker // {
        # The settings have web's.
        ExecStart = "${cfg.package}/bin/xtablo-worker --shutdown-timeout-seconds ${toString cfg.worker.shutdownTimeout}";
      };
    };
  };
}
