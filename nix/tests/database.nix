# PostgreSQL is reached by its Unix socket, by the service's user alone; by TCP only where the host says so.
{ variants, ... }:
{
  name = "xtablo-database";
  nodes.server = import ./support/host.nix { inherit variants; };
  nodes.shared = {
    imports = [ (import ./support/host.nix { inherit variants; }) ];
    services.postgresql = {
      enableTCPIP = true;
      ensureDatabases = [ "wiki" ];
    };
    networking.firewall.allowedTCPPorts = [ 5432 ];
  };
  nodes.client = { };
  testScript = ''
    start_all()
    server.wait_for_unit("xtablo-web.service")
    client.wait_for_unit("multi-user.target")
    select = "psql --no-psqlrc --dbname=xtablo --command='SELECT count(*) FROM users'"

    with subtest("the service's user is let in without a password"):
        server.succeed(f"runuser -u xtablo -- {select}")

    with subtest("every other user is refused, under either name"):
        refused = server.fail(f"runuser -u nobody -- {select} --username=xtablo 2>&1")
        assert "Peer authentication failed" in refused, refused
        refused = server.fail(f"runuser -u caddy -- {select} 2>&1")
        assert "does not exist" in refused, refused

    with subtest("PostgreSQL listens on no TCP port"):
        listening = server.succeed("ss --no-header --listening --numeric --tcp --processes")
        assert "postgres" not in listening and ":5432" not in listening, listening
        server.fail("pg_isready --host=127.0.0.1")
        client.fail("timeout 5 bash -c '</dev/tcp/server/5432'")

    with subtest("a PostgreSQL that others use keeps its addresses and their databases"):
        shared.wait_for_unit("xtablo-web.service")
        client.succeed("timeout 5 bash -c '</dev/tcp/shared/5432'")
        databases = shared.succeed("runuser -u postgres -- psql --no-psqlrc --tuples-only --no-align --command='SELECT datname FROM pg_database'")
        assert {"wiki", "xtablo"} <= set(databases.split()), databases
  '';
}
