# The examples of docs/deploy.md as modules: from a heading to the first Nix block below it. So what the tests evaluate and
# run is what stands there.
{ lib }:
let
  text = builtins.readFile ../docs/deploy.md;
  after =
    mark: from:
    let
      parts = lib.splitString mark from;
    in
    if lib.length parts > 1 then
      lib.concatStringsSep mark (lib.tail parts)
    else
      throw "docs/deploy.md has no ${lib.trim mark}";
  block = heading: lib.head (lib.splitString "```" (after "```nix\n" (after "# ${heading}\n" text)));
in
{
  # `instead` has other words for some of the example's.
  example =
    {
      heading,
      instead ? { },
    }:
    import (
      builtins.toFile "example.nix" ''
        { config, pkgs, ... }:
        {
          ${lib.replaceStrings (lib.attrNames instead) (lib.attrValues instead) (block heading)}
        }
      ''
    );
}
