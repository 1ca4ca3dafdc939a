import type { Command } from 'commander';

/** Columns of the help texts in the reference. */
const WIDTH = 110;

const INTRODUCTION = `# The command line

Made from the program's own help by \`node packages/cli/src/write-reference.ts\`; a test holds it in step.

## Which cluster

\`--kubeconfig\`, else the nearest \`.capstan/kubeconfig\` from the working folder upwards, else \`KUBECONFIG\` or
\`~/.kube/config\`. \`--context\` picks a context of it. The commands work through the Kubernetes API with your own rights;
none of them needs a server of Capstan's. Each command that writes prints the context on stderr first. A kubeconfig that
merely lies in a folder above may run no program to log in; one that you name may.

## Names

Apps of both dialects, and sources, are named \`NAME\`, \`NAMESPACE/NAME\`, \`KIND/NAME\` or \`KIND/NAMESPACE/NAME\`, with
\`app\`, \`ks\` and \`gitrepo\` as short kinds. An app goes before a source of the same name; a name that could be several is
refused with all of them.

## Output

Results go to stdout, progress and warnings to stderr. \`-o table|wide|json|yaml|name|jsonl\` everywhere; with \`json\` and
\`jsonl\` a failure is one line of JSON on stderr: \`{"error": {"code", "message", "data"}}\`. Control characters from a
cluster are shown as \`\\x1b\`, never passed on to the terminal. Values of Secrets are never printed.

## Exit codes

| Code | Meaning |
|---|---|
| 0 | done |
| 1 | an error; [errors.md](errors.md) explains each code |
| 2 | the command line cannot be understood |
| 10 | \`diff\`: something would change |
| 11 | the time was up |
| 12 | what was waited for has failed |
| 13 | the cluster denies it |
| 14 | blocked: suspended, busy, or another controller is in charge |

## Listeners of \`run\`

| Flag | What is there |
|---|---|
| \`--listen\` | the page at \`/\`, \`GET /api/apps\`, \`GET /api/stream\` (Server-Sent Events: \`apps\`, then \`app\` and \`gone\`), \`GET /healthz\`; it only reads |
| \`--webhooks\` | \`POST /hook\` with \`{"repository": URL}\` as \`application/json\`: everything that this repository feeds is looked at at once; answers \`{"refreshed": N}\`. It asks for no secret |
| \`--artifacts\` | artifacts of sources, as source-controller serves them |
| \`--metrics\` | \`/metrics\` for Prometheus (\`capstan_*\`), \`/healthz\`, \`/readyz\` |
| \`--debug\` | on loopback only, with \`Authorization: Bearer TOKEN\`: \`GET /settled?cluster=&resource=GROUP/KIND&resourceVersion=&timeoutSeconds=\` answers 200 when the watch has come so far and all queues are at rest, 504 when the time is up, 404 when nothing watches the kind; \`GET /stats\` |

A port alone, or \`:8080\`, means 127.0.0.1. Port 0 takes a free one; \`run\` prints the addresses as one line of JSON.
`;

/** The reference of the command line: what holds for all commands, then the help of each. */
export function referenceText(program: Command): string {
  return INTRODUCTION + program.commands.map((command) => section(command)).join('');
}

function section(command: Command): string {
  let text = '';
  command
    .configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => WIDTH, getOutHasColors: () => false })
    .outputHelp();
  return `\n## ${command.name()}\n\n\`\`\`\n${text.trimEnd()}\n\`\`\`\n`;
}
