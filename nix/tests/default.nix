# The tests on running hosts, by name: each other file here is one. What they share is in support/.
{
  pkgs,
  self,
  variants,
  image,
}:
let
  inherit (pkgs) lib;
  files = lib.filterAttrs (
    name: type: type == "regular" && lib.hasSuffix ".nix" name && name != "default.nix"
  ) (builtins.readDir ./.);
  test =
    file:
    pkgs.testers.runNixOSTest {
      imports = [ (./. + "/${file}") ];
      defaults.imports = [ self.nixosModules.default ];
      _module.args = { inherit variants image; };
    };
in
lib.mapAttrs' (file: _: lib.nameValuePair (lib.removeSuffix ".nix" file) (test file)) files
