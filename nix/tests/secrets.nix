# Secrets stay out of the store, the units and the process lists; a rotated one counts after a restart.
{ variants, ... }:
let
  # As a secrets tool does: the files are there before the services, and nobody else may read them.
  keys = script: {
    requiredBy = [ "xtablo.target" ];
    before = [
      "xtablo-migrate.service"
      "xtablo-web.service"
      "xtablo-worker@1.service"
    ];
    serviceConfig.Type = "oneshot";
    serviceConfig.RemainAfterExit = true;
    inherit script;
  };
in
{
  name = "xtablo-secrets";
  nodes.server = import ./support/host.nix { inherit variants; };
  nodes.given = {
    imports = [ (import ./support/host.nix { inherit variants; }) ];
    services.xtablo.credentials.SESSION_SECRET = "/var/keys/session";
    systemd.services.keys = keys ''
      mkdir -p -m 0700 /var/keys
      [ -e /var/keys/session ] || { umask 0277; echo first-secret-0123456789abcdef0123456789abcdef > /var/keys/session; }
    '';
  };
  nodes.sealed =
    { config, ... }:
    {
      imports = [ (import ./support/host.nix { inherit variants; }) ];
      services.xtablo = {
        credentialsEncrypted.SESSION_SECRET = "/var/keys/session.cred";
        importCredentials = [ "DATABASE_URL" ];
      };
      systemd.services.keys = keys ''
        mkdir -p -m 0700 /var/keys /etc/credstore
        echo sealed-secret-0123456789abcdef0123456789abcdef |
          ${config.systemd.package}/bin/systemd-creds encrypt --with-key=host --name=SESSION_SECRET - /var/keys/session.cred
        umask 0277
        echo 'postgres:///xtablo?host=/run/postgresql&user=xtablo&application_name=imported' > /etc/credstore/xtablo.DATABASE_URL
      '';
    };
  nodes.client = { };
  testScript = ''
    ${builtins.readFile ./support/visitor.py}
    start_all()
    for host in [server, given, sealed]:
        host.wait_for_unit("xtablo-web.service")
        host.wait_for_unit("xtablo-worker@1.service")

    made = "/var/lib/xtablo-secrets/SESSION_SECRET"

    def credential(unit):
        return f"/run/credentials/{unit}/SESSION_SECRET"

    with subtest("a secret that nobody gave was made: 256 bits, for root alone"):
        assert server.succeed(f"stat --format='%a %U' {made} /var/lib/xtablo-secrets").split("\n")[:2] == ["400 root", "700 root"]
        secret = server.succeed(f"cat {made}").strip()
        assert re.fullmatch("[0-9a-f]{64}", secret), len(secret)
        server.fail(f"runuser -u xtablo -- cat {made}")

    with subtest("services get their own copies, which only they can read"):
        for unit in ["xtablo-web.service", "xtablo-worker@1.service"]:
            server.succeed(f"cmp {credential(unit)} {made}")
            server.fail(f"runuser -u nobody -- cat {credential(unit)}")
            mode = server.succeed(f"stat --format=%a {credential(unit)}").strip()
            assert mode in ["400", "440"], mode

    with subtest("no secret is in the store, in a unit or in a process list"):
        for host, text in [(server, secret), (given, "first-secret-"), (sealed, "sealed-secret-")]:
            shown = host.succeed("systemctl show 'xtablo*'; systemctl cat 'xtablo*'; ps axeww -o pid,args")
            assert text not in shown
            units = host.succeed("systemctl show --property=FragmentPath --value 'xtablo*' | sort --unique").split()
            paths = set(re.findall("/nix/store/[0-9a-z]{32}-[^/\\s\"]+", host.succeed(f"cat {' '.join(units)}")))
            assert any(path.endswith("-xtablo.env") for path in paths), paths
            host.fail(f"grep --recursive --quiet --fixed-strings {text} {' '.join(paths)}")

    with subtest("what systemd decrypts or has already is a credential like any other"):
        for unit in ["xtablo-web.service", "xtablo-worker@1.service"]:
            sealed.succeed(f"grep --quiet sealed-secret- {credential(unit)}")
            sealed.succeed(f"grep --quiet imported /run/credentials/{unit}/DATABASE_URL")
        sealed.fail("grep --quiet sealed-secret- /var/keys/session.cred")
        sealed.succeed("xtablo check-config", "xtablo user list")
        assert "DATABASE_URL" not in sealed.succeed("cat $(systemctl show --property=EnvironmentFiles --value xtablo-web.service | cut --delimiter=' ' --fields=1)")

    with subtest("it is the same after a restart of everything"):
        server.succeed("systemctl restart xtablo-secrets.service xtablo.target")
        assert server.succeed(f"cat {made}").strip() == secret

    with subtest("a rotated secret counts from the next restart on, and signs everybody out"):
        visitor = Visitor(client, "given")
        visitor.trust(given)
        visitor.sign_up("ada")
        visitor.get("/boards")
        given.succeed("echo second-secret-fedcba9876543210fedcba9876543210 > /var/keys/session")
        visitor.get("/boards")
        given.succeed("systemctl restart xtablo-web.service 'xtablo-worker@*.service'")
        given.succeed(f"grep --quiet second-secret {credential('xtablo-web.service')}")
        assert "/login" in visitor.leads_to("https://board.test/boards")
        visitor.post("/login", email="ada@board.test", password="correct horse battery")
        visitor.get("/boards")
  '';
}
