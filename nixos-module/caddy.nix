# Caddy in front: certificates, HTTP/2 and 3, and patience while web restarts.
{ config, lib, ... }:
let
  inherit (lib) mkOption types;
  cfg = config.services.xtablo;
  # Caddy's answer while web gives none: short, in the languages that web speaks, and nothing in it from elsewhere.
  unavailable = lib.replaceStrings [ "\n" ] [ "\n    " ] (lib.trim (lib.readFile ./unavailable.html));
  upstream = if lib.hasPrefix "/" cfg.web.listen then "unix/${cfg.web.listen}" else cfg.web.listen;
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
      description = "Whether the firewall lets HTTP and HTTPS in: 80 and 443, and 443/udp for HTTP/3.";
    };
  };

  config = lib.mkIf cfg.enable {
    services.caddy = lib.mkIf cfg.caddy.enable {
      enable = true;
      # Live pages hold a connection each; a reload does not wait for them for ever.
      globalConfig = "grace_period 10s\n";
      virtualHosts.${cfg.domain}.extraConfig = ''
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
    };

    networking.firewall = lib.mkIf (cfg.openFirewall && cfg.caddy.enable) {
      allowedTCPPorts = [
        80
        443
      ];
      allowedUDPPorts = [ 443 ];
    };
  };
}
