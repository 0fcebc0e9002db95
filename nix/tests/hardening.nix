# What a service that is taken over could still do: `systemd-analyze security` gives it a figure.
{ variants, ... }:
{
  name = "xtablo-hardening";
  nodes.server = import ./support/host.nix { inherit variants; };
  testScript = ''
    server.wait_for_unit("xtablo-web.service")
    server.wait_for_unit("xtablo-worker@1.service")

    with subtest("web, worker and the rest have a score of 1.5 at most"):
        for unit in ["xtablo-web", "xtablo-worker@1", "xtablo-migrate", "xtablo-backup", "xtablo-secrets"]:
            server.succeed(f"systemd-analyze security --no-pager --threshold=15 {unit}.service")

    with subtest("it holds: no other process is seen, nothing but its own folder can be written"):
        web = server.succeed("systemctl show --property=MainPID --value xtablo-web.service").strip()
        status = server.succeed(f"cat /proc/{web}/status")
        for line in ["NoNewPrivs:\t1", "Seccomp:\t2", "CapBnd:\t0000000000000000"]:
            assert line in status, status
        inside = f"nsenter --target {web} --mount --"
        server.fail(f"{inside} touch /etc/x")
        server.fail(f"{inside} touch /var/lib/postgresql/x")
        server.succeed(f"{inside} touch /var/lib/xtablo/x")
        assert server.succeed(f"{inside} sh -c 'ls /home /root' 2>/dev/null || true").split() == ["/home:", "/root:"], "homes are seen"
  '';
}
