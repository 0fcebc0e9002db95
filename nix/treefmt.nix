# How every file is formatted: `nix fmt` does it, `nix flake check` asks for it.
{
  lib,
  writeShellApplication,
  nodejs,
  npm,
  toolchain,
}:
let
  prettier = writeShellApplication {
    name = "prettier";
    text = ''exec ${lib.getExe nodejs} ${npm}/node_modules/prettier/bin/prettier.cjs "$@"'';
  };
in
{
  projectRootFile = "flake.nix";
  programs = {
    nixfmt.enable = true;
    deadnix.enable = true;
    shellcheck = {
      enable = true;
      includes = [
        ".ci/run"
        "script/*"
      ];
    };
    rustfmt = {
      enable = true;
      package = toolchain;
    };
    taplo.enable = true;
    # The lock's, so that it says the same as `npm run check`.
    prettier = {
      enable = true;
      package = prettier;
      includes = [
        "static/build.mjs"
        "static/css/*.css"
        "static/js/*.js"
        "tests/browser/*.mjs"
        "tests/browser/package.json"
      ];
    };
  };
}
