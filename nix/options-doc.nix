# The module's options as one page of Markdown.
{
  lib,
  self,
  inputs,
  stdenv,
  writeText,
}:
let
  host = inputs.nixpkgs.lib.nixosSystem {
    modules = [
      self.nixosModules.default
      { nixpkgs.hostPlatform = stdenv.hostPlatform.system; }
    ];
  };
  options = lib.filter (option: option.visible && !option.internal) (
    lib.optionAttrSetToDocList host.options.services.xtablo
  );

  text = value: if value ? text then lib.trim value.text else lib.generators.toPretty { } value;
  code =
    title: value:
    let
      lines = text value;
    in
    if lib.hasInfix "\n" lines then
      "${title}:\n\n```nix\n${lines}\n```\n\n"
    else
      "${title}: `${lines}`\n\n";

  # What the NixOS manual marks, Markdown has no word for.
  plain =
    builtins.replaceStrings
      [ "{option}" "{manpage}" "{file}" "{command}" "{env}" ]
      [ "" "" "" "" "" ];

  section =
    option:
    "## `${option.name}`\n\n"
    + lib.optionalString (option ? description) "${plain (lib.trim option.description)}\n\n"
    + "Type: ${option.type}\n\n"
    + lib.optionalString (option ? default) (code "Default" option.default)
    + lib.optionalString (option ? example) (code "Example" option.example);
in
writeText "xtablo-options.md" (
  "# The options of `services.xtablo`\n\n" + lib.concatMapStrings section options
)
