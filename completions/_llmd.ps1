
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'llmd' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'llmd'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'llmd' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('render', 'render', [CompletionResultType]::ParameterValue, 'Print every object of an environment')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what `apply` would change, changing nothing')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Make the cluster what the environment says, and wait until it is ready')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show whether what is deployed is ready, and why not')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the releases of the guide''s charts, whoever installed them, and the stacks on this machine')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show every revision of a deployment''s releases, the latest last')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Print what was applied: manifests, values, notes')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Go back to what was deployed before, and wait until it is ready')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check by requests that a stack serves, that the picker decides, and that it routes as it should')
            [CompletionResult]::new('ask', 'ask', [CompletionResultType]::ParameterValue, 'Ask the model of a stack one question, by way of the front door')
            [CompletionResult]::new('connect', 'connect', [CompletionResultType]::ParameterValue, 'Keep the front door open on a port of this machine until Ctrl-C')
            [CompletionResult]::new('bench', 'bench', [CompletionResultType]::ParameterValue, 'Put load on a stack and report what came of it')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Bring up a stack on this machine, check it, compare it with round robin, and take it away')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check whether the cluster can take the stack, changing nothing')
            [CompletionResult]::new('crds', 'crds', [CompletionResultType]::ParameterValue, 'Compare the CRDs that an environment needs with those of the cluster')
            [CompletionResult]::new('secret', 'secret', [CompletionResultType]::ParameterValue, 'Make or change the Secrets that a stack reads')
            [CompletionResult]::new('destroy', 'destroy', [CompletionResultType]::ParameterValue, 'Take away what was applied, and nothing else')
            [CompletionResult]::new('names', 'names', [CompletionResultType]::ParameterValue, 'List the names that a stack will have, pods and proxies included, with their lengths and limits')
            [CompletionResult]::new('image', 'image', [CompletionResultType]::ParameterValue, 'Build images without a container runtime, and push or save them')
            [CompletionResult]::new('env', 'env', [CompletionResultType]::ParameterValue, 'List the environments, or show the values of one')
            [CompletionResult]::new('values', 'values', [CompletionResultType]::ParameterValue, 'Explain the values that can be set')
            [CompletionResult]::new('fixes', 'fixes', [CompletionResultType]::ParameterValue, 'List the defects of the guide that llmd mends by default')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of a report, or list the reports that there are')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell, or the man page')
            [CompletionResult]::new('exit-codes', 'exit-codes', [CompletionResultType]::ParameterValue, 'What the exit codes mean')
            [CompletionResult]::new('local-process', 'local-process', [CompletionResultType]::ParameterValue, 'Be a process of a local stack')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;render' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value: `--set ms.decode.replicas=4`; repeatable')
            [CompletionResult]::new('--set-string', '--set-string', [CompletionResultType]::ParameterName, 'Set a value that stays a text')
            [CompletionResult]::new('--set-file', '--set-file', [CompletionResultType]::ParameterName, 'Set a value to the content of a file')
            [CompletionResult]::new('--set-json', '--set-json', [CompletionResultType]::ParameterName, 'Set a value written as JSON')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Model to serve (modelArtifacts.name and .uri)')
            [CompletionResult]::new('--replicas', '--replicas', [CompletionResultType]::ParameterName, 'Model servers (ms.decode.replicas)')
            [CompletionResult]::new('--tensor-parallel', '--tensor-parallel', [CompletionResultType]::ParameterName, 'Accelerators of a model server (ms.decode.parallelism.tensor)')
            [CompletionResult]::new('--scheduler-image', '--scheduler-image', [CompletionResultType]::ParameterName, 'Image of the endpoint picker (gaie.inferenceExtension.image)')
            [CompletionResult]::new('--simulate', '--simulate', [CompletionResultType]::ParameterName, 'Simulators in the place of the model servers: no accelerator, no token, on any cluster')
            [CompletionResult]::new('--no-fix', '--no-fix', [CompletionResultType]::ParameterName, 'Turn one fix off (see `llmd fixes`); repeatable')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the output')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only this part')
            [CompletionResult]::new('--release-name', '--release-name', [CompletionResultType]::ParameterName, 'Release name of the part that `--only` names')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--as-upstream', '--as-upstream', [CompletionResultType]::ParameterName, 'Render exactly what Helm renders for the guide: no fixes')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;diff' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value: `--set ms.decode.replicas=4`; repeatable')
            [CompletionResult]::new('--set-string', '--set-string', [CompletionResultType]::ParameterName, 'Set a value that stays a text')
            [CompletionResult]::new('--set-file', '--set-file', [CompletionResultType]::ParameterName, 'Set a value to the content of a file')
            [CompletionResult]::new('--set-json', '--set-json', [CompletionResultType]::ParameterName, 'Set a value written as JSON')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Model to serve (modelArtifacts.name and .uri)')
            [CompletionResult]::new('--replicas', '--replicas', [CompletionResultType]::ParameterName, 'Model servers (ms.decode.replicas)')
            [CompletionResult]::new('--tensor-parallel', '--tensor-parallel', [CompletionResultType]::ParameterName, 'Accelerators of a model server (ms.decode.parallelism.tensor)')
            [CompletionResult]::new('--scheduler-image', '--scheduler-image', [CompletionResultType]::ParameterName, 'Image of the endpoint picker (gaie.inferenceExtension.image)')
            [CompletionResult]::new('--simulate', '--simulate', [CompletionResultType]::ParameterName, 'Simulators in the place of the model servers: no accelerator, no token, on any cluster')
            [CompletionResult]::new('--no-fix', '--no-fix', [CompletionResultType]::ParameterName, 'Turn one fix off (see `llmd fixes`); repeatable')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--take-over', '--take-over', [CompletionResultType]::ParameterName, 'Take over one field, and what is in it: `Deployment/NAME:spec.replicas`; repeatable')
            [CompletionResult]::new('--save', '--save', [CompletionResultType]::ParameterName, 'Save the plan, so that `llmd apply FILE` does this and nothing else')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the differences are printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the differences are printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--as-upstream', '--as-upstream', [CompletionResultType]::ParameterName, 'Render exactly what Helm renders for the guide: no fixes')
            [CompletionResult]::new('--take-ownership', '--take-ownership', [CompletionResultType]::ParameterName, 'Take over objects and fields that belong to somebody else')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Exit with 3 when there are differences')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;apply' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value: `--set ms.decode.replicas=4`; repeatable')
            [CompletionResult]::new('--set-string', '--set-string', [CompletionResultType]::ParameterName, 'Set a value that stays a text')
            [CompletionResult]::new('--set-file', '--set-file', [CompletionResultType]::ParameterName, 'Set a value to the content of a file')
            [CompletionResult]::new('--set-json', '--set-json', [CompletionResultType]::ParameterName, 'Set a value written as JSON')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Model to serve (modelArtifacts.name and .uri)')
            [CompletionResult]::new('--replicas', '--replicas', [CompletionResultType]::ParameterName, 'Model servers (ms.decode.replicas)')
            [CompletionResult]::new('--tensor-parallel', '--tensor-parallel', [CompletionResultType]::ParameterName, 'Accelerators of a model server (ms.decode.parallelism.tensor)')
            [CompletionResult]::new('--scheduler-image', '--scheduler-image', [CompletionResultType]::ParameterName, 'Image of the endpoint picker (gaie.inferenceExtension.image)')
            [CompletionResult]::new('--simulate', '--simulate', [CompletionResultType]::ParameterName, 'Simulators in the place of the model servers: no accelerator, no token, on any cluster')
            [CompletionResult]::new('--no-fix', '--no-fix', [CompletionResultType]::ParameterName, 'Turn one fix off (see `llmd fixes`); repeatable')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait until everything is ready [default: what the startup probes allow, and 15m for images]')
            [CompletionResult]::new('--take-over', '--take-over', [CompletionResultType]::ParameterName, 'Take over one field, and what is in it: `Deployment/NAME:spec.replicas`; repeatable')
            [CompletionResult]::new('--history-max', '--history-max', [CompletionResultType]::ParameterName, 'How many revisions of a release are kept; 0 keeps all')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--as-upstream', '--as-upstream', [CompletionResultType]::ParameterName, 'Render exactly what Helm renders for the guide: no fixes')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Apply without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Apply without asking')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait until everything is ready')
            [CompletionResult]::new('--take-ownership', '--take-ownership', [CompletionResultType]::ParameterName, 'Take over objects and fields that belong to somebody else')
            [CompletionResult]::new('--recreate', '--recreate', [CompletionResultType]::ParameterName, 'Delete and make anew what cannot be changed in place')
            [CompletionResult]::new('--skip-preflight', '--skip-preflight', [CompletionResultType]::ParameterName, 'Do not look beforehand whether the cluster can take the stack (see `llmd doctor`)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;status' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'Look again every two seconds: redrawn on a terminal, a line for each change elsewhere')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Look again every two seconds: redrawn on a terminal, a line for each change elsewhere')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;list' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, '`local` lists the stacks on this machine and nothing else; any other, the cluster alone [default: both]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, '`local` lists the stacks on this machine and nothing else; any other, the cluster alone [default: both]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Look into every namespace, whatever else names one')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Look into every namespace, whatever else names one')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;history' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Only this release, by its name or part')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;get' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('manifest', 'manifest', [CompletionResultType]::ParameterValue, 'Print the objects as they were applied; what Secrets hold, and what looks like a token, is hidden')
            [CompletionResult]::new('values', 'values', [CompletionResultType]::ParameterValue, 'Print the values that were given over the charts'' own, as `-f` takes them again')
            [CompletionResult]::new('notes', 'notes', [CompletionResultType]::ParameterValue, 'Print the charts'' notes, where helm recorded any')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;get;manifest' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Only this release, by its name or part')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'This revision of the release [default: the latest]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Print what is hidden otherwise')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;get;values' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Only this release, by its name or part')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'This revision of the release [default: the latest]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;get;notes' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Only this release, by its name or part')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'This revision of the release [default: the latest]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;get;help' {
            [CompletionResult]::new('manifest', 'manifest', [CompletionResultType]::ParameterValue, 'Print the objects as they were applied; what Secrets hold, and what looks like a token, is hidden')
            [CompletionResult]::new('values', 'values', [CompletionResultType]::ParameterValue, 'Print the values that were given over the charts'' own, as `-f` takes them again')
            [CompletionResult]::new('notes', 'notes', [CompletionResultType]::ParameterValue, 'Print the charts'' notes, where helm recorded any')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;get;help;manifest' {
            break
        }
        'llmd;get;help;values' {
            break
        }
        'llmd;get;help;notes' {
            break
        }
        'llmd;get;help;help' {
            break
        }
        'llmd;rollback' {
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Only this release, by its name or part')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait until everything is ready [default: what the startup probes allow, and 15m for images]')
            [CompletionResult]::new('--take-over', '--take-over', [CompletionResultType]::ParameterName, 'Take over one field, and what is in it: `Deployment/NAME:spec.replicas`; repeatable')
            [CompletionResult]::new('--history-max', '--history-max', [CompletionResultType]::ParameterName, 'How many revisions of a release are kept; 0 keeps all')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Go back without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Go back without asking')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait until everything is ready')
            [CompletionResult]::new('--take-ownership', '--take-ownership', [CompletionResultType]::ParameterName, 'Take over objects and fields that belong to somebody else')
            [CompletionResult]::new('--recreate', '--recreate', [CompletionResultType]::ParameterName, 'Delete and make anew what cannot be changed in place')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;verify' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names [default: inference-scheduling]')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one''s gateway')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model that requests name [default: the one that the stack serves]')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Run these checks only; see --list')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'Leave these checks out')
            [CompletionResult]::new('--max-ttft', '--max-ttft', [CompletionResultType]::ParameterName, 'What the first token of an answer may take, such as 500ms; not checked without')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'What each request may take')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'From which the prompts are made, to ask the same again [default: another each time]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the checks and run none')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;ask' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names [default: inference-scheduling]')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one''s gateway')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model that requests name [default: the one that the stack serves]')
            [CompletionResult]::new('--max-tokens', '--max-tokens', [CompletionResultType]::ParameterName, 'Tokens of the answer, at most')
            [CompletionResult]::new('--system', '--system', [CompletionResultType]::ParameterName, 'What the model is told before the question')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the answer is printed: its text, or one JSON object')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the answer is printed: its text, or one JSON object')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;connect' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names [default: inference-scheduling]')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one''s gateway')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model that requests name [default: the one that the stack serves]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port on 127.0.0.1; 0 takes a free one')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;bench' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names [default: inference-scheduling]')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one''s gateway')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model that requests name [default: the one that the stack serves]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf''s configuration, or the guide''s config.yaml')
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf''s configuration, or the guide''s config.yaml')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf''s configuration, or the guide''s config.yaml')
            [CompletionResult]::new('--workload', '--workload', [CompletionResultType]::ParameterName, 'Which workload of a config.yaml that has several')
            [CompletionResult]::new('--stages', '--stages', [CompletionResultType]::ParameterName, 'Other stages: 10x30s (requests a second x time), 5..20x60s (a ramp), c16x400 (at once x requests); `warm:` before one leaves it out of the overall figures')
            [CompletionResult]::new('--arrivals', '--arrivals', [CompletionResultType]::ParameterName, 'When requests come: poisson, poisson-exact, constant, gamma:SHAPE')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Any key of the scenario, as `--set workload.groups=20`; repeatable')
            [CompletionResult]::new('--scale', '--scale', [CompletionResultType]::ParameterName, 'Multiply all token counts by this, for servers with as much less KV cache; those of --virtual follow')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Another seed: other prompts, lengths and arrivals')
            [CompletionResult]::new('--slo', '--slo', [CompletionResultType]::ParameterName, 'What a good request meets: ttft=2s,tpot=100ms,e2e=30s; with share=95% a run that misses it ends with exit 5')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'The model''s tokenizer.json, for prompts of exactly so many of its tokens [default: about 4 characters a token]')
            [CompletionResult]::new('--replicas', '--replicas', [CompletionResultType]::ParameterName, 'Model servers [default: 8]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'What each runs on [default: h100-tp2-qwen3-32b]')
            [CompletionResult]::new('--kv-tokens', '--kv-tokens', [CompletionResultType]::ParameterName, 'Tokens that each server''s KV cache holds [default: as its profile, times --scale]')
            [CompletionResult]::new('--slow', '--slow', [CompletionResultType]::ParameterName, 'Make the first server so many times slower, 0.01 to 1000')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Who decides: default, upstream-default, round-robin, random, least-request, or an EndpointPickerConfig file; twice to compare two')
            [CompletionResult]::new('--in-cluster', '--in-cluster', [CompletionResultType]::ParameterName, 'Send the load from so many pods of a Job in the cluster, merged exactly [default: 4]; caches stay as they are')
            [CompletionResult]::new('--image', '--image', [CompletionResultType]::ParameterName, 'The image of llmd that the pods run [default: the one that `llmd image push llmd` pushes where none is named]')
            [CompletionResult]::new('--start-in', '--start-in', [CompletionResultType]::ParameterName, 'What pods may take to start: all of them begin that much later')
            [CompletionResult]::new('--find', '--find', [CompletionResultType]::ParameterName, 'Search on the virtual clock: how high a rate so many replicas bear, or how many replicas --rate needs')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests or conversations a second, for --find replicas')
            [CompletionResult]::new('--save', '--save', [CompletionResultType]::ParameterName, 'Folder for the report in every format: page, JSON, CSV, requests, benchmark report')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--virtual', '--virtual', [CompletionResultType]::ParameterName, 'Play it on a virtual clock: simulated servers, the scheduler''s own code, no requests')
            [CompletionResult]::new('--warm', '--warm', [CompletionResultType]::ParameterName, 'Leave the servers'' caches as they are')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Tell what would be sent, and send nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('compare', 'compare', [CompletionResultType]::ParameterValue, 'Compare two ways to the same servers: by default plain round robin and the scheduler')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Show a saved run, or compare two')
            [CompletionResult]::new('policies', 'policies', [CompletionResultType]::ParameterValue, 'Measure the scheduler''s policy against upstream''s and round robin on the virtual clock, and judge its promises')
            [CompletionResult]::new('scenarios', 'scenarios', [CompletionResultType]::ParameterValue, 'List the built-in scenarios, or print one as a file to start from')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a metric, its formula and what other tools mean by the name, or a stage''s verdict')
            [CompletionResult]::new('part', 'part', [CompletionResultType]::ParameterValue, 'Send one share of a load (run by the pods of `llmd bench --in-cluster`)')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;bench;compare' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names [default: inference-scheduling]')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one''s gateway')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model that requests name [default: the one that the stack serves]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf''s configuration, or the guide''s config.yaml')
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf''s configuration, or the guide''s config.yaml')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf''s configuration, or the guide''s config.yaml')
            [CompletionResult]::new('--workload', '--workload', [CompletionResultType]::ParameterName, 'Which workload of a config.yaml that has several')
            [CompletionResult]::new('--stages', '--stages', [CompletionResultType]::ParameterName, 'Other stages: 10x30s (requests a second x time), 5..20x60s (a ramp), c16x400 (at once x requests); `warm:` before one leaves it out of the overall figures')
            [CompletionResult]::new('--arrivals', '--arrivals', [CompletionResultType]::ParameterName, 'When requests come: poisson, poisson-exact, constant, gamma:SHAPE')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Any key of the scenario, as `--set workload.groups=20`; repeatable')
            [CompletionResult]::new('--scale', '--scale', [CompletionResultType]::ParameterName, 'Multiply all token counts by this, for servers with as much less KV cache; those of --virtual follow')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Another seed: other prompts, lengths and arrivals')
            [CompletionResult]::new('--slo', '--slo', [CompletionResultType]::ParameterName, 'What a good request meets: ttft=2s,tpot=100ms,e2e=30s; with share=95% a run that misses it ends with exit 5')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'The model''s tokenizer.json, for prompts of exactly so many of its tokens [default: about 4 characters a token]')
            [CompletionResult]::new('--arm', '--arm', [CompletionResultType]::ParameterName, 'An arm: its name, and the URLs that are asked in turn; twice [default: round robin, and scheduler]')
            [CompletionResult]::new('--repeats', '--repeats', [CompletionResultType]::ParameterName, 'How often each arm is asked')
            [CompletionResult]::new('--replicas', '--replicas', [CompletionResultType]::ParameterName, 'Model servers [default: 8]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'What each runs on [default: h100-tp2-qwen3-32b]')
            [CompletionResult]::new('--kv-tokens', '--kv-tokens', [CompletionResultType]::ParameterName, 'Tokens that each server''s KV cache holds [default: as its profile, times --scale]')
            [CompletionResult]::new('--slow', '--slow', [CompletionResultType]::ParameterName, 'Make the first server so many times slower, 0.01 to 1000')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Who decides: default, upstream-default, round-robin, random, least-request, or an EndpointPickerConfig file; twice to compare two')
            [CompletionResult]::new('--save', '--save', [CompletionResultType]::ParameterName, 'Folder for the comparison and for each run''s report, in every format')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--virtual', '--virtual', [CompletionResultType]::ParameterName, 'Play it on a virtual clock: simulated servers, the scheduler''s own code, no requests')
            [CompletionResult]::new('--warm', '--warm', [CompletionResultType]::ParameterName, 'Leave the servers'' caches as they are')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;bench;report' {
            [CompletionResult]::new('--save', '--save', [CompletionResultType]::ParameterName, 'Folder for the page and the comparison')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--different', '--different', [CompletionResultType]::ParameterName, 'Compare them although they were asked different things')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;bench;policies' {
            [CompletionResult]::new('--case', '--case', [CompletionResultType]::ParameterName, 'Only this load: ladder, slow-replica, 64-replicas, zipf, no-prefix; repeatable')
            [CompletionResult]::new('--seeds', '--seeds', [CompletionResultType]::ParameterName, 'Seeds 1 to N')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;bench;scenarios' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the list is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the list is printed')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;bench;explain' {
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;bench;part' {
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'The scenario, as JSON')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'url')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'model')
            [CompletionResult]::new('--index', '--index', [CompletionResultType]::ParameterName, 'Which share')
            [CompletionResult]::new('--of', '--of', [CompletionResultType]::ParameterName, 'How many shares there are')
            [CompletionResult]::new('--start-at', '--start-at', [CompletionResultType]::ParameterName, 'When all of them begin')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;bench;help' {
            [CompletionResult]::new('compare', 'compare', [CompletionResultType]::ParameterValue, 'Compare two ways to the same servers: by default plain round robin and the scheduler')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Show a saved run, or compare two')
            [CompletionResult]::new('policies', 'policies', [CompletionResultType]::ParameterValue, 'Measure the scheduler''s policy against upstream''s and round robin on the virtual clock, and judge its promises')
            [CompletionResult]::new('scenarios', 'scenarios', [CompletionResultType]::ParameterValue, 'List the built-in scenarios, or print one as a file to start from')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a metric, its formula and what other tools mean by the name, or a stage''s verdict')
            [CompletionResult]::new('part', 'part', [CompletionResultType]::ParameterValue, 'Send one share of a load (run by the pods of `llmd bench --in-cluster`)')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;bench;help;compare' {
            break
        }
        'llmd;bench;help;report' {
            break
        }
        'llmd;bench;help;policies' {
            break
        }
        'llmd;bench;help;scenarios' {
            break
        }
        'llmd;bench;help;explain' {
            break
        }
        'llmd;bench;help;part' {
            break
        }
        'llmd;bench;help;help' {
            break
        }
        'llmd;demo' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Which load both are compared under; see `llmd bench scenarios`')
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'Which load both are compared under; see `llmd bench scenarios`')
            [CompletionResult]::new('--save', '--save', [CompletionResultType]::ParameterName, 'Folder for the reports [default: one of its own below llmd/reports in the user''s state folder]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the stack''s names')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leave the stack running')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;doctor' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value: `--set ms.decode.replicas=4`; repeatable')
            [CompletionResult]::new('--set-string', '--set-string', [CompletionResultType]::ParameterName, 'Set a value that stays a text')
            [CompletionResult]::new('--set-file', '--set-file', [CompletionResultType]::ParameterName, 'Set a value to the content of a file')
            [CompletionResult]::new('--set-json', '--set-json', [CompletionResultType]::ParameterName, 'Set a value written as JSON')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Model to serve (modelArtifacts.name and .uri)')
            [CompletionResult]::new('--replicas', '--replicas', [CompletionResultType]::ParameterName, 'Model servers (ms.decode.replicas)')
            [CompletionResult]::new('--tensor-parallel', '--tensor-parallel', [CompletionResultType]::ParameterName, 'Accelerators of a model server (ms.decode.parallelism.tensor)')
            [CompletionResult]::new('--scheduler-image', '--scheduler-image', [CompletionResultType]::ParameterName, 'Image of the endpoint picker (gaie.inferenceExtension.image)')
            [CompletionResult]::new('--simulate', '--simulate', [CompletionResultType]::ParameterName, 'Simulators in the place of the model servers: no accelerator, no token, on any cluster')
            [CompletionResult]::new('--no-fix', '--no-fix', [CompletionResultType]::ParameterName, 'Turn one fix off (see `llmd fixes`); repeatable')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Run these checks only; see --list')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'Leave these checks out')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--as-upstream', '--as-upstream', [CompletionResultType]::ParameterName, 'Render exactly what Helm renders for the guide: no fixes')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the checks and run none')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;crds' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show each CRD: what is needed, what is there, and what mends it')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show only what is missing or differs')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;crds;status' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value: `--set ms.decode.replicas=4`; repeatable')
            [CompletionResult]::new('--set-string', '--set-string', [CompletionResultType]::ParameterName, 'Set a value that stays a text')
            [CompletionResult]::new('--set-file', '--set-file', [CompletionResultType]::ParameterName, 'Set a value to the content of a file')
            [CompletionResult]::new('--set-json', '--set-json', [CompletionResultType]::ParameterName, 'Set a value written as JSON')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Model to serve (modelArtifacts.name and .uri)')
            [CompletionResult]::new('--replicas', '--replicas', [CompletionResultType]::ParameterName, 'Model servers (ms.decode.replicas)')
            [CompletionResult]::new('--tensor-parallel', '--tensor-parallel', [CompletionResultType]::ParameterName, 'Accelerators of a model server (ms.decode.parallelism.tensor)')
            [CompletionResult]::new('--scheduler-image', '--scheduler-image', [CompletionResultType]::ParameterName, 'Image of the endpoint picker (gaie.inferenceExtension.image)')
            [CompletionResult]::new('--simulate', '--simulate', [CompletionResultType]::ParameterName, 'Simulators in the place of the model servers: no accelerator, no token, on any cluster')
            [CompletionResult]::new('--no-fix', '--no-fix', [CompletionResultType]::ParameterName, 'Turn one fix off (see `llmd fixes`); repeatable')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--as-upstream', '--as-upstream', [CompletionResultType]::ParameterName, 'Render exactly what Helm renders for the guide: no fixes')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;crds;diff' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value: `--set ms.decode.replicas=4`; repeatable')
            [CompletionResult]::new('--set-string', '--set-string', [CompletionResultType]::ParameterName, 'Set a value that stays a text')
            [CompletionResult]::new('--set-file', '--set-file', [CompletionResultType]::ParameterName, 'Set a value to the content of a file')
            [CompletionResult]::new('--set-json', '--set-json', [CompletionResultType]::ParameterName, 'Set a value written as JSON')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Model to serve (modelArtifacts.name and .uri)')
            [CompletionResult]::new('--replicas', '--replicas', [CompletionResultType]::ParameterName, 'Model servers (ms.decode.replicas)')
            [CompletionResult]::new('--tensor-parallel', '--tensor-parallel', [CompletionResultType]::ParameterName, 'Accelerators of a model server (ms.decode.parallelism.tensor)')
            [CompletionResult]::new('--scheduler-image', '--scheduler-image', [CompletionResultType]::ParameterName, 'Image of the endpoint picker (gaie.inferenceExtension.image)')
            [CompletionResult]::new('--simulate', '--simulate', [CompletionResultType]::ParameterName, 'Simulators in the place of the model servers: no accelerator, no token, on any cluster')
            [CompletionResult]::new('--no-fix', '--no-fix', [CompletionResultType]::ParameterName, 'Turn one fix off (see `llmd fixes`); repeatable')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--as-upstream', '--as-upstream', [CompletionResultType]::ParameterName, 'Render exactly what Helm renders for the guide: no fixes')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;crds;help' {
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show each CRD: what is needed, what is there, and what mends it')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show only what is missing or differs')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;crds;help;status' {
            break
        }
        'llmd;crds;help;diff' {
            break
        }
        'llmd;crds;help;help' {
            break
        }
        'llmd;secret' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('hf-token', 'hf-token', [CompletionResultType]::ParameterValue, 'Store the token for Hugging Face where the model servers look for it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;secret;hf-token' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value: `--set ms.decode.replicas=4`; repeatable')
            [CompletionResult]::new('--set-string', '--set-string', [CompletionResultType]::ParameterName, 'Set a value that stays a text')
            [CompletionResult]::new('--set-file', '--set-file', [CompletionResultType]::ParameterName, 'Set a value to the content of a file')
            [CompletionResult]::new('--set-json', '--set-json', [CompletionResultType]::ParameterName, 'Set a value written as JSON')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Model to serve (modelArtifacts.name and .uri)')
            [CompletionResult]::new('--replicas', '--replicas', [CompletionResultType]::ParameterName, 'Model servers (ms.decode.replicas)')
            [CompletionResult]::new('--tensor-parallel', '--tensor-parallel', [CompletionResultType]::ParameterName, 'Accelerators of a model server (ms.decode.parallelism.tensor)')
            [CompletionResult]::new('--scheduler-image', '--scheduler-image', [CompletionResultType]::ParameterName, 'Image of the endpoint picker (gaie.inferenceExtension.image)')
            [CompletionResult]::new('--simulate', '--simulate', [CompletionResultType]::ParameterName, 'Simulators in the place of the model servers: no accelerator, no token, on any cluster')
            [CompletionResult]::new('--no-fix', '--no-fix', [CompletionResultType]::ParameterName, 'Turn one fix off (see `llmd fixes`); repeatable')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--from-file', '--from-file', [CompletionResultType]::ParameterName, 'File that holds the token; `-` is standard input')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--as-upstream', '--as-upstream', [CompletionResultType]::ParameterName, 'Render exactly what Helm renders for the guide: no fixes')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Replace another token without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Replace another token without asking')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;secret;help' {
            [CompletionResult]::new('hf-token', 'hf-token', [CompletionResultType]::ParameterValue, 'Store the token for Hugging Face where the model servers look for it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;secret;help;hf-token' {
            break
        }
        'llmd;secret;help;help' {
            break
        }
        'llmd;destroy' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use [default: its current one]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long the API server may take to answer a request, in seconds [default: 60]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait until everything is gone [default: 5m; processes of `local` are killed after 15s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Delete without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Delete without asking')
            [CompletionResult]::new('--with-pvc', '--with-pvc', [CompletionResultType]::ParameterName, 'Delete the persistent volume claims that its pods use and no other pod does; what is stored in them may be lost')
            [CompletionResult]::new('--with-namespace', '--with-namespace', [CompletionResultType]::ParameterName, 'Delete the namespace with everything in it, also what is not of this deployment')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait until its pods, and what has finalizers, are gone; processes of `local` are waited for all the same')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;names' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value: `--set ms.decode.replicas=4`; repeatable')
            [CompletionResult]::new('--set-string', '--set-string', [CompletionResultType]::ParameterName, 'Set a value that stays a text')
            [CompletionResult]::new('--set-file', '--set-file', [CompletionResultType]::ParameterName, 'Set a value to the content of a file')
            [CompletionResult]::new('--set-json', '--set-json', [CompletionResultType]::ParameterName, 'Set a value written as JSON')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Model to serve (modelArtifacts.name and .uri)')
            [CompletionResult]::new('--replicas', '--replicas', [CompletionResultType]::ParameterName, 'Model servers (ms.decode.replicas)')
            [CompletionResult]::new('--tensor-parallel', '--tensor-parallel', [CompletionResultType]::ParameterName, 'Accelerators of a model server (ms.decode.parallelism.tensor)')
            [CompletionResult]::new('--scheduler-image', '--scheduler-image', [CompletionResultType]::ParameterName, 'Image of the endpoint picker (gaie.inferenceExtension.image)')
            [CompletionResult]::new('--simulate', '--simulate', [CompletionResultType]::ParameterName, 'Simulators in the place of the model servers: no accelerator, no token, on any cluster')
            [CompletionResult]::new('--no-fix', '--no-fix', [CompletionResultType]::ParameterName, 'Turn one fix off (see `llmd fixes`); repeatable')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--as-upstream', '--as-upstream', [CompletionResultType]::ParameterName, 'Render exactly what Helm renders for the guide: no fixes')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;image' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('build', 'build', [CompletionResultType]::ParameterValue, 'Pack a static binary as an OCI image')
            [CompletionResult]::new('push', 'push', [CompletionResultType]::ParameterValue, 'Send a built image to a registry')
            [CompletionResult]::new('save', 'save', [CompletionResultType]::ParameterValue, 'Write a built image to a file that `docker load`, `podman load` and `ctr images import` take')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;image;build' {
            [CompletionResult]::new('--binary', '--binary', [CompletionResultType]::ParameterName, 'The binary: static, for Linux')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder for the image, an OCI layout [default: llmd''s own, where push and save find it]')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Folder for the image, an OCI layout [default: llmd''s own, where push and save find it]')
            [CompletionResult]::new('--architecture', '--architecture', [CompletionResultType]::ParameterName, 'Processor that the image is for [default: this machine''s]')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Commit that the binary was built from (org.opencontainers.image.revision)')
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Where the source is (org.opencontainers.image.source)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;image;push' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Folder that `llmd image build -d` wrote [default: where build writes without it]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;image;save' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Folder that `llmd image build -d` wrote [default: where build writes without it]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the image once it is loaded [default: the one that `apply` deploys]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;image;help' {
            [CompletionResult]::new('build', 'build', [CompletionResultType]::ParameterValue, 'Pack a static binary as an OCI image')
            [CompletionResult]::new('push', 'push', [CompletionResultType]::ParameterValue, 'Send a built image to a registry')
            [CompletionResult]::new('save', 'save', [CompletionResultType]::ParameterValue, 'Write a built image to a file that `docker load`, `podman load` and `ctr images import` take')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;image;help;build' {
            break
        }
        'llmd;image;help;push' {
            break
        }
        'llmd;image;help;save' {
            break
        }
        'llmd;image;help;help' {
            break
        }
        'llmd;env' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the built-in environments')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the effective values of an environment, as `-f` takes them')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;env;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;env;show' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment: a name from `llmd env list`, or the path of a file of your own')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace [default: llm-d-inference-scheduler]')
            [CompletionResult]::new('--postfix', '--postfix', [CompletionResultType]::ParameterName, 'End of the release names, so that several stacks live side by side [default: inference-scheduling]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value: `--set ms.decode.replicas=4`; repeatable')
            [CompletionResult]::new('--set-string', '--set-string', [CompletionResultType]::ParameterName, 'Set a value that stays a text')
            [CompletionResult]::new('--set-file', '--set-file', [CompletionResultType]::ParameterName, 'Set a value to the content of a file')
            [CompletionResult]::new('--set-json', '--set-json', [CompletionResultType]::ParameterName, 'Set a value written as JSON')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Model to serve (modelArtifacts.name and .uri)')
            [CompletionResult]::new('--replicas', '--replicas', [CompletionResultType]::ParameterName, 'Model servers (ms.decode.replicas)')
            [CompletionResult]::new('--tensor-parallel', '--tensor-parallel', [CompletionResultType]::ParameterName, 'Accelerators of a model server (ms.decode.parallelism.tensor)')
            [CompletionResult]::new('--scheduler-image', '--scheduler-image', [CompletionResultType]::ParameterName, 'Image of the endpoint picker (gaie.inferenceExtension.image)')
            [CompletionResult]::new('--simulate', '--simulate', [CompletionResultType]::ParameterName, 'Simulators in the place of the model servers: no accelerator, no token, on any cluster')
            [CompletionResult]::new('--no-fix', '--no-fix', [CompletionResultType]::ParameterName, 'Turn one fix off (see `llmd fixes`); repeatable')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('--as-upstream', '--as-upstream', [CompletionResultType]::ParameterName, 'Render exactly what Helm renders for the guide: no fixes')
            [CompletionResult]::new('--origins', '--origins', [CompletionResultType]::ParameterName, 'Say for each value which layer set it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;env;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the built-in environments')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the effective values of an environment, as `-f` takes them')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;env;help;list' {
            break
        }
        'llmd;env;help;show' {
            break
        }
        'llmd;env;help;help' {
            break
        }
        'llmd;values' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of a values file, for editors')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a key: its type, its default, the keys below it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;values;schema' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;values;explain' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;values;help' {
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of a values file, for editors')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a key: its type, its default, the keys below it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;values;help;schema' {
            break
        }
        'llmd;values;help;explain' {
            break
        }
        'llmd;values;help;help' {
            break
        }
        'llmd;fixes' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the report is printed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;schema' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;exit-codes' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;local-process' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'llmd;help' {
            [CompletionResult]::new('render', 'render', [CompletionResultType]::ParameterValue, 'Print every object of an environment')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what `apply` would change, changing nothing')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Make the cluster what the environment says, and wait until it is ready')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show whether what is deployed is ready, and why not')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the releases of the guide''s charts, whoever installed them, and the stacks on this machine')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show every revision of a deployment''s releases, the latest last')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Print what was applied: manifests, values, notes')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Go back to what was deployed before, and wait until it is ready')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check by requests that a stack serves, that the picker decides, and that it routes as it should')
            [CompletionResult]::new('ask', 'ask', [CompletionResultType]::ParameterValue, 'Ask the model of a stack one question, by way of the front door')
            [CompletionResult]::new('connect', 'connect', [CompletionResultType]::ParameterValue, 'Keep the front door open on a port of this machine until Ctrl-C')
            [CompletionResult]::new('bench', 'bench', [CompletionResultType]::ParameterValue, 'Put load on a stack and report what came of it')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Bring up a stack on this machine, check it, compare it with round robin, and take it away')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check whether the cluster can take the stack, changing nothing')
            [CompletionResult]::new('crds', 'crds', [CompletionResultType]::ParameterValue, 'Compare the CRDs that an environment needs with those of the cluster')
            [CompletionResult]::new('secret', 'secret', [CompletionResultType]::ParameterValue, 'Make or change the Secrets that a stack reads')
            [CompletionResult]::new('destroy', 'destroy', [CompletionResultType]::ParameterValue, 'Take away what was applied, and nothing else')
            [CompletionResult]::new('names', 'names', [CompletionResultType]::ParameterValue, 'List the names that a stack will have, pods and proxies included, with their lengths and limits')
            [CompletionResult]::new('image', 'image', [CompletionResultType]::ParameterValue, 'Build images without a container runtime, and push or save them')
            [CompletionResult]::new('env', 'env', [CompletionResultType]::ParameterValue, 'List the environments, or show the values of one')
            [CompletionResult]::new('values', 'values', [CompletionResultType]::ParameterValue, 'Explain the values that can be set')
            [CompletionResult]::new('fixes', 'fixes', [CompletionResultType]::ParameterValue, 'List the defects of the guide that llmd mends by default')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of a report, or list the reports that there are')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell, or the man page')
            [CompletionResult]::new('exit-codes', 'exit-codes', [CompletionResultType]::ParameterValue, 'What the exit codes mean')
            [CompletionResult]::new('local-process', 'local-process', [CompletionResultType]::ParameterValue, 'Be a process of a local stack')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'llmd;help;render' {
            break
        }
        'llmd;help;diff' {
            break
        }
        'llmd;help;apply' {
            break
        }
        'llmd;help;status' {
            break
        }
        'llmd;help;list' {
            break
        }
        'llmd;help;history' {
            break
        }
        'llmd;help;get' {
            [CompletionResult]::new('manifest', 'manifest', [CompletionResultType]::ParameterValue, 'Print the objects as they were applied; what Secrets hold, and what looks like a token, is hidden')
            [CompletionResult]::new('values', 'values', [CompletionResultType]::ParameterValue, 'Print the values that were given over the charts'' own, as `-f` takes them again')
            [CompletionResult]::new('notes', 'notes', [CompletionResultType]::ParameterValue, 'Print the charts'' notes, where helm recorded any')
            break
        }
        'llmd;help;get;manifest' {
            break
        }
        'llmd;help;get;values' {
            break
        }
        'llmd;help;get;notes' {
            break
        }
        'llmd;help;rollback' {
            break
        }
        'llmd;help;verify' {
            break
        }
        'llmd;help;ask' {
            break
        }
        'llmd;help;connect' {
            break
        }
        'llmd;help;bench' {
            [CompletionResult]::new('compare', 'compare', [CompletionResultType]::ParameterValue, 'Compare two ways to the same servers: by default plain round robin and the scheduler')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Show a saved run, or compare two')
            [CompletionResult]::new('policies', 'policies', [CompletionResultType]::ParameterValue, 'Measure the scheduler''s policy against upstream''s and round robin on the virtual clock, and judge its promises')
            [CompletionResult]::new('scenarios', 'scenarios', [CompletionResultType]::ParameterValue, 'List the built-in scenarios, or print one as a file to start from')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a metric, its formula and what other tools mean by the name, or a stage''s verdict')
            [CompletionResult]::new('part', 'part', [CompletionResultType]::ParameterValue, 'Send one share of a load (run by the pods of `llmd bench --in-cluster`)')
            break
        }
        'llmd;help;bench;compare' {
            break
        }
        'llmd;help;bench;report' {
            break
        }
        'llmd;help;bench;policies' {
            break
        }
        'llmd;help;bench;scenarios' {
            break
        }
        'llmd;help;bench;explain' {
            break
        }
        'llmd;help;bench;part' {
            break
        }
        'llmd;help;demo' {
            break
        }
        'llmd;help;doctor' {
            break
        }
        'llmd;help;crds' {
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show each CRD: what is needed, what is there, and what mends it')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show only what is missing or differs')
            break
        }
        'llmd;help;crds;status' {
            break
        }
        'llmd;help;crds;diff' {
            break
        }
        'llmd;help;secret' {
            [CompletionResult]::new('hf-token', 'hf-token', [CompletionResultType]::ParameterValue, 'Store the token for Hugging Face where the model servers look for it')
            break
        }
        'llmd;help;secret;hf-token' {
            break
        }
        'llmd;help;destroy' {
            break
        }
        'llmd;help;names' {
            break
        }
        'llmd;help;image' {
            [CompletionResult]::new('build', 'build', [CompletionResultType]::ParameterValue, 'Pack a static binary as an OCI image')
            [CompletionResult]::new('push', 'push', [CompletionResultType]::ParameterValue, 'Send a built image to a registry')
            [CompletionResult]::new('save', 'save', [CompletionResultType]::ParameterValue, 'Write a built image to a file that `docker load`, `podman load` and `ctr images import` take')
            break
        }
        'llmd;help;image;build' {
            break
        }
        'llmd;help;image;push' {
            break
        }
        'llmd;help;image;save' {
            break
        }
        'llmd;help;env' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the built-in environments')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the effective values of an environment, as `-f` takes them')
            break
        }
        'llmd;help;env;list' {
            break
        }
        'llmd;help;env;show' {
            break
        }
        'llmd;help;values' {
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of a values file, for editors')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a key: its type, its default, the keys below it')
            break
        }
        'llmd;help;values;schema' {
            break
        }
        'llmd;help;values;explain' {
            break
        }
        'llmd;help;fixes' {
            break
        }
        'llmd;help;schema' {
            break
        }
        'llmd;help;completions' {
            break
        }
        'llmd;help;exit-codes' {
            break
        }
        'llmd;help;local-process' {
            break
        }
        'llmd;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
