{ modulesPath, ... }:
{
  imports = [ (modulesPath + "/profiles/qemu-guest.nix") ];

  services.xtablo = {
    enable = true;
    domain = "board.example.org";
    openFirewall = true;
    settings.REGISTRATION = "closed";
  };
  services.caddy.email = "admin@example.org"; # where Let's Encrypt writes

  services.openssh.enable = true;
  services.openssh.settings.PasswordAuthentication = false;
  users.users.root.openssh.authorizedKeys.keys = [
    "ssh-ed25519 AAAA... admin@example.org"
  ];

  networking.hostName = "board";
  time.timeZone = "UTC";
  # Generations older than this cannot be rolled back to.
  nix.gc = {
    automatic = true;
    options = "--delete-older-than 30d";
  };
  nixpkgs.hostPlatform = "x86_64-linux"; # or aarch64-linux
  system.stateVersion = "26.05";
}
