# A host boots, and another one reaches it through Caddy.
{ variants, ... }:
{
  name = "xtablo-front";
  nodes.server = import ./support/host.nix { inherit variants; };
  nodes.client = { };
  testScript = ''
    ${builtins.readFile ./support/visitor.py}
    start_all()
    visitor = Visitor(client)

    with subtest("the host boots, and everything runs"):
        server.wait_for_unit("multi-user.target")
        for unit in ["xtablo.target", "xtablo-update.service", "xtablo-web.service", "xtablo-worker@1.service", "caddy.service"]:
            server.wait_for_unit(unit)
        server.succeed("systemctl is-active xtablo-web.socket xtablo-backup.timer")
        failed = server.succeed("systemctl list-units --failed --plain --no-legend 'xtablo*'")
        assert failed == "", failed

    with subtest("another host is answered through Caddy, by HTTPS alone"):
        visitor.trust(server)
        assert "Sign in" in visitor.get("/login")
        sent_on = client.succeed("curl --silent --connect-to board.test:80:server:80 --output /dev/null --write-out '%{redirect_url}' http://board.test/")
        assert sent_on == "https://board.test/", sent_on

    with subtest("HTTP/3 is offered, and HTTPS is asked for from then on"):
        headers = client.succeed(f"{visitor.curl} --head https://board.test/login").lower()
        assert 'h3=":443"' in headers and "strict-transport-security:" in headers, headers

    with subtest("somebody signs up and makes a board"):
        visitor.sign_up("ada")
        board, card = visitor.make_board("Garden")
        assert "Card of Garden" in visitor.get(card)

    with subtest("the operator's command runs as the service"):
        listed = server.succeed("xtablo user list")
        assert "ada@board.test" in listed, listed
        server.succeed("echo 'correct horse battery' | xtablo user create --email bob@board.test --name Bob")
        assert "bob@board.test" in server.succeed("xtablo user list")
        server.fail("xtablo user disable nobody@board.test")
        server.fail("runuser -u nobody -- xtablo user list")

    with subtest("nothing else listens to the world"):
        listening = server.succeed("ss --no-header --listening --numeric --tcp --udp | awk '{ print $5 }'").split()
        open_to_all = {address.rsplit(":", 1)[1] for address in listening if not address.startswith(("127.", "[::1]"))}
        # A DHCP client, where the machine has one, hears its server.
        assert open_to_all - {"68", "546"} == {"80", "443"}, listening
  '';
}
