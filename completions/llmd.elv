
use builtin;
use str;

set edit:completion:arg-completer[llmd] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'llmd'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'llmd'= {
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand render 'Print every object of an environment'
            cand apply 'Make the cluster what the environment says, and wait until it is ready'
            cand status 'Show whether what is deployed is ready, and why not'
            cand list 'List the releases of the guide''s charts, whoever installed them, and the stacks on this machine'
            cand verify 'Check by requests that a stack serves, that the picker decides, and that it routes as it should'
            cand ask 'Ask the model of a stack one question, by way of the front door'
            cand connect 'Keep the front door open on a port of this machine until Ctrl-C'
            cand destroy 'Take away what was applied, and nothing else'
            cand names 'List the names that a stack will have, pods and proxies included, with their lengths and limits'
            cand env 'List the environments, or show the values of one'
            cand values 'Explain the values that can be set'
            cand fixes 'List the defects of the guide that llmd mends by default'
            cand completions 'Print the completion script of a shell, or the man page'
            cand exit-codes 'What the exit codes mean'
            cand local-process 'Be a process of a local stack'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;render'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand -f 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable'
            cand --values 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable'
            cand --set 'Set a value: `--set ms.decode.replicas=4`; repeatable'
            cand --set-string 'Set a value that stays a text'
            cand --set-file 'Set a value to the content of a file'
            cand --set-json 'Set a value written as JSON'
            cand --model 'Model to serve (modelArtifacts.name and .uri)'
            cand --replicas 'Model servers (ms.decode.replicas)'
            cand --tensor-parallel 'Accelerators of a model server (ms.decode.parallelism.tensor)'
            cand --scheduler-image 'Image of the endpoint picker (gaie.inferenceExtension.image)'
            cand --no-fix 'Turn one fix off (see `llmd fixes`); repeatable'
            cand -o 'Form of the output'
            cand --output 'Form of the output'
            cand --only 'Only this part'
            cand --release-name 'Release name of the part that `--only` names'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --as-upstream 'Render exactly what Helm renders for the guide: no fixes'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;apply'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand -f 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable'
            cand --values 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable'
            cand --set 'Set a value: `--set ms.decode.replicas=4`; repeatable'
            cand --set-string 'Set a value that stays a text'
            cand --set-file 'Set a value to the content of a file'
            cand --set-json 'Set a value written as JSON'
            cand --model 'Model to serve (modelArtifacts.name and .uri)'
            cand --replicas 'Model servers (ms.decode.replicas)'
            cand --tensor-parallel 'Accelerators of a model server (ms.decode.parallelism.tensor)'
            cand --scheduler-image 'Image of the endpoint picker (gaie.inferenceExtension.image)'
            cand --no-fix 'Turn one fix off (see `llmd fixes`); repeatable'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --timeout 'How long to wait until everything is ready [default: what the startup probes allow, and 15m for images]'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --as-upstream 'Render exactly what Helm renders for the guide: no fixes'
            cand -y 'Apply without asking'
            cand --yes 'Apply without asking'
            cand --no-wait 'Do not wait until everything is ready'
            cand --take-ownership 'Take over objects and fields that belong to somebody else'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;status'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;list'= {
            cand -e '`local` lists the stacks on this machine and nothing else; any other, the cluster alone [default: both]'
            cand --environment '`local` lists the stacks on this machine and nothing else; any other, the cluster alone [default: both]'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -A 'Look into every namespace, whatever else names one'
            cand --all-namespaces 'Look into every namespace, whatever else names one'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;verify'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand --url 'A front door that can be reached already, such as a port-forward; no environment is looked at then'
            cand --model 'The model that requests name [default: the one that the stack serves]'
            cand --only 'Run these checks only; see --list'
            cand --skip 'Leave these checks out'
            cand --max-ttft 'What the first token of an answer may take, such as 500ms; not checked without'
            cand --timeout 'What each request may take'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --list 'List the checks and run none'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;ask'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand --url 'A front door that can be reached already, such as a port-forward; no environment is looked at then'
            cand --model 'The model that requests name [default: the one that the stack serves]'
            cand --max-tokens 'Tokens of the answer, at most'
            cand --system 'What the model is told before the question'
            cand -o 'How the answer is printed: its text, or one JSON object'
            cand --output 'How the answer is printed: its text, or one JSON object'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;connect'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand --url 'A front door that can be reached already, such as a port-forward; no environment is looked at then'
            cand --model 'The model that requests name [default: the one that the stack serves]'
            cand --port 'Port on 127.0.0.1; 0 takes a free one'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;destroy'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --timeout 'How long to wait until everything is gone [default: 5m; processes of `local` are killed after 15s]'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -y 'Delete without asking'
            cand --yes 'Delete without asking'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;names'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand -f 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable'
            cand --values 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable'
            cand --set 'Set a value: `--set ms.decode.replicas=4`; repeatable'
            cand --set-string 'Set a value that stays a text'
            cand --set-file 'Set a value to the content of a file'
            cand --set-json 'Set a value written as JSON'
            cand --model 'Model to serve (modelArtifacts.name and .uri)'
            cand --replicas 'Model servers (ms.decode.replicas)'
            cand --tensor-parallel 'Accelerators of a model server (ms.decode.parallelism.tensor)'
            cand --scheduler-image 'Image of the endpoint picker (gaie.inferenceExtension.image)'
            cand --no-fix 'Turn one fix off (see `llmd fixes`); repeatable'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --as-upstream 'Render exactly what Helm renders for the guide: no fixes'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;env'= {
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List the built-in environments'
            cand show 'Show the effective values of an environment, as `-f` takes them'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;env;list'= {
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;env;show'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand -f 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable'
            cand --values 'Values keyed by part (infra, gaie, ms), or a chart''s own file: `-f ms=values.yaml`; repeatable'
            cand --set 'Set a value: `--set ms.decode.replicas=4`; repeatable'
            cand --set-string 'Set a value that stays a text'
            cand --set-file 'Set a value to the content of a file'
            cand --set-json 'Set a value written as JSON'
            cand --model 'Model to serve (modelArtifacts.name and .uri)'
            cand --replicas 'Model servers (ms.decode.replicas)'
            cand --tensor-parallel 'Accelerators of a model server (ms.decode.parallelism.tensor)'
            cand --scheduler-image 'Image of the endpoint picker (gaie.inferenceExtension.image)'
            cand --no-fix 'Turn one fix off (see `llmd fixes`); repeatable'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --as-upstream 'Render exactly what Helm renders for the guide: no fixes'
            cand --origins 'Say for each value which layer set it'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;env;help'= {
            cand list 'List the built-in environments'
            cand show 'Show the effective values of an environment, as `-f` takes them'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;env;help;list'= {
        }
        &'llmd;env;help;show'= {
        }
        &'llmd;env;help;help'= {
        }
        &'llmd;values'= {
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand schema 'Print the JSON Schema of a values file, for editors'
            cand explain 'Explain a key: its type, its default, the keys below it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;values;schema'= {
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;values;explain'= {
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;values;help'= {
            cand schema 'Print the JSON Schema of a values file, for editors'
            cand explain 'Explain a key: its type, its default, the keys below it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;values;help;schema'= {
        }
        &'llmd;values;help;explain'= {
        }
        &'llmd;values;help;help'= {
        }
        &'llmd;fixes'= {
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;completions'= {
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;exit-codes'= {
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;local-process'= {
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;help'= {
            cand render 'Print every object of an environment'
            cand apply 'Make the cluster what the environment says, and wait until it is ready'
            cand status 'Show whether what is deployed is ready, and why not'
            cand list 'List the releases of the guide''s charts, whoever installed them, and the stacks on this machine'
            cand verify 'Check by requests that a stack serves, that the picker decides, and that it routes as it should'
            cand ask 'Ask the model of a stack one question, by way of the front door'
            cand connect 'Keep the front door open on a port of this machine until Ctrl-C'
            cand destroy 'Take away what was applied, and nothing else'
            cand names 'List the names that a stack will have, pods and proxies included, with their lengths and limits'
            cand env 'List the environments, or show the values of one'
            cand values 'Explain the values that can be set'
            cand fixes 'List the defects of the guide that llmd mends by default'
            cand completions 'Print the completion script of a shell, or the man page'
            cand exit-codes 'What the exit codes mean'
            cand local-process 'Be a process of a local stack'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;help;render'= {
        }
        &'llmd;help;apply'= {
        }
        &'llmd;help;status'= {
        }
        &'llmd;help;list'= {
        }
        &'llmd;help;verify'= {
        }
        &'llmd;help;ask'= {
        }
        &'llmd;help;connect'= {
        }
        &'llmd;help;destroy'= {
        }
        &'llmd;help;names'= {
        }
        &'llmd;help;env'= {
            cand list 'List the built-in environments'
            cand show 'Show the effective values of an environment, as `-f` takes them'
        }
        &'llmd;help;env;list'= {
        }
        &'llmd;help;env;show'= {
        }
        &'llmd;help;values'= {
            cand schema 'Print the JSON Schema of a values file, for editors'
            cand explain 'Explain a key: its type, its default, the keys below it'
        }
        &'llmd;help;values;schema'= {
        }
        &'llmd;help;values;explain'= {
        }
        &'llmd;help;fixes'= {
        }
        &'llmd;help;completions'= {
        }
        &'llmd;help;exit-codes'= {
        }
        &'llmd;help;local-process'= {
        }
        &'llmd;help;help'= {
        }
    ]
    $completions[$command]
}
