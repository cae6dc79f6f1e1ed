#!/usr/bin/env bash
# Rebuild static/vendor and the map outlines from npm at the versions of scripts/frontend/package.json.
# Needs node 20, npm and python3; everything is installed in throw-away folders. The results are committed.
set -euo pipefail
cd "$(dirname "$0")/.."
here=scripts/frontend
vendor=static/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp $here/package.json $here/package-lock.json "$work"
npm --prefix "$work" ci --omit=dev --ignore-scripts --no-audit --no-fund
modules=$work/node_modules

mkdir -p $vendor/LICENSES $vendor/fonts $vendor/icons
cp "$modules/htmx.org/dist/htmx.min.js" $vendor/htmx.min.js
# The source map is not shipped, so the line naming it would only be a missing file.
sed '/^\/\/# sourceMappingURL=/d' "$modules/tom-select/dist/js/tom-select.base.min.js" \
  > $vendor/tom-select.base.min.js

# Trend charts: only the parts named in charts.js, for the oldest browser in use.
cp $here/charts.js "$work"
"$work/node_modules/.bin/esbuild" "$work/charts.js" --bundle --minify --format=iife \
  --global-name=echarts --target=chrome86 --legal-comments=none --log-level=warning \
  --outfile=$vendor/echarts.min.js

rm -f $vendor/icons/*.svg
while read -r icon; do
  cp "$modules/@tabler/icons/icons/outline/$icon.svg" "$vendor/icons/$icon.svg"
done < $here/icons.txt

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet fonttools==4.60.1 brotli==1.1.0
"$work/venv/bin/pyftsubset" \
  "$modules/@fontsource/noto-serif-sc/files/noto-serif-sc-chinese-simplified-600-normal.woff2" \
  --text-file=$here/song.txt --flavor=woff2 --layout-features='' --no-hinting --desubroutinize \
  --output-file=$vendor/fonts/fl-song.woff2

python3 $here/outlines.py "$modules/echarts/map/json/province/chongqing.json" 50 \
  federation/dashboards/outlines/50.json

cp "$modules/htmx.org/LICENSE" $vendor/LICENSES/htmx.txt
cp "$modules/tom-select/LICENSE" $vendor/LICENSES/tom-select.txt
cp "$modules/@tabler/icons/LICENSE" $vendor/LICENSES/tabler-icons.txt
cp "$modules/@fontsource/noto-serif-sc/LICENSE" $vendor/LICENSES/noto-serif-sc.txt
cp "$modules/echarts-charts/LICENSE" $vendor/LICENSES/echarts.txt
cp "$modules/echarts-charts/NOTICE" $vendor/LICENSES/echarts-notice.txt
cp "$modules/echarts-charts/node_modules/zrender/LICENSE" $vendor/LICENSES/zrender.txt
cp "$modules/echarts/LICENSE" $vendor/LICENSES/echarts-outlines.txt
cp "$modules/echarts/NOTICE" $vendor/LICENSES/echarts-outlines-notice.txt

python3 $here/bundle.py
