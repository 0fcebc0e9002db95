# The NixOS module of Xtablo. `options.nix` has what an operator may set; each other file makes one part of it true.
{
  imports = [
    ./options.nix
    ./assertions.nix
    ./environment.nix
    ./database.nix
    ./services.nix
    ./migrations.nix
    ./update.nix
    ./command.nix
    ./backup.nix
    ./caddy.nix
  ];
}
