# The commands of docs/runbook.md, as they stand there, on a host with Xtablo.
{ variants, ... }:
{
  name = "xtablo-runbook";
  nodes.server = import ./support/host.nix { inherit variants; };
  nodes.client = { };
  testScript = ''
    ${builtins.readFile ./support/visitor.py}
    runbook = ${builtins.toJSON (builtins.readFile ../../docs/runbook.md)}
    blocks = re.findall("^```console\n(.+?)^```", runbook, re.MULTILINE | re.DOTALL)
    commands = re.findall("^# (.+)$", "\n".join(blocks), re.MULTILINE)
    assert len(commands) > 12, commands

    start_all()
    visitor = Visitor(client)
    visitor.trust(server)
    visitor.sign_up("ada")
    visitor.make_board("Garden")
    server.wait_for_unit("xtablo-worker@1.service")
    secret = server.succeed("cat /var/lib/xtablo-secrets/SESSION_SECRET")

    with subtest("without PostgreSQL /readyz answers 503"):
        server.succeed("systemctl stop postgresql.target")
        status = client.succeed(f"{visitor.curl} --output /dev/null --write-out '%{{http_code}}' https://board.test/readyz")
        assert status == "503", status

    for command in commands:
        with subtest(command):
            server.succeed(command)

    with subtest("afterwards everything runs, with another secret"):
        visitor.trust(server)
        server.wait_for_unit("xtablo-worker@1.service")
        assert server.succeed("cat /var/lib/xtablo-secrets/SESSION_SECRET") != secret
        visitor.post("/login", email="ada@board.test", password="correct horse battery")
        assert "Garden" in visitor.get("/boards")
  '';
}
