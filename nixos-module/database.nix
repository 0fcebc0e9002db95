# PostgreSQL: here by its Unix socket, or elsewhere. Of the host's PostgreSQL only the database and the role are ours.
{
  config,
  lib,
  options,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.xtablo;
  db = cfg.database;

  # Whether anyone but this file, and PostgreSQL's own module, says something about who uses PostgreSQL.
  isShared =
    let
      pg = options.services.postgresql;
      isForeign =
        option:
        lib.any (
          one: !lib.elem one.file ([ (toString ./database.nix) ] ++ option.declarations)
        ) option.definitionsWithLocations;
    in
    lib.any isForeign [
      pg.enable
      pg.enableTCPIP
      pg.ensureDatabases
      pg.ensureUsers
      pg.authentication
      pg.initialScript
    ];

  parameters = lib.concatStringsSep "&" (
    lib.mapAttrsToList (name: value: "${name}=${value}") (
      {
        inherit (db) user;
      }
      // (
        if lib.hasPrefix "/" db.host then
          {
            inherit (db) host;
            port = toString db.port;
          }
        else
          {
            sslmode = db.sslMode;
          }
          // lib.optionalAttrs (db.sslRootCert != null) { sslrootcert = db.sslRootCert; }
      )
    )
  );
  # An IPv6 address has brackets in a URL.
  host = if lib.hasInfix ":" db.host && !lib.hasPrefix "[" db.host then "[${db.host}]" else db.host;
  authority = lib.optionalString (!lib.hasPrefix "/" db.host) "${host}:${toString db.port}";
in
{
  options.services.xtablo.database = {
    createLocally = mkOption {
      type = types.bool;
      default = true;
      example = false;
      description = ''
        Whether PostgreSQL runs on this host and is reached by its Unix socket: it trusts the system's word on who connects,
        and there is no password. Its major version follows {option}`system.stateVersion`. Others may use it too: only the
        database and the role are set here.
      '';
    };
    socketOnly = mkOption {
      type = types.bool;
      default = !isShared;
      defaultText = lib.literalMD "whether nothing else on this host sets up databases, roles or access in PostgreSQL";
      example = false;
      description = ''
        Whether the local PostgreSQL listens on no TCP port, not even on localhost. Say false where something connects by TCP
        that the configuration does not show, such as a container that was started by hand.
      '';
    };
    host = mkOption {
      type = types.str;
      default = "/run/postgresql";
      example = "db.example.org";
      description = "The host of PostgreSQL, or the folder of its Unix socket.";
    };
    port = mkOption {
      type = types.port;
      default = if db.createLocally then config.services.postgresql.settings.port else 5432;
      defaultText = lib.literalMD "that of the local PostgreSQL, else 5432";
      example = 6432;
      description = "The port of PostgreSQL. The local one's is set by {option}`services.postgresql.settings.port`.";
    };
    name = mkOption {
      type = types.str;
      default = "xtablo";
      example = "board";
      description = "The name of the database.";
    };
    user = mkOption {
      type = types.str;
      default = "xtablo";
      example = "board";
      description = "The role in PostgreSQL. It may create databases, so that a backup can be tried out in one.";
    };
    passwordFile = mkOption {
      type = types.nullOr types.externalPath;
      default = null;
      example = "/run/secrets/xtablo-database";
      description = "The file of the role's password, where PostgreSQL wants one. Never in the Nix store.";
    };
    sslMode = mkOption {
      type = types.enum [
        "disable"
        "require"
        "verify-ca"
        "verify-full"
      ];
      default = "verify-full";
      example = "disable";
      description = "How much TLS a PostgreSQL on another host must speak. `disable` is for a private network.";
    };
    sslRootCert = mkOption {
      type = types.nullOr types.path;
      default = null;
      example = "/etc/ssl/certs/private-ca.pem";
      description = "The certificate of the authority that vouches for PostgreSQL, where it is no public one.";
    };
    package = mkOption {
      type = types.package;
      default = if db.createLocally then config.services.postgresql.finalPackage else pkgs.postgresql;
      defaultText = lib.literalMD "that of the local PostgreSQL, else `pkgs.postgresql`";
      example = lib.literalExpression "pkgs.postgresql_18";
      description = "Where {command}`pg_dump` and {command}`pg_restore` come from: not older than the server.";
    };
  };

  config = lib.mkIf cfg.enable {
    services.xtablo.settings.DATABASE_URL = lib.mkIf (!lib.elem "DATABASE_URL" cfg.secretNames) (
      lib.mkDefault "postgres://${authority}/${db.name}?${parameters}"
    );

    services.postgresql = lib.mkIf db.createLocally {
      enable = lib.mkDefault true;
      # PostgreSQL's module says "localhost" with the weight of an operator, whom mkForce still lets win.
      settings.listen_addresses = lib.mkIf db.socketOnly (lib.mkOverride 90 "");
      ensureDatabases = [ db.name ];
      ensureUsers = [
        {
          name = db.user;
          ensureDBOwnership = true;
          ensureClauses.createdb = true;
        }
      ];
    };
  };
}
