# Web cannot start, or does not answer: visitors are told so by Caddy, and soon.
{ variants, ... }:
{
  name = "xtablo-unavailable";
  nodes.server = import ./support/host.nix { inherit variants; };
  nodes.client = { };
  testScript = ''
    ${builtins.readFile ./support/visitor.py}
    start_all()
    visitor = Visitor(client)
    visitor.trust(server)
    visitor.sign_up("ada")

    def ask(path, arguments=""):
        answer = client.succeed(
            f"{visitor.curl} {arguments} --dump-header /tmp/headers --write-out '\\n%{{http_code}} %{{time_total}}' https://board.test{path}"
        )
        page, _, end = answer.rpartition("\n")
        status, seconds = end.split()
        return status, float(seconds), page, client.succeed("cat /tmp/headers").lower()

    def is_said(status, page, headers):
        assert "not available" in page and "nicht erreichbar" in page, page
        for header in ["content-type: text/html; charset=utf-8", "retry-after: 10", "cache-control: no-store", "strict-transport-security"]:
            assert header in headers, headers

    with subtest("web has a wrong configuration: every page is answered within seconds, a form too"):
        server.succeed("mkdir -p /run/systemd/system/xtablo-web.service.d")
        server.succeed("printf '[Service]\\nExecStart=\\nExecStart=/bin/sh -c \"exit 78\"\\n' > /run/systemd/system/xtablo-web.service.d/wrong.conf")
        server.succeed("systemctl daemon-reload")
        server.fail("systemctl restart xtablo-web.service")
        for path, arguments in [("/boards", ""), ("/healthz", ""), ("/boards", "--data title=Garden")]:
            status, seconds, page, headers = ask(path, arguments)
            assert status == "502" and seconds < 20, (path, status, seconds)
            is_said(status, page, headers)

    with subtest("put right, it serves again"):
        server.succeed("rm -r /run/systemd/system/xtablo-web.service.d && systemctl daemon-reload")
        server.succeed("systemctl reset-failed 'xtablo-web*'; systemctl start xtablo.target")
        assert ask("/boards")[0] == "200"

    with subtest("web does not answer: visitors are told after half a minute"):
        web = server.succeed("systemctl show --property=MainPID --value xtablo-web.service").strip()
        # So that the watchdog does not put it right meanwhile.
        server.succeed("mkdir -p /run/systemd/system/xtablo-web.service.d")
        server.succeed("printf '[Service]\\nWatchdogSec=0\\n' > /run/systemd/system/xtablo-web.service.d/patient.conf")
        server.succeed("systemctl daemon-reload && systemctl restart xtablo-web.service")
        web = server.succeed("systemctl show --property=MainPID --value xtablo-web.service").strip()
        server.succeed(f"kill -STOP {web}")
        status, seconds, page, headers = ask("/boards")
        assert status == "504" and 28 < seconds < 45, (status, seconds)
        is_said(status, page, headers)
        server.succeed(f"kill -CONT {web}")
        assert ask("/boards")[0] == "200"
  '';
}
