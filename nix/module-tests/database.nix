# PostgreSQL: here or elsewhere.
{
  lib,
  settings,
  remote,
  ...
}:
{
  accepted = {
    "a database on this host" = {
      holds = host: {
        "PostgreSQL has no TCP" = host.services.postgresql.settings.listen_addresses == "";
        "the database is named by its socket" =
          (settings host).DATABASE_URL == "postgres:///xtablo?host=/run/postgresql&port=5432&user=xtablo";
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
      says = "the local PostgreSQL has its Unix socket alone";
    };
  };

  mistyped = {
    "a port in words" = {
      database.port = "http";
    };
  };
}
