# What an update of NixOS restarts, Caddy and PostgreSQL, makes requests wait and lets none fail.
{ variants, ... }:
{
  name = "xtablo-update-of-nixos";
  nodes.server = import ./support/host.nix { inherit variants; };
  nodes.client = { };
  testScript = ''
    ${builtins.readFile ./support/visitor.py}
    start_all()
    visitor = Visitor(client)
    visitor.trust(server)
    visitor.sign_up("ada")
    board, card = visitor.make_board("Garden")

    def process(unit):
        return server.succeed(f"systemctl show --property=MainPID --value {unit}").strip()

    with subtest("Caddy is restarted"):
        caddy = process("caddy.service")
        visitor.under_load(board, lambda: server.succeed("systemctl restart caddy.service"))
        assert process("caddy.service") != caddy

    with subtest("Caddy is away for a while"):
        def away():
            server.succeed("systemctl stop caddy.service")
            # A connection starts it again: its sockets are systemd's.
            server.wait_until_succeeds("systemctl is-active caddy.service")

        visitor.under_load(board, away)

    with subtest("Caddy reads its configuration again, twice"):
        caddy = process("caddy.service")
        visitor.under_load(board, lambda: server.succeed("systemctl reload caddy.service && systemctl reload caddy.service"))
        assert process("caddy.service") == caddy

    with subtest("plain HTTP leads to HTTPS, and HTTP/3 is still offered"):
        sent_on = client.succeed("curl --silent --connect-to board.test:80:server:80 --output /dev/null --write-out '%{redirect_url}' 'http://board.test/boards?n=1'")
        assert sent_on == "https://board.test/boards?n=1", sent_on
        headers = client.succeed(f"{visitor.curl} --head https://board.test/login").lower()
        assert 'h3=":443"' in headers, headers

    with subtest("PostgreSQL is restarted"):
        longest = visitor.under_load(board, lambda: server.succeed("systemctl restart postgresql.service"))
        assert longest < 20, longest
  '';
}
