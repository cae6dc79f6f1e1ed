// Page scripts: language and interfaces of Chromium 86, no evaluation of text.
import compat from "eslint-plugin-compat";
import esX from "eslint-plugin-es-x";

export default [
  {
    files: ["**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    plugins: { compat, "es-x": esX },
    settings: { browsers: ["chrome 86"], targets: ["chrome 86"] },
    rules: {
      ...esX.configs["flat/restrict-to-es2020"].rules,
      "compat/compat": "error",
      "es-x/no-optional-chaining": "off",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-unused-vars": "error",
      "no-undef": "off",
      "prefer-const": "error",
    },
  },
];
