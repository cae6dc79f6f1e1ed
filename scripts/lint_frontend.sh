#!/usr/bin/env bash
# Lint style sheets and page scripts against Chromium 86. Needs node 20 and npm.
# The tools are installed once under scripts/frontend/node_modules, which git ignores.
set -euo pipefail
cd "$(dirname "$0")/frontend"
[ -d node_modules/stylelint ] || npm ci --ignore-scripts --no-audit --no-fund
npx stylelint --config stylelint.config.mjs "../../static/css/*.css"
# The sources lie above this folder, so eslint is told where its world begins.
cd ../..
scripts/frontend/node_modules/.bin/eslint --config scripts/frontend/eslint.config.mjs static/js
python3 scripts/frontend/bundle.py --check
