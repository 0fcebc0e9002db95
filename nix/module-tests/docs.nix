# The examples of docs/deploy.md, each on a host of its own.
{
  lib,
  module,
  nixosSystem,
  has,
  example,
  settings,
  ...
}:
let
  # The files of the first host, and that host, with as much of disko as they use.
  files = lib.mapAttrs (name: _: lib.readFile (../../deploy/nixos + "/${name}")) (
    builtins.readDir ../../deploy/nixos
  );
  board =
    ((import ../../deploy/nixos/flake.nix).outputs {
      nixpkgs.lib = lib // {
        inherit nixosSystem;
      };
      xtablo.nixosModules.default = module;
      disko.nixosModules.disko = disko;
    }).nixosConfigurations.board.config;
  disko =
    { config, ... }:
    let
      inherit (config.disko.devices.disk) main;
      isMounted = partition: partition ? content.mountpoint;
    in
    {
      options.disko.devices = lib.mkOption { type = lib.types.raw; };
      config = {
        boot.loader.grub.devices = [ main.device ];
        fileSystems = lib.mapAttrs' (
          name:
          { content, ... }:
          lib.nameValuePair content.mountpoint {
            device = "/dev/disk/by-partlabel/${name}";
            fsType = content.format;
            options = content.mountOptions or [ "defaults" ];
          }
        ) (lib.filterAttrs (_: isMounted) main.content.partitions);
      };
    };

  # The options of sops-nix and agenix that the examples use.
  secretsOf = tool: {
    options.${tool}.secrets = lib.mkOption {
      type = lib.types.attrsOf (
        lib.types.submodule (
          { name, ... }:
          {
            options = {
              path = lib.mkOption { default = "/run/secrets/${name}"; };
              file = lib.mkOption { type = lib.types.path; };
              restartUnits = lib.mkOption { type = lib.types.listOf lib.types.str; };
            };
          }
        )
      );
    };
  };

  # The commands of docs/rollback.md, a block each.
  rollbacks =
    let
      ends = lib.tail (lib.splitString "```console\n" (lib.readFile ../../docs/rollback.md));
    in
    map (rest: lib.head (lib.splitString "```" rest)) ends;
  # A switch without the profile lasts until the next boot, and the next garbage collection takes it away.
  setsProfile =
    block:
    let
      parts = lib.splitString "switch-to-configuration" block;
    in
    lib.length parts == 1
    ||
      lib.hasInfix "nix-env --profile /nix/var/nix/profiles/system --switch-generation" (lib.head parts)
      && lib.hasInfix "/nix/var/nix/profiles/system/bin/switch-to-configuration switch" block;
in
{
  accepted = {
    "the docs' first host" = {
      holds =
        _:
        let
          docs = lib.readFile ../../docs/deploy.md;
        in
        {
          "is there, each file in full" = lib.all (text: lib.hasInfix "```nix\n${text}```" docs) (
            lib.attrValues files
          );
          "has nothing against it" = lib.all (one: one.assertion) board.assertions;
          "serves" = board.systemd.units ? "xtablo-web.service" && board.services.caddy.enable;
          "is reached" = lib.all (port: lib.elem port board.networking.firewall.allowedTCPPorts) [
            22
            80
            443
          ];
          "boots" = board.fileSystems ? "/" && board.fileSystems ? "/boot";
        };
    };
    "the docs' binary cache" = {
      host = example { heading = "A binary cache of one's own"; };
      holds = host: {
        "is asked" = lib.elem "https://cache.example.org" host.nix.settings.substituters;
      };
    };
    "the docs' rollback" = {
      holds = _: {
        "is there" = lib.any (lib.hasInfix "switch-to-configuration") rollbacks;
        "sets the profile before it switches" = lib.all setsProfile rollbacks;
      };
    };
    "the docs' secrets" = {
      xtablo.database.createLocally = false;
      host = example { heading = "Secrets"; };
      holds = host: {
        "are credentials" =
          has host "xtablo-web.service" "LoadCredential=SESSION_SECRET:/run/secrets/session"
          && has host "xtablo-web.service" "LoadCredential=DATABASE_PASSWORD:/run/secrets/database";
      };
    };
    "the docs' sops-nix" = {
      xtablo.worker.instances = 2;
      host = {
        imports = [
          (secretsOf "sops")
          (example { heading = "sops-nix"; })
        ];
      };
      holds = host: {
        "is a credential" =
          has host "xtablo-web.service"
            "LoadCredential=SESSION_SECRET:/run/secrets/xtablo-session";
        "restarts what reads it" =
          host.sops.secrets.xtablo-session.restartUnits == [ "xtablo-update.service" ]
          && lib.hasInfix "try-restart xtablo-web.service" host.systemd.services.xtablo-update.script;
      };
    };
    "the docs' agenix" = {
      host = {
        imports = [
          (secretsOf "age")
          (example {
            heading = "agenix";
            instead."./secrets/xtablo-session.age" = "\"/secrets/xtablo-session.age\"";
          })
        ];
      };
      holds = host: {
        "is a credential" =
          has host "xtablo-web.service"
            "LoadCredential=SESSION_SECRET:/run/secrets/xtablo-session";
        "restarts what reads it" =
          lib.all
            (name: lib.hasInfix "xtablo-session.age" (toString host.systemd.services.${name}.restartTriggers))
            [
              "xtablo-web"
              "xtablo-worker@"
            ];
      };
    };
    "the docs' encrypted secrets" = {
      host = example { heading = "Encrypted files and systemd's own store"; };
      holds = host: {
        "are credentials" =
          lib.all (name: has host name "LoadCredentialEncrypted=SESSION_SECRET:/etc/xtablo/session.cred") [
            "xtablo-web.service"
            "xtablo-worker@.service"
            "xtablo-migrate.service"
            "xtablo-backup.service"
          ]
          && has host "xtablo-web.service" "ImportCredential=xtablo.DATABASE_URL:DATABASE_URL";
        "are no settings" = !(settings host) ? DATABASE_URL;
        "leave nothing to be made" = !(host.systemd.units ? "xtablo-secrets.service");
      };
    };
    "the docs' nginx" = {
      host = example { heading = "nginx"; };
      holds = host: {
        "is in Caddy's place" = !host.services.caddy.enable && host.services.nginx.enable;
        "may open the socket" = has host "xtablo-web.socket" "SocketGroup=${host.services.nginx.group}";
      };
    };
    "the docs' mail and S3" = {
      host = example { heading = "Mail and S3"; };
      holds = host: {
        "are in the settings" = (settings host).S3_BUCKET == "xtablo" && (settings host) ? MAIL_FROM;
      };
    };
    "the docs' hooks" = {
      host = example { heading = "Told of failures"; };
      holds = host: {
        "name units that are there" =
          has host "xtablo-web.service" "OnFailure=notify-admin@%n.service"
          && has host "xtablo-backup.service" "OnSuccess=copy-backups-away.service"
          && host.systemd.units ? "notify-admin@.service"
          && host.systemd.units ? "copy-backups-away.service";
      };
    };
    "the docs' several hosts" = {
      host = example { heading = "Several hosts"; };
      holds = host: {
        "have no worker here" = !lib.hasInfix "worker" host.systemd.units."xtablo.target".text;
      };
    };
  };
}
