# What breaks heals by itself: a killed worker, a web that hangs, a PostgreSQL that goes away.
{ variants, ... }:
{
  name = "xtablo-recovery";
  nodes.server = {
    imports = [ (import ./support/host.nix { inherit variants; }) ];
    services.xtablo.web.watchdogSec = 5;
  };
  nodes.client = { };
  testScript = ''
    ${builtins.readFile ./support/visitor.py}
    start_all()
    visitor = Visitor(client)
    visitor.trust(server)
    visitor.sign_up("ada")
    visitor.make_board("Garden")

    def sql(statement):
        return server.succeed(f"runuser -u xtablo -- psql --no-psqlrc --quiet --tuples-only --no-align --dbname=xtablo --command={shlex.quote(statement)}").strip()

    def main_pid(unit):
        return server.succeed(f"systemctl show --property=MainPID --value {unit}").strip()

    with subtest("a worker is killed in mid-job: another one finishes it"):
        server.wait_for_unit("xtablo-worker@1.service")
        # The job waits for the table, so that it is under way for as long as we want.
        server.succeed(
            "systemd-run --unit=holder --uid=xtablo psql --no-psqlrc --dbname=xtablo"
            " --command='BEGIN; LOCK TABLE boards; SELECT pg_sleep(3600)'"
        )
        held = "SELECT count(*) FROM pg_locks WHERE relation = 'boards'::regclass AND mode = 'AccessExclusiveLock' AND granted"
        retry(lambda _: sql(held) == "1")
        job = "01a00000-0000-7000-8000-000000000001"
        sql(
            "INSERT INTO jobs (id, kind, queue, payload, priority, max_attempts)"
            f" VALUES ('{job}', 'erase_deleted', 'housekeeping', '{{}}', 3, 5)"
        )
        retry(lambda _: sql(f"SELECT state FROM jobs WHERE id = '{job}'") == "running")
        killed = main_pid("xtablo-worker@1.service")
        server.succeed(f"kill -KILL {killed}")
        retry(lambda _: main_pid("xtablo-worker@1.service") not in ["0", killed])
        server.wait_for_unit("xtablo-worker@1.service")
        sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3600)%' AND pid <> pg_backend_pid()")
        retry(lambda _: sql(f"SELECT state FROM jobs WHERE id = '{job}'") == "completed")
        assert int(sql(f"SELECT attempt FROM jobs WHERE id = '{job}'")) >= 2

    with subtest("a web that hangs is killed and started again, and its requests are answered"):
        hanging = main_pid("xtablo-web.service")
        server.succeed(f"kill -STOP {hanging}")
        retry(lambda _: main_pid("xtablo-web.service") not in ["0", hanging])
        assert "Garden" in visitor.get("/boards")
        restarts = server.succeed("systemctl show --property=NRestarts --value xtablo-web.service").strip()
        assert restarts == "1", restarts

    with subtest("PostgreSQL is restarted: the services go on, and find it again"):
        pids = [main_pid(unit) for unit in ["xtablo-web.service", "xtablo-worker@1.service"]]
        server.succeed("systemctl restart postgresql.service")
        server.wait_for_unit("postgresql.target")
        client.wait_until_succeeds(f"{visitor.curl} --fail https://board.test/readyz")
        visitor.make_board("Orchard")
        assert pids == [main_pid(unit) for unit in ["xtablo-web.service", "xtablo-worker@1.service"]], "they are still the same processes"

    with subtest("while PostgreSQL is away people are told so, and afterwards all is well"):
        server.succeed("systemctl stop postgresql.target")
        status = client.succeed(f"{visitor.curl} --output /dev/null --write-out '%{{http_code}}' https://board.test/readyz")
        assert status == "503", status
        server.succeed("systemctl start postgresql.target")
        client.wait_until_succeeds(f"{visitor.curl} --fail https://board.test/readyz")
        assert "Orchard" in visitor.get("/boards")
  '';
}
