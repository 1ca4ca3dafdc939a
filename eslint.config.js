import { readFileSync } from 'node:fs';
import tseslint from 'typescript-eslint';

const manifest = (path) => JSON.parse(readFileSync(new URL(`${path}/package.json`, import.meta.url), 'utf8'));
const pure = manifest('.').workspaces.filter((path) => manifest(path).capstan?.pure === true);
const clockAndChance = 'A pure package takes clock, randomness and I/O as parameters.';

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/testdata/',
      '**/generated/',
      'coverage/',
      'dist/',
      '.capstan/',
      'bootstrap/',
      'packages/pure.d.ts',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: true, attributes: true } }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-control-regex': 'off',
      'max-lines': ['error', { max: 500, skipBlankLines: false, skipComments: false }],
      eqeqeq: ['error', 'always'],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Export by name.' },
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
      ],
    },
  },
  {
    files: pure.map((path) => `${path}/src/**/*.ts`),
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*', 'fs', 'path', 'crypto'], message: clockAndChance }] },
      ],
      'no-restricted-globals': [
        'error',
        ...['crypto', 'process', 'setTimeout', 'setInterval', 'fetch', 'Buffer', 'console', 'performance'].map(
          (name) => ({ name, message: clockAndChance }),
        ),
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Export by name.' },
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
        { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: clockAndChance },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: clockAndChance },
        { selector: "MemberExpression[object.name='Math'][property.name='random']", message: clockAndChance },
      ],
    },
  },
  {
    files: ['**/*.test.ts'],
    // node:test's describe and it return promises that the runner awaits.
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['it', 'test', 'describe', 'suite'], package: 'node:test' },
          ],
        },
      ],
    },
  },
  {
    files: ['eslint.config.js'],
    extends: [tseslint.configs.disableTypeChecked],
  },
);
