// Every rule must be understood by Chromium 86. What is left out here only improves newer ones.
export default {
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: {
    "plugin/no-unsupported-browser-features": [
      true,
      {
        browsers: ["chrome 86"],
        ignore: ["css-scrollbar", "css-appearance", "css3-cursors-grab"],
        ignorePartialSupport: true,
      },
    ],
    "block-no-empty": true,
    "color-no-invalid-hex": true,
    "declaration-block-no-duplicate-properties": [
      true,
      { ignore: ["consecutive-duplicates-with-different-values"] },
    ],
    "font-family-no-duplicate-names": true,
    "property-no-unknown": true,
    "unit-no-unknown": true,
  },
};
