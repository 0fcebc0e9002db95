# PostgreSQL: here on its Unix socket alone, or elsewhere.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.xtablo;
  db = cfg.database;
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
  authority = lib.optionalString (!lib.hasPrefix "/" db.host) "${db.host}:${toString db.port}";
in
{
  options.services.xtablo.database = {
    createLocally = mkOption {
      type = types.bool;
      default = true;
      example = false;
      description = ''
        Whether PostgreSQL runs on this host, for its Unix socket alone: it trusts the system's word on who connects, and
        there is no password. Its major version follows {option}`system.stateVersion`.
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
      default = 5432;
      example = 6432;
      description = "The port of PostgreSQL.";
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
    services.xtablo.settings.DATABASE_URL = lib.mkIf (!(cfg.credentials ? DATABASE_URL)) (
      lib.mkDefault "postgres://${authority}/${db.name}?${parameters}"
    );

    services.postgresql = lib.mkIf db.createLocally {
      enable = true;
      enableTCPIP = false;
      # Without TCP the module would still listen on localhost.
      settings.listen_addresses = lib.mkOverride 90 "";
      settings.port = db.port;
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
