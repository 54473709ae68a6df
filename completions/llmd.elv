
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
            cand diff 'Show what `apply` would change, changing nothing'
            cand apply 'Make the cluster what the environment says, and wait until it is ready'
            cand status 'Show whether what is deployed is ready, and why not'
            cand list 'List the releases of the guide''s charts, whoever installed them, and the stacks on this machine'
            cand history 'Show every revision of a deployment''s releases, the latest last'
            cand get 'Print what was applied: manifests, values, notes'
            cand rollback 'Go back to what was deployed before, and wait until it is ready'
            cand verify 'Check by requests that a stack serves, that the picker decides, and that it routes as it should'
            cand ask 'Ask the model of a stack one question, by way of the front door'
            cand connect 'Keep the front door open on a port of this machine until Ctrl-C'
            cand bench 'Put load on a stack and report what came of it'
            cand demo 'Bring up a stack on this machine, check it, compare it with round robin, and take it away'
            cand doctor 'Check whether the cluster can take the stack, changing nothing'
            cand crds 'Compare the CRDs that an environment needs with those of the cluster'
            cand secret 'Make or change the Secrets that a stack reads'
            cand destroy 'Take away what was applied, and nothing else'
            cand names 'List the names that a stack will have, pods and proxies included, with their lengths and limits'
            cand image 'Build images without a container runtime, and push or save them'
            cand env 'List the environments, or show the values of one'
            cand values 'Explain the values that can be set'
            cand fixes 'List the defects of the guide that llmd mends by default'
            cand schema 'Print the JSON Schema of a report, or list the reports that there are'
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
            cand --simulate 'Simulators in the place of the model servers: no accelerator, no token, on any cluster'
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
        &'llmd;diff'= {
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
            cand --simulate 'Simulators in the place of the model servers: no accelerator, no token, on any cluster'
            cand --no-fix 'Turn one fix off (see `llmd fixes`); repeatable'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --take-over 'Take over one field, and what is in it: `Deployment/NAME:spec.replicas`; repeatable'
            cand --save 'Save the plan, so that `llmd apply FILE` does this and nothing else'
            cand -o 'How the differences are printed'
            cand --output 'How the differences are printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --as-upstream 'Render exactly what Helm renders for the guide: no fixes'
            cand --take-ownership 'Take over objects and fields that belong to somebody else'
            cand --exit-code 'Exit with 3 when there are differences'
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
            cand --simulate 'Simulators in the place of the model servers: no accelerator, no token, on any cluster'
            cand --no-fix 'Turn one fix off (see `llmd fixes`); repeatable'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --timeout 'How long to wait until everything is ready [default: what the startup probes allow, and 15m for images]'
            cand --take-over 'Take over one field, and what is in it: `Deployment/NAME:spec.replicas`; repeatable'
            cand --history-max 'How many revisions of a release are kept; 0 keeps all'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --as-upstream 'Render exactly what Helm renders for the guide: no fixes'
            cand -y 'Apply without asking'
            cand --yes 'Apply without asking'
            cand --no-wait 'Do not wait until everything is ready'
            cand --take-ownership 'Take over objects and fields that belong to somebody else'
            cand --recreate 'Delete and make anew what cannot be changed in place'
            cand --skip-preflight 'Do not look beforehand whether the cluster can take the stack (see `llmd doctor`)'
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
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -w 'Look again every two seconds: redrawn on a terminal, a line for each change elsewhere'
            cand --watch 'Look again every two seconds: redrawn on a terminal, a line for each change elsewhere'
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
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
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
        &'llmd;history'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --release 'Only this release, by its name or part'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;get'= {
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand manifest 'Print the objects as they were applied; what Secrets hold, and what looks like a token, is hidden'
            cand values 'Print the values that were given over the charts'' own, as `-f` takes them again'
            cand notes 'Print the charts'' notes, where helm recorded any'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;get;manifest'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --release 'Only this release, by its name or part'
            cand --revision 'This revision of the release [default: the latest]'
            cand -o 'How it is printed'
            cand --output 'How it is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --show-secrets 'Print what is hidden otherwise'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;get;values'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --release 'Only this release, by its name or part'
            cand --revision 'This revision of the release [default: the latest]'
            cand -o 'How it is printed'
            cand --output 'How it is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;get;notes'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --release 'Only this release, by its name or part'
            cand --revision 'This revision of the release [default: the latest]'
            cand -o 'How it is printed'
            cand --output 'How it is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;get;help'= {
            cand manifest 'Print the objects as they were applied; what Secrets hold, and what looks like a token, is hidden'
            cand values 'Print the values that were given over the charts'' own, as `-f` takes them again'
            cand notes 'Print the charts'' notes, where helm recorded any'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;get;help;manifest'= {
        }
        &'llmd;get;help;values'= {
        }
        &'llmd;get;help;notes'= {
        }
        &'llmd;get;help;help'= {
        }
        &'llmd;rollback'= {
            cand --release 'Only this release, by its name or part'
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --timeout 'How long to wait until everything is ready [default: what the startup probes allow, and 15m for images]'
            cand --take-over 'Take over one field, and what is in it: `Deployment/NAME:spec.replicas`; repeatable'
            cand --history-max 'How many revisions of a release are kept; 0 keeps all'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -y 'Go back without asking'
            cand --yes 'Go back without asking'
            cand --no-wait 'Do not wait until everything is ready'
            cand --take-ownership 'Take over objects and fields that belong to somebody else'
            cand --recreate 'Delete and make anew what cannot be changed in place'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;verify'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names [default: inference-scheduling]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --url 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one''s gateway'
            cand --model 'The model that requests name [default: the one that the stack serves]'
            cand --only 'Run these checks only; see --list'
            cand --skip 'Leave these checks out'
            cand --max-ttft 'What the first token of an answer may take, such as 500ms; not checked without'
            cand --timeout 'What each request may take'
            cand --seed 'From which the prompts are made, to ask the same again [default: another each time]'
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
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names [default: inference-scheduling]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --url 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one''s gateway'
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
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names [default: inference-scheduling]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --url 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one''s gateway'
            cand --model 'The model that requests name [default: the one that the stack serves]'
            cand --port 'Port on 127.0.0.1; 0 takes a free one'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;bench'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names [default: inference-scheduling]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --url 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one''s gateway'
            cand --model 'The model that requests name [default: the one that the stack serves]'
            cand -c 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf''s configuration, or the guide''s config.yaml'
            cand --scenario 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf''s configuration, or the guide''s config.yaml'
            cand --config 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf''s configuration, or the guide''s config.yaml'
            cand --workload 'Which workload of a config.yaml that has several'
            cand --stages 'Other stages: 10x30s (requests a second x time), 5..20x60s (a ramp), c16x400 (at once x requests); `warm:` before one leaves it out of the overall figures'
            cand --arrivals 'When requests come: poisson, poisson-exact, constant, gamma:SHAPE'
            cand --set 'Any key of the scenario, as `--set workload.groups=20`; repeatable'
            cand --scale 'Multiply all token counts by this, for servers with as much less KV cache; those of --virtual follow'
            cand --seed 'Another seed: other prompts, lengths and arrivals'
            cand --slo 'What a good request meets: ttft=2s,tpot=100ms,e2e=30s; with share=95% a run that misses it ends with exit 5'
            cand --tokenizer 'The model''s tokenizer.json, for prompts of exactly so many of its tokens [default: about 4 characters a token]'
            cand --replicas 'Model servers [default: 8]'
            cand --profile 'What each runs on [default: h100-tp2-qwen3-32b]'
            cand --kv-tokens 'Tokens that each server''s KV cache holds [default: as its profile, times --scale]'
            cand --slow 'Make the first server so many times slower, 0.01 to 1000'
            cand --policy 'Who decides: default, upstream-default, round-robin, random, least-request, or an EndpointPickerConfig file; twice to compare two'
            cand --in-cluster 'Send the load from so many pods of a Job in the cluster, merged exactly [default: 4]; caches stay as they are'
            cand --image 'The image of llmd that the pods run [default: the one that `llmd image push llmd` pushes where none is named]'
            cand --start-in 'What pods may take to start: all of them begin that much later'
            cand --find 'Search on the virtual clock: how high a rate so many replicas bear, or how many replicas --rate needs'
            cand --rate 'Requests or conversations a second, for --find replicas'
            cand --save 'Folder for the report in every format: page, JSON, CSV, requests, benchmark report'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --virtual 'Play it on a virtual clock: simulated servers, the scheduler''s own code, no requests'
            cand --warm 'Leave the servers'' caches as they are'
            cand --dry-run 'Tell what would be sent, and send nothing'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand compare 'Compare two ways to the same servers: by default plain round robin and the scheduler'
            cand report 'Show a saved run, or compare two'
            cand policies 'Measure the scheduler''s policy against upstream''s and round robin on the virtual clock, and judge its promises'
            cand scenarios 'List the built-in scenarios, or print one as a file to start from'
            cand explain 'Explain a metric, its formula and what other tools mean by the name, or a stage''s verdict'
            cand part 'Send one share of a load (run by the pods of `llmd bench --in-cluster`)'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;bench;compare'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names [default: inference-scheduling]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --url 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one''s gateway'
            cand --model 'The model that requests name [default: the one that the stack serves]'
            cand -c 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf''s configuration, or the guide''s config.yaml'
            cand --scenario 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf''s configuration, or the guide''s config.yaml'
            cand --config 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf''s configuration, or the guide''s config.yaml'
            cand --workload 'Which workload of a config.yaml that has several'
            cand --stages 'Other stages: 10x30s (requests a second x time), 5..20x60s (a ramp), c16x400 (at once x requests); `warm:` before one leaves it out of the overall figures'
            cand --arrivals 'When requests come: poisson, poisson-exact, constant, gamma:SHAPE'
            cand --set 'Any key of the scenario, as `--set workload.groups=20`; repeatable'
            cand --scale 'Multiply all token counts by this, for servers with as much less KV cache; those of --virtual follow'
            cand --seed 'Another seed: other prompts, lengths and arrivals'
            cand --slo 'What a good request meets: ttft=2s,tpot=100ms,e2e=30s; with share=95% a run that misses it ends with exit 5'
            cand --tokenizer 'The model''s tokenizer.json, for prompts of exactly so many of its tokens [default: about 4 characters a token]'
            cand --arm 'An arm: its name, and the URLs that are asked in turn; twice [default: round robin, and scheduler]'
            cand --repeats 'How often each arm is asked'
            cand --replicas 'Model servers [default: 8]'
            cand --profile 'What each runs on [default: h100-tp2-qwen3-32b]'
            cand --kv-tokens 'Tokens that each server''s KV cache holds [default: as its profile, times --scale]'
            cand --slow 'Make the first server so many times slower, 0.01 to 1000'
            cand --policy 'Who decides: default, upstream-default, round-robin, random, least-request, or an EndpointPickerConfig file; twice to compare two'
            cand --save 'Folder for the comparison and for each run''s report, in every format'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --virtual 'Play it on a virtual clock: simulated servers, the scheduler''s own code, no requests'
            cand --warm 'Leave the servers'' caches as they are'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;bench;report'= {
            cand --save 'Folder for the page and the comparison'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --different 'Compare them although they were asked different things'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;bench;policies'= {
            cand --case 'Only this load: ladder, slow-replica, 64-replicas, zipf, no-prefix; repeatable'
            cand --seeds 'Seeds 1 to N'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;bench;scenarios'= {
            cand -o 'How the list is printed'
            cand --output 'How the list is printed'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;bench;explain'= {
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;bench;part'= {
            cand --scenario 'The scenario, as JSON'
            cand --url 'url'
            cand --model 'model'
            cand --index 'Which share'
            cand --of 'How many shares there are'
            cand --start-at 'When all of them begin'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;bench;help'= {
            cand compare 'Compare two ways to the same servers: by default plain round robin and the scheduler'
            cand report 'Show a saved run, or compare two'
            cand policies 'Measure the scheduler''s policy against upstream''s and round robin on the virtual clock, and judge its promises'
            cand scenarios 'List the built-in scenarios, or print one as a file to start from'
            cand explain 'Explain a metric, its formula and what other tools mean by the name, or a stage''s verdict'
            cand part 'Send one share of a load (run by the pods of `llmd bench --in-cluster`)'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;bench;help;compare'= {
        }
        &'llmd;bench;help;report'= {
        }
        &'llmd;bench;help;policies'= {
        }
        &'llmd;bench;help;scenarios'= {
        }
        &'llmd;bench;help;explain'= {
        }
        &'llmd;bench;help;part'= {
        }
        &'llmd;bench;help;help'= {
        }
        &'llmd;demo'= {
            cand -c 'Which load both are compared under; see `llmd bench scenarios`'
            cand --scenario 'Which load both are compared under; see `llmd bench scenarios`'
            cand --save 'Folder for the reports [default: one of its own below llmd/reports in the user''s state folder]'
            cand --postfix 'End of the stack''s names'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --keep 'Leave the stack running'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;doctor'= {
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
            cand --simulate 'Simulators in the place of the model servers: no accelerator, no token, on any cluster'
            cand --no-fix 'Turn one fix off (see `llmd fixes`); repeatable'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --only 'Run these checks only; see --list'
            cand --skip 'Leave these checks out'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --as-upstream 'Render exactly what Helm renders for the guide: no fixes'
            cand --list 'List the checks and run none'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;crds'= {
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand status 'Show each CRD: what is needed, what is there, and what mends it'
            cand diff 'Show only what is missing or differs'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;crds;status'= {
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
            cand --simulate 'Simulators in the place of the model servers: no accelerator, no token, on any cluster'
            cand --no-fix 'Turn one fix off (see `llmd fixes`); repeatable'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --as-upstream 'Render exactly what Helm renders for the guide: no fixes'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;crds;diff'= {
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
            cand --simulate 'Simulators in the place of the model servers: no accelerator, no token, on any cluster'
            cand --no-fix 'Turn one fix off (see `llmd fixes`); repeatable'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --as-upstream 'Render exactly what Helm renders for the guide: no fixes'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;crds;help'= {
            cand status 'Show each CRD: what is needed, what is there, and what mends it'
            cand diff 'Show only what is missing or differs'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;crds;help;status'= {
        }
        &'llmd;crds;help;diff'= {
        }
        &'llmd;crds;help;help'= {
        }
        &'llmd;secret'= {
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand hf-token 'Store the token for Hugging Face where the model servers look for it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;secret;hf-token'= {
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
            cand --simulate 'Simulators in the place of the model servers: no accelerator, no token, on any cluster'
            cand --no-fix 'Turn one fix off (see `llmd fixes`); repeatable'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --from-file 'File that holds the token; `-` is standard input'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand --as-upstream 'Render exactly what Helm renders for the guide: no fixes'
            cand -y 'Replace another token without asking'
            cand --yes 'Replace another token without asking'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;secret;help'= {
            cand hf-token 'Store the token for Hugging Face where the model servers look for it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;secret;help;hf-token'= {
        }
        &'llmd;secret;help;help'= {
        }
        &'llmd;destroy'= {
            cand -e 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand --environment 'Environment: a name from `llmd env list`, or the path of a file of your own'
            cand -n 'Namespace [default: llm-d-inference-scheduler]'
            cand --namespace 'Namespace [default: llm-d-inference-scheduler]'
            cand --postfix 'End of the release names, so that several stacks live side by side [default: inference-scheduling]'
            cand --kubeconfig 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]'
            cand --context 'Context of the kubeconfig to use [default: its current one]'
            cand --request-timeout 'How long the API server may take to answer a request, in seconds [default: 60]'
            cand --timeout 'How long to wait until everything is gone [default: 5m; processes of `local` are killed after 15s]'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -y 'Delete without asking'
            cand --yes 'Delete without asking'
            cand --with-pvc 'Delete the persistent volume claims that its pods use and no other pod does; what is stored in them may be lost'
            cand --with-namespace 'Delete the namespace with everything in it, also what is not of this deployment'
            cand --no-wait 'Do not wait until its pods, and what has finalizers, are gone; processes of `local` are waited for all the same'
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
            cand --simulate 'Simulators in the place of the model servers: no accelerator, no token, on any cluster'
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
        &'llmd;image'= {
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand build 'Pack a static binary as an OCI image'
            cand push 'Send a built image to a registry'
            cand save 'Write a built image to a file that `docker load`, `podman load` and `ctr images import` take'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;image;build'= {
            cand --binary 'The binary: static, for Linux'
            cand -d 'Folder for the image, an OCI layout [default: llmd''s own, where push and save find it]'
            cand --directory 'Folder for the image, an OCI layout [default: llmd''s own, where push and save find it]'
            cand --architecture 'Processor that the image is for [default: this machine''s]'
            cand --revision 'Commit that the binary was built from (org.opencontainers.image.revision)'
            cand --source 'Where the source is (org.opencontainers.image.source)'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;image;push'= {
            cand --from 'Folder that `llmd image build -d` wrote [default: where build writes without it]'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;image;save'= {
            cand --from 'Folder that `llmd image build -d` wrote [default: where build writes without it]'
            cand --name 'Name of the image once it is loaded [default: the one that `apply` deploys]'
            cand -o 'How the report is printed'
            cand --output 'How the report is printed'
            cand --color 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)'
            cand -q 'Print only data, warnings and errors'
            cand --quiet 'Print only data, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'llmd;image;help'= {
            cand build 'Pack a static binary as an OCI image'
            cand push 'Send a built image to a registry'
            cand save 'Write a built image to a file that `docker load`, `podman load` and `ctr images import` take'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;image;help;build'= {
        }
        &'llmd;image;help;push'= {
        }
        &'llmd;image;help;save'= {
        }
        &'llmd;image;help;help'= {
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
            cand --simulate 'Simulators in the place of the model servers: no accelerator, no token, on any cluster'
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
        &'llmd;schema'= {
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
            cand diff 'Show what `apply` would change, changing nothing'
            cand apply 'Make the cluster what the environment says, and wait until it is ready'
            cand status 'Show whether what is deployed is ready, and why not'
            cand list 'List the releases of the guide''s charts, whoever installed them, and the stacks on this machine'
            cand history 'Show every revision of a deployment''s releases, the latest last'
            cand get 'Print what was applied: manifests, values, notes'
            cand rollback 'Go back to what was deployed before, and wait until it is ready'
            cand verify 'Check by requests that a stack serves, that the picker decides, and that it routes as it should'
            cand ask 'Ask the model of a stack one question, by way of the front door'
            cand connect 'Keep the front door open on a port of this machine until Ctrl-C'
            cand bench 'Put load on a stack and report what came of it'
            cand demo 'Bring up a stack on this machine, check it, compare it with round robin, and take it away'
            cand doctor 'Check whether the cluster can take the stack, changing nothing'
            cand crds 'Compare the CRDs that an environment needs with those of the cluster'
            cand secret 'Make or change the Secrets that a stack reads'
            cand destroy 'Take away what was applied, and nothing else'
            cand names 'List the names that a stack will have, pods and proxies included, with their lengths and limits'
            cand image 'Build images without a container runtime, and push or save them'
            cand env 'List the environments, or show the values of one'
            cand values 'Explain the values that can be set'
            cand fixes 'List the defects of the guide that llmd mends by default'
            cand schema 'Print the JSON Schema of a report, or list the reports that there are'
            cand completions 'Print the completion script of a shell, or the man page'
            cand exit-codes 'What the exit codes mean'
            cand local-process 'Be a process of a local stack'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'llmd;help;render'= {
        }
        &'llmd;help;diff'= {
        }
        &'llmd;help;apply'= {
        }
        &'llmd;help;status'= {
        }
        &'llmd;help;list'= {
        }
        &'llmd;help;history'= {
        }
        &'llmd;help;get'= {
            cand manifest 'Print the objects as they were applied; what Secrets hold, and what looks like a token, is hidden'
            cand values 'Print the values that were given over the charts'' own, as `-f` takes them again'
            cand notes 'Print the charts'' notes, where helm recorded any'
        }
        &'llmd;help;get;manifest'= {
        }
        &'llmd;help;get;values'= {
        }
        &'llmd;help;get;notes'= {
        }
        &'llmd;help;rollback'= {
        }
        &'llmd;help;verify'= {
        }
        &'llmd;help;ask'= {
        }
        &'llmd;help;connect'= {
        }
        &'llmd;help;bench'= {
            cand compare 'Compare two ways to the same servers: by default plain round robin and the scheduler'
            cand report 'Show a saved run, or compare two'
            cand policies 'Measure the scheduler''s policy against upstream''s and round robin on the virtual clock, and judge its promises'
            cand scenarios 'List the built-in scenarios, or print one as a file to start from'
            cand explain 'Explain a metric, its formula and what other tools mean by the name, or a stage''s verdict'
            cand part 'Send one share of a load (run by the pods of `llmd bench --in-cluster`)'
        }
        &'llmd;help;bench;compare'= {
        }
        &'llmd;help;bench;report'= {
        }
        &'llmd;help;bench;policies'= {
        }
        &'llmd;help;bench;scenarios'= {
        }
        &'llmd;help;bench;explain'= {
        }
        &'llmd;help;bench;part'= {
        }
        &'llmd;help;demo'= {
        }
        &'llmd;help;doctor'= {
        }
        &'llmd;help;crds'= {
            cand status 'Show each CRD: what is needed, what is there, and what mends it'
            cand diff 'Show only what is missing or differs'
        }
        &'llmd;help;crds;status'= {
        }
        &'llmd;help;crds;diff'= {
        }
        &'llmd;help;secret'= {
            cand hf-token 'Store the token for Hugging Face where the model servers look for it'
        }
        &'llmd;help;secret;hf-token'= {
        }
        &'llmd;help;destroy'= {
        }
        &'llmd;help;names'= {
        }
        &'llmd;help;image'= {
            cand build 'Pack a static binary as an OCI image'
            cand push 'Send a built image to a registry'
            cand save 'Write a built image to a file that `docker load`, `podman load` and `ctr images import` take'
        }
        &'llmd;help;image;build'= {
        }
        &'llmd;help;image;push'= {
        }
        &'llmd;help;image;save'= {
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
        &'llmd;help;schema'= {
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
