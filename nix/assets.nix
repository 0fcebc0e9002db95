# static/dist: the same build, by the same locked packages, as `npm run build`.
{
  lib,
  stdenvNoCC,
  nodejs,
  npm,
}:
stdenvNoCC.mkDerivation {
  name = "xtablo-assets";
  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../static/build.mjs
      ../static/css
      ../static/icons
      ../static/js
    ];
  };
  buildPhase = ''
    runHook preBuild
    cp -r ${npm}/node_modules static/node_modules
    ${lib.getExe nodejs} static/build.mjs
    runHook postBuild
  '';
  installPhase = ''
    runHook preInstall
    mv static/dist $out
    runHook postInstall
  '';
}
