# What stands in front of web: Caddy, or another proxy; and the firewall.
{
  lib,
  has,
  site,
  ...
}:
{
  accepted = {
    "Caddy in front" = {
      holds = host: {
        "the socket is Caddy's to open" = has host "xtablo-web.socket" "SocketGroup=caddy";
        "Caddy waits while web restarts" =
          lib.hasInfix "reverse_proxy unix//run/xtablo/web.sock" (site host)
          && lib.hasInfix "lb_try_duration" (site host);
        "and not for ever" = lib.hasInfix "response_header_timeout 30s" (site host);
        "HTTPS is asked for from then on" =
          lib.hasInfix "header Strict-Transport-Security \"max-age=31536000\"" (site host);
        "the firewall is left shut" = !lib.elem 443 host.networking.firewall.allowedTCPPorts;
      };
    };
    "Caddy alone on its ports" = {
      holds = host: {
        "systemd holds them" =
          lib.all (has host "caddy.socket") [
            "ListenStream=80"
            "ListenStream=443"
            "ListenDatagram=443"
          ]
          && has host "caddy.service" "Requires=caddy.socket";
        "they stay open while Caddy is restarted" = has host "caddy.service" "X-StopIfChanged=false";
        "Caddy takes them in that order" =
          lib.hasInfix "bind fd/4 {" (site host)
          && lib.hasInfix "bind fdgram/5 {" (site host)
          && lib.hasInfix "bind fd/3 {" host.services.caddy.virtualHosts."http://board.example.org".extraConfig;
      };
    };
    "Caddy with another site" = {
      host.services.caddy.virtualHosts."wiki.example.org".extraConfig = "respond wiki";
      holds = host: {
        "opens its ports itself" = !(host.systemd.units ? "caddy.socket") && !lib.hasInfix "bind" (site host);
        "and redirects itself" = !(host.services.caddy.virtualHosts ? "http://board.example.org");
      };
    };
    "Caddy with a configuration of the operator's" = {
      host.services.caddy.configFile = "/etc/caddy/Caddyfile";
      holds = host: {
        "opens its ports itself" = !(host.systemd.units ? "caddy.socket");
      };
    };
    "a domain with a port" = {
      xtablo = {
        domain = lib.mkForce "board.example.org:8443";
        openFirewall = true;
      };
      holds = host: {
        "is served there" =
          host.services.caddy.virtualHosts ? "board.example.org:8443"
          && has host "caddy.socket" "ListenStream=8443";
        "is what web knows" = host.services.xtablo.settings.DOMAIN == "board.example.org:8443";
        "is where plain HTTP leads" =
          lib.hasInfix "redir https://board.example.org:8443{uri} 308"
            host.services.caddy.virtualHosts."http://board.example.org".extraConfig;
        "is let in, and Let's Encrypt too" = host.networking.firewall.allowedTCPPorts == [
          80
          8443
        ];
      };
    };
    "an open firewall" = {
      xtablo.openFirewall = true;
      holds = host: {
        "HTTP and HTTPS come in" = lib.all (port: lib.elem port host.networking.firewall.allowedTCPPorts) [
          80
          443
        ];
        "HTTP/3 comes in" = host.networking.firewall.allowedUDPPorts == [ 443 ];
      };
    };
    "another proxy in front" = {
      xtablo = {
        caddy.enable = false;
        web.socketGroup = "nginx";
      };
      holds = host: {
        "there is no Caddy" = !host.services.caddy.enable;
        "the socket is that proxy's to open" =
          has host "xtablo-web.socket" "SocketGroup=nginx" && has host "xtablo-web.socket" "SocketMode=0660";
      };
    };
    "a proxy that nobody has named" = {
      xtablo.caddy.enable = false;
      holds = host: {
        "the socket is the services' own" = has host "xtablo-web.socket" "SocketGroup=xtablo";
      };
    };
    "web on an IPv6 port" = {
      xtablo.web.listen = "[::1]:8080";
      holds = host: {
        "it is the socket's" = has host "xtablo-web.socket" "ListenStream=[::1]:8080";
      };
    };
    "web on a TCP port" = {
      xtablo.web.listen = "127.0.0.1:8080";
      holds = host: {
        "the socket does not wait for an address" = has host "xtablo-web.socket" "FreeBind=true";
        "Caddy is told where" = lib.hasInfix "reverse_proxy 127.0.0.1:8080" (site host);
      };
    };
  };

  refused =
    lib.mapAttrs'
      (
        name: value:
        lib.nameValuePair "a socket at ${name}" {
          xtablo.web.listen = value;
          says = "services.xtablo.web.listen: systemd opens this socket and looks no name up";
        }
      )
      {
        "a name" = "localhost:8080";
        "every address, in a web server's words" = "*:8080";
        "a port alone" = "8080";
        "a port too high" = "127.0.0.1:80800";
        "a path that systemd would read otherwise" = "/run/xtablo/%i.sock";
        "a path from nowhere" = "run/web.sock";
        "an IPv6 address without brackets" = "::1:8080";
      }
    // {
      "a proxy for nothing" = {
        xtablo = {
          web.enable = false;
          caddy.enable = true;
        };
        says = "there is no web service on this host";
      };
    };
}
