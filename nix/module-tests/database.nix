# PostgreSQL: here or elsewhere.
{
  lib,
  settings,
  remote,
  ...
}:
let
  listens = host: host.services.postgresql.settings.listen_addresses;
in
{
  accepted = {
    "a database on this host" = {
      holds = host: {
        "PostgreSQL has no TCP" = listens host == "";
        "the database is named by its socket" =
          (settings host).DATABASE_URL == "postgres:///xtablo?host=/run/postgresql&port=5432&user=xtablo";
      };
    };
    "a PostgreSQL that the operator has tuned" = {
      host.services.postgresql.settings = {
        shared_buffers = "1GB";
        port = 5433;
      };
      holds = host: {
        "it has no TCP" = listens host == "";
        "it is found on its port" = lib.hasInfix "port=5433" (settings host).DATABASE_URL;
      };
    };
    "a PostgreSQL that other hosts use" = {
      host.services.postgresql = {
        enable = true;
        enableTCPIP = true;
      };
      holds = host: {
        "it keeps its addresses" = listens host == "*";
        "it has our database beside" = host.services.postgresql.ensureDatabases == [ "xtablo" ];
      };
    };
    "a PostgreSQL that listens where the operator says" = {
      host.services.postgresql.settings.listen_addresses = lib.mkForce "10.0.0.2";
      holds = host: {
        "it keeps its addresses" = listens host == "10.0.0.2";
      };
    };
    "a PostgreSQL with another service's database" = {
      host.services.postgresql.ensureDatabases = [ "wiki" ];
      holds = host: {
        "that service finds it on localhost" = listens host == "localhost";
      };
    };
    "a PostgreSQL that another module would enable" = {
      # As nixpkgs' modules do for those who have one already.
      host.services.postgresql.enable = lib.mkDefault true;
      holds = host: {
        "its service finds it on localhost" = listens host == "localhost";
      };
    };
    "a PostgreSQL whose other users nobody sees" = {
      xtablo.database.socketOnly = false;
      holds = host: {
        "they find it on localhost" = listens host == "localhost";
      };
    };
    "a database on another host" = {
      xtablo = remote;
      holds = host: {
        "no database is made here" = !host.services.postgresql.enable;
        "the connection is checked" =
          (settings host).DATABASE_URL
          == "postgres://db.example.org:5432/xtablo?sslmode=verify-full&user=xtablo";
      };
    };
    "a database at an IPv6 address" = {
      xtablo = lib.recursiveUpdate remote { database.host = "2001:db8::1"; };
      holds = host: {
        "has brackets in the URL" = lib.hasPrefix "postgres://[2001:db8::1]:5432/" (settings host)
        .DATABASE_URL;
        "and none elsewhere" =
          lib.hasInfix "--host=2001:db8::1 --port=5432" host.systemd.services.xtablo-migrate.preStart;
      };
    };
    "a URL with a user and a port, and no password" = {
      xtablo = remote // {
        database.createLocally = false;
        settings.DATABASE_URL = "postgres://xtablo@db.example.org:5432/xtablo?sslmode=verify-full";
      };
      holds = _: { };
    };
    "a database that only the operator knows" = {
      xtablo = remote // {
        database.createLocally = false;
        settings.DATABASE_URL = "postgres://db.example.org/xtablo?sslmode=verify-full";
      };
      holds = host: {
        "nobody asks the local one" =
          !lib.hasInfix "pg_isready" host.systemd.services.xtablo-migrate.preStart;
      };
    };
  };

  refused = {
    "peer authentication under another name" = {
      xtablo.database.name = "board";
      says = "must be one and the same name";
    };
    "a password for the local PostgreSQL" = {
      xtablo.database.passwordFile = "/run/secrets/database";
      says = "the local PostgreSQL is reached by its Unix socket, without a password";
    };
    "a host with its port" = {
      xtablo = lib.recursiveUpdate remote { database.host = "db.example.org:6432"; };
      says = "services.xtablo.database.host: db.example.org:6432 is no host name";
    };
    "a host with a scheme" = {
      xtablo = lib.recursiveUpdate remote { database.host = "postgres://db.example.org"; };
      says = "services.xtablo.database.host";
    };
    "a PostgreSQL that is off" = {
      host.services.postgresql.enable = false;
      says = "services.postgresql.enable is off on this host";
    };
    "a port that is not the local PostgreSQL's" = {
      xtablo.database.port = 6432;
      says = "set services.postgresql.settings.port instead";
    };
  };
}
