# Web, worker and PostgreSQL on a host each, with TLS and a password between them.
{ variants, ... }:
let
  secrets = {
    # As a secrets tool does.
    systemd.services.keys = {
      requiredBy = [ "xtablo.target" ];
      before = [
        "xtablo-migrate.service"
        "xtablo-web.service"
        "xtablo-worker@1.service"
        "xtablo-worker@2.service"
      ];
      serviceConfig.Type = "oneshot";
      serviceConfig.RemainAfterExit = true;
      script = ''
        mkdir -p -m 0700 /var/keys
        umask 0277
        [ -e /var/keys/session ] || echo shared-secret-0123456789abcdef0123456789abcdef > /var/keys/session
        [ -e /var/keys/database ] || echo 'p@ss/word?&%' > /var/keys/database
      '';
    };
  };
  shared = {
    imports = [ secrets ];
    services.xtablo = {
      enable = true;
      package = variants.base;
      domain = "board.test";
      credentials.SESSION_SECRET = "/var/keys/session";
      database = {
        createLocally = false;
        host = "database";
        passwordFile = "/var/keys/database";
        sslRootCert = "/var/certificate.pem";
      };
    };
  };
in
{
  name = "xtablo-several-hosts";
  nodes.database =
    { lib, pkgs, ... }:
    {
      services.postgresql = {
        enable = true;
        enableTCPIP = true;
        authentication = "hostssl xtablo xtablo 192.168.1.0/24 scram-sha-256";
        settings = {
          ssl = true;
          ssl_cert_file = "/var/lib/postgresql/certificate.pem";
          ssl_key_file = "/var/lib/postgresql/key.pem";
        };
        ensureDatabases = [ "xtablo" ];
        ensureUsers = [
          {
            name = "xtablo";
            ensureDBOwnership = true;
          }
        ];
      };
      systemd.services.postgresql.preStart = lib.mkBefore ''
        cd /var/lib/postgresql
        [ -e key.pem ] || ${pkgs.openssl}/bin/openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
          -days 30 -subj /CN=database -addext subjectAltName=DNS:database -addext basicConstraints=critical,CA:FALSE -keyout key.pem -out certificate.pem
      '';
      systemd.services.password = {
        wantedBy = [ "multi-user.target" ];
        requires = [ "postgresql.target" ];
        after = [ "postgresql.target" ];
        serviceConfig = {
          Type = "oneshot";
          User = "postgres";
        };
        script = ''
          ${pkgs.postgresql}/bin/psql --command="ALTER ROLE xtablo PASSWORD 'p@ss/word?&%'"
        '';
      };
      networking.firewall.allowedTCPPorts = [ 5432 ];
    };
  nodes.web = {
    imports = [ shared ];
    services.xtablo = {
      worker.enable = false;
      openFirewall = true;
      caddy.extraConfig = "tls internal";
    };
  };
  nodes.worker = {
    imports = [ shared ];
    services.xtablo = {
      web.enable = false;
      worker.instances = 2;
      metrics.enable = true;
    };
  };
  nodes.client = { };
  testScript = ''
    ${builtins.readFile ./support/visitor.py}
    start_all()
    database.wait_for_unit("postgresql.target")
    database.wait_until_succeeds("systemctl show --property=Result --value password.service | grep success")
    certificate = shlex.quote(database.succeed("cat /var/lib/postgresql/certificate.pem"))

    with subtest("services wait for a database that they cannot reach yet"):
        web.fail("systemctl is-active xtablo-web.service")

    for host in [web, worker]:
        host.succeed(f"echo {certificate} > /var/certificate.pem")
        host.succeed("systemctl restart xtablo.target")

    with subtest("web migrates and serves; it has no worker and no PostgreSQL of its own"):
        web.wait_for_unit("xtablo-web.service")
        visitor = Visitor(client, "web")
        visitor.trust(web)
        visitor.sign_up("ada")
        visitor.make_board("Garden")
        web.fail("systemctl cat postgresql.service")
        web.fail("systemctl cat xtablo-worker@1.service")

    with subtest("both workers run on the other host, without a web, and say how they are"):
        for n in [1, 2]:
            worker.wait_for_unit(f"xtablo-worker@{n}.service")
            worker.wait_until_succeeds(f"curl --fail --silent http://127.0.0.1:947{n}/readyz")
        worker.fail("systemctl cat xtablo-web.service")
        assert "xtablo_jobs" in worker.succeed("curl --fail --silent http://127.0.0.1:9471/metrics")

    def sql(statement):
        return database.succeed(f"runuser -u postgres -- psql --no-psqlrc --quiet --tuples-only --no-align --dbname=xtablo --command={shlex.quote(statement)}").strip()

    with subtest("every connection between them is encrypted"):
        plain = sql("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'xtablo' AND NOT ssl")
        encrypted = sql("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'xtablo' AND ssl")
        assert plain == "0" and int(encrypted) > 0, (plain, encrypted)

    with subtest("a job that web's host enqueues is done by a worker on the other"):
        job = "01a00000-0000-7000-8000-000000000001"
        sql(
            "INSERT INTO jobs (id, kind, queue, payload, priority, max_attempts)"
            f" VALUES ('{job}', 'erase_deleted', 'housekeeping', '{{}}', 3, 5)"
        )
        retry(lambda _: sql(f"SELECT state FROM jobs WHERE id = '{job}'") == "completed")

    with subtest("the host of the database is restarted: both find it again"):
        database.shutdown()
        database.start()
        database.wait_for_unit("postgresql.target")
        client.wait_until_succeeds(f"{visitor.curl} --fail https://board.test/readyz")
        worker.wait_until_succeeds("curl --fail --silent http://127.0.0.1:9472/readyz")
        assert "Garden" in visitor.get("/boards")
  '';
}
