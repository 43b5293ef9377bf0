// The directions of imports, as .github/CONTRIBUTING.md describes them. `npm run lint` holds them, for type imports as well.

/** Names a rule: files of one place must not import files of another. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const within = (...folders) => ({ path: folders.map((folder) => `^${folder}/`) });

/** Folders of the stacks and their constructs. */
const stacks = ['src/cognito', 'src/api-gateway', 'src/lambda', 'src/dns', 'src/waf', 'src/stack', 'src/constructs'];

export default {
  forbidden: [
    forbid('no-circles', 'Files do not import each other in a circle.', {}, { circular: true }),
    forbid('rules', 'A rule about a value knows nothing of what it protects.', within('src/rules'), {
      path: '^src/',
      pathNot: '^src/rules/',
    }),
    forbid(
      'constructs-know-no-settings',
      'A construct has props. It knows nothing of settings, commands and local services.',
      within(...stacks),
      within('src/settings', 'src/cli', 'src/local', 'src/terraform', 'src/web', 'src/http'),
    ),
    forbid(
      'cognito-knows-no-api',
      'The user pool does not know the API.',
      within('src/cognito'),
      within('src/api-gateway'),
    ),
    forbid(
      'functions-know-no-caller',
      'A function knows neither the user pool nor the API.',
      within('src/lambda', 'src/dns', 'src/waf', 'src/stack'),
      within('src/cognito', 'src/api-gateway'),
    ),
    forbid(
      'settings',
      'Settings are put together from the constructs.',
      within('src/settings'),
      within('src/cli', 'src/local', 'src/terraform', 'src/web', 'src/http'),
    ),
    forbid(
      'terraform-reads-json',
      'What reads plans and states knows nothing of constructs and settings.',
      within('src/terraform'),
      within(...stacks, 'src/settings', 'src/local', 'src/cli', 'src/web', 'src/http'),
    ),
    forbid(
      'local-reads-terraform-json',
      'The local services and the web client meet the stacks only in the Terraform JSON and the outputs.',
      within('src/local', 'src/web', 'src/http', 'src/flow'),
      {
        ...within(...stacks, 'src/settings', 'src/cli'),
        pathNot: '^src/stack/outputs\\.ts$',
      },
    ),
    forbid(
      'user-pool-is-alone',
      'The local user pool knows neither the REST API, nor the functions, nor the servers.',
      within('src/local/user-pool'),
      within('src/local/rest-api', 'src/local/lambda', 'src/local/host'),
    ),
    forbid(
      'rest-api-is-alone',
      'The local REST API knows neither the user pool nor the servers.',
      within('src/local/rest-api', 'src/local/lambda'),
      within('src/local/user-pool', 'src/local/host'),
    ),
    forbid(
      'predicted-state-is-the-ground',
      'The state as it would be knows nothing of what is served.',
      within('src/local/terraform'),
      within('src/local/user-pool', 'src/local/rest-api', 'src/local/lambda', 'src/local/host'),
    ),
    forbid(
      'commands-are-on-top',
      'Only package.json names a command.',
      { path: '^(src|main)', pathNot: '^src/cli/commands/' },
      within('src/cli/commands'),
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules|(^|/)dist/' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mts', '.mjs'] },
  },
};
