# A complete small VPS: everything Xtablo needs on one host, and nothing else open to the world but SSH.
# Take it over with your own domain, key, disks and boot loader.
{ lib, modulesPath, ... }:
{
  imports = [ (modulesPath + "/profiles/qemu-guest.nix") ];

  services.xtablo = {
    enable = true;
    domain = "board.example.org";
    openFirewall = true;
    settings.REGISTRATION = "closed";
    # Mails need a mail server; its address with the password is in a file that only root can read:
    # mail.from = "Xtablo <board@example.org>";
    # mail.urlFile = "/etc/xtablo/smtp-url";
  };

  # Where Let's Encrypt writes when a certificate is in trouble.
  services.caddy.email = "admin@example.org";

  services.openssh = {
    enable = true;
    settings.PasswordAuthentication = false;
  };
  users.users.root.openssh.authorizedKeys.keys = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA admin@example.org"
  ];

  networking.hostName = "board";
  networking.nftables.enable = true;
  time.timeZone = "UTC";

  nix.settings.experimental-features = [
    "nix-command"
    "flakes"
  ];
  # Generations older than this cannot be rolled back to.
  nix.gc = {
    automatic = true;
    options = "--delete-older-than 30d";
  };
  # A file, since the option for it has another name from one NixOS to the next.
  environment.etc."systemd/journald.conf.d/size.conf".text = ''
    [Journal]
    SystemMaxUse=1G
  '';

  # What the installer wrote about this machine.
  nixpkgs.hostPlatform = lib.mkDefault "x86_64-linux";
  boot.loader.grub.device = "/dev/vda";
  fileSystems."/" = {
    device = "/dev/vda1";
    fsType = "ext4";
  };
  system.stateVersion = "26.05";
}
