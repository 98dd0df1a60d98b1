#!/usr/bin/env bash
# Makes docs/segmentation.png anew: a model is trained on the pictures of samples/Segment, and a part of the page about its predictions is
# photographed in Chromium (eng/install-chromium.sh). Takes some minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
tool=(dotnet run -c Release --project src/Microsoft.ML.Diffusion.Tool --)
data=samples/Segment/nuclei
"${tool[@]}" segment train --images "$data/images" --masks "$data/masks" -o "$folder/nuclei.zip" --classes ground,nucleus --max-time 60
"${tool[@]}" segment evaluate "$folder/nuclei.zip" --images "$data/test" --masks "$data/truth" --report "$folder/report.html"
only='header, section:not(#pictures) { display: none } section { margin: 0 } body { padding: 4px 12px }'
sed -i "s|</style>|$only</style>|" "$folder/report.html"
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=0.8 --window-size=1160,570 \
    --screenshot="$PWD/docs/segmentation.png" "file://$folder/report.html"
