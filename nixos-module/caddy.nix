# Caddy in front: certificates, HTTP/2 and 3, and patience while web restarts.
{
  config,
  lib,
  options,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.xtablo;
  # Caddy's answer while web gives none: short, in the languages that web speaks, and nothing in it from elsewhere.
  unavailable = lib.replaceStrings [ "\n" ] [ "\n    " ] (lib.trim (lib.readFile ./unavailable.html));
  upstream = if lib.hasPrefix "/" cfg.web.listen then "unix/${cfg.web.listen}" else cfg.web.listen;

  address = builtins.match "([^:]*)(:([0-9]+))?" cfg.domain;
  host = lib.elemAt address 0;
  port = if lib.elemAt address 2 == null then 443 else lib.toIntBase10 (lib.elemAt address 2);

  # Whether anyone but this file, and Caddy's own module, says what Caddy serves and where.
  isShared =
    let
      caddy = options.services.caddy;
      isForeign =
        option:
        lib.any (
          one: !lib.elem one.file ([ (toString ./caddy.nix) ] ++ option.declarations)
        ) option.definitionsWithLocations;
    in
    lib.any isForeign [
      caddy.virtualHosts
      caddy.extraConfig
      caddy.settings
      caddy.httpPort
      caddy.httpsPort
    ]
    # Its default is made of what is asked here.
    || caddy.configFile.highestPrio < (lib.mkOptionDefault null).priority;

  # The sockets of caddy.socket, in its order; the first one that systemd hands over has the number 3.
  sockets = lib.optionalString cfg.caddy.systemdSockets ''
    bind fd/4 {
      protocols h1 h2
    }
    bind fdgram/5 {
      protocols h3
    }
  '';
in
{
  options.services.xtablo = {
    caddy = {
      enable = mkOption {
        type = types.bool;
        default = cfg.web.enable;
        defaultText = lib.literalExpression "config.services.xtablo.web.enable";
        example = false;
        description = ''
          Whether Caddy serves {option}`services.xtablo.domain` by HTTPS and gets the certificate. Without it, put a proxy
          of your own in front of {option}`services.xtablo.web.listen` that keeps the `Host` header.
        '';
      };
      systemdSockets = mkOption {
        type = types.bool;
        default = !isShared;
        defaultText = lib.literalMD "whether Caddy serves nothing else on this host";
        example = false;
        description = ''
          Whether systemd holds Caddy's sockets open, so that requests wait while Caddy restarts, as it does when NixOS is
          updated. Caddy then listens on those alone: its other sites would need to be bound to them too.
        '';
      };
      extraConfig = mkOption {
        type = types.lines;
        default = "";
        example = "tls internal";
        description = "Further lines of the site in the Caddyfile.";
      };
    };
    openFirewall = mkOption {
      type = types.bool;
      default = false;
      example = true;
      description = ''
        Whether the firewall lets HTTP and HTTPS in: 80 and 443, and 443/udp for HTTP/3. A port in
        {option}`services.xtablo.domain` takes the place of 443.
      '';
    };
  };

  config = lib.mkIf cfg.enable {
    services.caddy = lib.mkIf cfg.caddy.enable {
      enable = true;
      # Live pages hold a connection each; neither a reload nor a restart waits for them for ever.
      globalConfig = ''
        grace_period 10s
        ${lib.optionalString cfg.caddy.systemdSockets "auto_https disable_redirects"}
      '';
      virtualHosts = {
        ${cfg.domain}.extraConfig = ''
          ${sockets}
          encode zstd gzip
          header Strict-Transport-Security "max-age=31536000"
          reverse_proxy ${upstream} {
            transport http {
              # Given up before web gives it up, so that no request meets a connection that is closing.
              keepalive 30s
              dial_timeout 3s
              # Longer than web waits for PostgreSQL; an upload's time and a stream's do not count.
              response_header_timeout 30s
            }
            # While web is restarted systemd holds its socket open. This is for a restart of the socket.
            lb_try_duration 5s
            lb_try_interval 100ms
          }
          handle_errors 502 503 504 {
            header Content-Type "text/html; charset=utf-8"
            header Cache-Control no-store
            header Retry-After 10
            respond <<HTML
              ${unavailable}
              HTML {err.status_code}
          }
          ${cfg.caddy.extraConfig}
        '';
        # Caddy redirects by itself only where it opens the port by itself. It answers Let's Encrypt before this.
        "http://${host}" = lib.mkIf cfg.caddy.systemdSockets {
          extraConfig = ''
            bind fd/3 {
              protocols h1
            }
            redir https://${cfg.domain}{uri} 308
          '';
        };
      };
    };

    systemd.sockets.caddy = lib.mkIf (cfg.caddy.enable && cfg.caddy.systemdSockets) {
      description = "The sockets of Caddy: HTTP, HTTPS and HTTP/3";
      wantedBy = [ "sockets.target" ];
      listenStreams = [
        "80"
        (toString port)
      ];
      listenDatagrams = [ (toString port) ];
      socketConfig = {
        Backlog = 4096;
        # A Caddy that cannot start is started by each connection again; after a few times the sockets are closed, and
        # starting Caddy opens them again.
        TriggerLimitIntervalSec = "10s";
        TriggerLimitBurst = 5;
      };
    };
    systemd.services.caddy = lib.mkIf (cfg.caddy.enable && cfg.caddy.systemdSockets) {
      requires = [ "caddy.socket" ];
      after = [ "caddy.socket" ];
      # Restarted instead of stopped and started, which would close the sockets.
      stopIfChanged = false;
    };

    networking.firewall = lib.mkIf (cfg.openFirewall && cfg.caddy.enable) {
      allowedTCPPorts = [
        80
        port
      ];
      allowedUDPPorts = [ port ];
    };
  };
}
