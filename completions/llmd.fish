# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_llmd_global_optspecs
    string join \n q/quiet color= h/help V/version
end

function __fish_llmd_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_llmd_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_llmd_using_subcommand
    set -l cmd (__fish_llmd_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c llmd -n "__fish_llmd_needs_command" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_needs_command" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_needs_command" -s V -l version -d 'Print version'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "render" -d 'Print every object of an environment'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "diff" -d 'Show what `apply` would change, changing nothing'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "apply" -d 'Make the cluster what the environment says, and wait until it is ready'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "status" -d 'Show whether what is deployed is ready, and why not'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "list" -d 'List the releases of the guide\'s charts, whoever installed them, and the stacks on this machine'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "history" -d 'Show every revision of a deployment\'s releases, the latest last'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "get" -d 'Print what was applied: manifests, values, notes'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "rollback" -d 'Go back to what was deployed before, and wait until it is ready'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "verify" -d 'Check by requests that a stack serves, that the picker decides, and that it routes as it should'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "ask" -d 'Ask the model of a stack one question, by way of the front door'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "connect" -d 'Keep the front door open on a port of this machine until Ctrl-C'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "bench" -d 'Put load on a stack and report what came of it'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "demo" -d 'Bring up a stack on this machine, check it, compare it with round robin, and take it away'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "doctor" -d 'Check whether the cluster can take the stack, changing nothing'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "crds" -d 'Compare the CRDs that an environment needs with those of the cluster'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "secret" -d 'Make or change the Secrets that a stack reads'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "destroy" -d 'Take away what was applied, and nothing else'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "names" -d 'List the names that a stack will have, pods and proxies included, with their lengths and limits'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "image" -d 'Build images without a container runtime, and push or save them'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "env" -d 'List the environments, or show the values of one'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "values" -d 'Explain the values that can be set'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "fixes" -d 'List the defects of the guide that llmd mends by default'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "schema" -d 'Print the JSON Schema of a report, or list the reports that there are'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "completions" -d 'Print the completion script of a shell, or the man page'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "exit-codes" -d 'What the exit codes mean'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "local-process" -d 'Be a process of a local stack'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand render" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -s f -l values -d 'Values keyed by part (infra, gaie, ms), or a chart\'s own file: `-f ms=values.yaml`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l set -d 'Set a value: `--set ms.decode.replicas=4`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l set-string -d 'Set a value that stays a text' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l set-file -d 'Set a value to the content of a file' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l set-json -d 'Set a value written as JSON' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l model -d 'Model to serve (modelArtifacts.name and .uri)' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l replicas -d 'Model servers (ms.decode.replicas)' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l tensor-parallel -d 'Accelerators of a model server (ms.decode.parallelism.tensor)' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l scheduler-image -d 'Image of the endpoint picker (gaie.inferenceExtension.image)' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l simulate -d 'Simulators in the place of the model servers: no accelerator, no token, on any cluster' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l no-fix -d 'Turn one fix off (see `llmd fixes`); repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -s o -l output -d 'Form of the output' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l only -d 'Only this part' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l release-name -d 'Release name of the part that `--only` names' -r
complete -c llmd -n "__fish_llmd_using_subcommand render" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand render" -l as-upstream -d 'Render exactly what Helm renders for the guide: no fixes'
complete -c llmd -n "__fish_llmd_using_subcommand render" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand render" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand diff" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -s f -l values -d 'Values keyed by part (infra, gaie, ms), or a chart\'s own file: `-f ms=values.yaml`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l set -d 'Set a value: `--set ms.decode.replicas=4`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l set-string -d 'Set a value that stays a text' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l set-file -d 'Set a value to the content of a file' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l set-json -d 'Set a value written as JSON' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l model -d 'Model to serve (modelArtifacts.name and .uri)' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l replicas -d 'Model servers (ms.decode.replicas)' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l tensor-parallel -d 'Accelerators of a model server (ms.decode.parallelism.tensor)' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l scheduler-image -d 'Image of the endpoint picker (gaie.inferenceExtension.image)' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l simulate -d 'Simulators in the place of the model servers: no accelerator, no token, on any cluster' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l no-fix -d 'Turn one fix off (see `llmd fixes`); repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l take-over -d 'Take over one field, and what is in it: `Deployment/NAME:spec.replicas`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l save -d 'Save the plan, so that `llmd apply FILE` does this and nothing else' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand diff" -s o -l output -d 'How the differences are printed' -r -f -a "text\t'A line per object and per field'
json\t''
patch\t'A unified diff of the fields that are ours, as YAML'"
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l as-upstream -d 'Render exactly what Helm renders for the guide: no fixes'
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l take-ownership -d 'Take over objects and fields that belong to somebody else'
complete -c llmd -n "__fish_llmd_using_subcommand diff" -l exit-code -d 'Exit with 3 when there are differences'
complete -c llmd -n "__fish_llmd_using_subcommand diff" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand apply" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -s f -l values -d 'Values keyed by part (infra, gaie, ms), or a chart\'s own file: `-f ms=values.yaml`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l set -d 'Set a value: `--set ms.decode.replicas=4`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l set-string -d 'Set a value that stays a text' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l set-file -d 'Set a value to the content of a file' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l set-json -d 'Set a value written as JSON' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l model -d 'Model to serve (modelArtifacts.name and .uri)' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l replicas -d 'Model servers (ms.decode.replicas)' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l tensor-parallel -d 'Accelerators of a model server (ms.decode.parallelism.tensor)' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l scheduler-image -d 'Image of the endpoint picker (gaie.inferenceExtension.image)' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l simulate -d 'Simulators in the place of the model servers: no accelerator, no token, on any cluster' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l no-fix -d 'Turn one fix off (see `llmd fixes`); repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l timeout -d 'How long to wait until everything is ready [default: what the startup probes allow, and 15m for images]' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l take-over -d 'Take over one field, and what is in it: `Deployment/NAME:spec.replicas`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l history-max -d 'How many revisions of a release are kept; 0 keeps all' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -s o -l output -d 'How the report is printed' -r -f -a "table\t'In words'
json\t'The report, when all is done'
jsonl\t'One event per line while it works (plan, applied, rollout, removing, verdict, error); the last line is the report, or the error where there is none'"
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l as-upstream -d 'Render exactly what Helm renders for the guide: no fixes'
complete -c llmd -n "__fish_llmd_using_subcommand apply" -s y -l yes -d 'Apply without asking'
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l no-wait -d 'Do not wait until everything is ready'
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l take-ownership -d 'Take over objects and fields that belong to somebody else'
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l recreate -d 'Delete and make anew what cannot be changed in place'
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l skip-preflight -d 'Do not look beforehand whether the cluster can take the stack (see `llmd doctor`)'
complete -c llmd -n "__fish_llmd_using_subcommand apply" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand status" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand status" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand status" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand status" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand status" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand status" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand status" -s o -l output -d 'How the report is printed' -r -f -a "table\t'One screen'
wide\t'With every condition, every warning, the pods\' images and addresses'
json\t''
yaml\t''"
complete -c llmd -n "__fish_llmd_using_subcommand status" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand status" -s w -l watch -d 'Look again every two seconds: redrawn on a terminal, a line for each change elsewhere'
complete -c llmd -n "__fish_llmd_using_subcommand status" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand list" -s e -l environment -d '`local` lists the stacks on this machine and nothing else; any other, the cluster alone [default: both]' -r
complete -c llmd -n "__fish_llmd_using_subcommand list" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand list" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand list" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand list" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand list" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand list" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand list" -s A -l all-namespaces -d 'Look into every namespace, whatever else names one'
complete -c llmd -n "__fish_llmd_using_subcommand list" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand history" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand history" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand history" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand history" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand history" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand history" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand history" -l release -d 'Only this release, by its name or part' -r
complete -c llmd -n "__fish_llmd_using_subcommand history" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand history" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand history" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand get; and not __fish_seen_subcommand_from manifest values notes help" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand get; and not __fish_seen_subcommand_from manifest values notes help" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand get; and not __fish_seen_subcommand_from manifest values notes help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand get; and not __fish_seen_subcommand_from manifest values notes help" -f -a "manifest" -d 'Print the objects as they were applied; what Secrets hold, and what looks like a token, is hidden'
complete -c llmd -n "__fish_llmd_using_subcommand get; and not __fish_seen_subcommand_from manifest values notes help" -f -a "values" -d 'Print the values that were given over the charts\' own, as `-f` takes them again'
complete -c llmd -n "__fish_llmd_using_subcommand get; and not __fish_seen_subcommand_from manifest values notes help" -f -a "notes" -d 'Print the charts\' notes, where helm recorded any'
complete -c llmd -n "__fish_llmd_using_subcommand get; and not __fish_seen_subcommand_from manifest values notes help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from manifest" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from manifest" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from manifest" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from manifest" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from manifest" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from manifest" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from manifest" -l release -d 'Only this release, by its name or part' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from manifest" -l revision -d 'This revision of the release [default: the latest]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from manifest" -s o -l output -d 'How it is printed' -r -f -a "text\t'As it was recorded: YAML, or the notes'
json\t'Manifests as one List, values as they are, notes by release'"
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from manifest" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from manifest" -l show-secrets -d 'Print what is hidden otherwise'
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from manifest" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from manifest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from values" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from values" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from values" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from values" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from values" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from values" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from values" -l release -d 'Only this release, by its name or part' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from values" -l revision -d 'This revision of the release [default: the latest]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from values" -s o -l output -d 'How it is printed' -r -f -a "text\t'As it was recorded: YAML, or the notes'
json\t'Manifests as one List, values as they are, notes by release'"
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from values" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from values" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from values" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from notes" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from notes" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from notes" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from notes" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from notes" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from notes" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from notes" -l release -d 'Only this release, by its name or part' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from notes" -l revision -d 'This revision of the release [default: the latest]' -r
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from notes" -s o -l output -d 'How it is printed' -r -f -a "text\t'As it was recorded: YAML, or the notes'
json\t'Manifests as one List, values as they are, notes by release'"
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from notes" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from notes" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from notes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from help" -f -a "manifest" -d 'Print the objects as they were applied; what Secrets hold, and what looks like a token, is hidden'
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from help" -f -a "values" -d 'Print the values that were given over the charts\' own, as `-f` takes them again'
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from help" -f -a "notes" -d 'Print the charts\' notes, where helm recorded any'
complete -c llmd -n "__fish_llmd_using_subcommand get; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -l release -d 'Only this release, by its name or part' -r
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -l timeout -d 'How long to wait until everything is ready [default: what the startup probes allow, and 15m for images]' -r
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -l take-over -d 'Take over one field, and what is in it: `Deployment/NAME:spec.replicas`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -l history-max -d 'How many revisions of a release are kept; 0 keeps all' -r
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -s o -l output -d 'How the report is printed' -r -f -a "table\t'In words'
json\t'The report, when all is done'
jsonl\t'One event per line while it works (plan, applied, rollout, removing, verdict, error); the last line is the report, or the error where there is none'"
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -s y -l yes -d 'Go back without asking'
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -l no-wait -d 'Do not wait until everything is ready'
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -l take-ownership -d 'Take over objects and fields that belong to somebody else'
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -l recreate -d 'Delete and make anew what cannot be changed in place'
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand rollback" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand verify" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l postfix -d 'End of the release names [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l url -d 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one\'s gateway' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l model -d 'The model that requests name [default: the one that the stack serves]' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l only -d 'Run these checks only; see --list' -r -f -a "processes\t''
releases\t''
objects\t''
topology\t''
servers\t''
models\t''
completion\t''
chat\t''
streaming\t''
picker-header\t''
picker-counts\t''
same-prefix\t''
different-prefixes\t''
burst\t''
server-metrics\t''
ready-endpoints\t''
unknown-model\t''
wrong-path\t''
bad-body\t''
first-token\t''"
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l skip -d 'Leave these checks out' -r -f -a "processes\t''
releases\t''
objects\t''
topology\t''
servers\t''
models\t''
completion\t''
chat\t''
streaming\t''
picker-header\t''
picker-counts\t''
same-prefix\t''
different-prefixes\t''
burst\t''
server-metrics\t''
ready-endpoints\t''
unknown-model\t''
wrong-path\t''
bad-body\t''
first-token\t''"
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l max-ttft -d 'What the first token of an answer may take, such as 500ms; not checked without' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l timeout -d 'What each request may take' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l seed -d 'From which the prompts are made, to ask the same again [default: another each time]' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l list -d 'List the checks and run none'
complete -c llmd -n "__fish_llmd_using_subcommand verify" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand ask" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]' -r
complete -c llmd -n "__fish_llmd_using_subcommand ask" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand ask" -l postfix -d 'End of the release names [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand ask" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand ask" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand ask" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand ask" -l url -d 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one\'s gateway' -r
complete -c llmd -n "__fish_llmd_using_subcommand ask" -l model -d 'The model that requests name [default: the one that the stack serves]' -r
complete -c llmd -n "__fish_llmd_using_subcommand ask" -l max-tokens -d 'Tokens of the answer, at most' -r
complete -c llmd -n "__fish_llmd_using_subcommand ask" -l system -d 'What the model is told before the question' -r
complete -c llmd -n "__fish_llmd_using_subcommand ask" -s o -l output -d 'How the answer is printed: its text, or one JSON object' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand ask" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand ask" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand ask" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand connect" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -l postfix -d 'End of the release names [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand connect" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -l url -d 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one\'s gateway' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -l model -d 'The model that requests name [default: the one that the stack serves]' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -l port -d 'Port on 127.0.0.1; 0 takes a free one' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand connect" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand connect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l postfix -d 'End of the release names [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l url -d 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one\'s gateway' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l model -d 'The model that requests name [default: the one that the stack serves]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -s c -l scenario -l config -d 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf\'s configuration, or the guide\'s config.yaml' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l workload -d 'Which workload of a config.yaml that has several' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l stages -d 'Other stages: 10x30s (requests a second x time), 5..20x60s (a ramp), c16x400 (at once x requests); `warm:` before one leaves it out of the overall figures' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l arrivals -d 'When requests come: poisson, poisson-exact, constant, gamma:SHAPE' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l set -d 'Any key of the scenario, as `--set workload.groups=20`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l scale -d 'Multiply all token counts by this, for servers with as much less KV cache; those of --virtual follow' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l seed -d 'Another seed: other prompts, lengths and arrivals' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l slo -d 'What a good request meets: ttft=2s,tpot=100ms,e2e=30s; with share=95% a run that misses it ends with exit 5' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l tokenizer -d 'The model\'s tokenizer.json, for prompts of exactly so many of its tokens [default: about 4 characters a token]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l replicas -d 'Model servers [default: 8]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l profile -d 'What each runs on [default: h100-tp2-qwen3-32b]' -r -f -a "h100-tp2-qwen3-32b\t''
digitalocean-qwen3-0.6b\t''
cpu\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l kv-tokens -d 'Tokens that each server\'s KV cache holds [default: as its profile, times --scale]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l slow -d 'Make the first server so many times slower, 0.01 to 1000' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l policy -d 'Who decides: default, upstream-default, round-robin, random, least-request, or an EndpointPickerConfig file; twice to compare two' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l in-cluster -d 'Send the load from so many pods of a Job in the cluster, merged exactly [default: 4]; caches stay as they are' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l image -d 'The image of llmd that the pods run [default: the one that `llmd image push llmd` pushes where none is named]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l start-in -d 'What pods may take to start: all of them begin that much later' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l find -d 'Search on the virtual clock: how high a rate so many replicas bear, or how many replicas --rate needs' -r -f -a "rate\t'The highest rate that --replicas bear'
replicas\t'The fewest replicas that bear --rate'"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l rate -d 'Requests or conversations a second, for --find replicas' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l save -d 'Folder for the report in every format: page, JSON, CSV, requests, benchmark report' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l virtual -d 'Play it on a virtual clock: simulated servers, the scheduler\'s own code, no requests'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l warm -d 'Leave the servers\' caches as they are'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -l dry-run -d 'Tell what would be sent, and send nothing'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -f -a "compare" -d 'Compare two ways to the same servers: by default plain round robin and the scheduler'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -f -a "report" -d 'Show a saved run, or compare two'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -f -a "policies" -d 'Measure the scheduler\'s policy against upstream\'s and round robin on the virtual clock, and judge its promises'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -f -a "scenarios" -d 'List the built-in scenarios, or print one as a file to start from'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -f -a "explain" -d 'Explain a metric, its formula and what other tools mean by the name, or a stage\'s verdict'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -f -a "part" -d 'Send one share of a load (run by the pods of `llmd bench --in-cluster`)'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and not __fish_seen_subcommand_from compare report policies scenarios explain part help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l postfix -d 'End of the release names [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l url -d 'A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way to that one\'s gateway' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l model -d 'The model that requests name [default: the one that the stack serves]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -s c -l scenario -l config -d 'A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf\'s configuration, or the guide\'s config.yaml' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l workload -d 'Which workload of a config.yaml that has several' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l stages -d 'Other stages: 10x30s (requests a second x time), 5..20x60s (a ramp), c16x400 (at once x requests); `warm:` before one leaves it out of the overall figures' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l arrivals -d 'When requests come: poisson, poisson-exact, constant, gamma:SHAPE' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l set -d 'Any key of the scenario, as `--set workload.groups=20`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l scale -d 'Multiply all token counts by this, for servers with as much less KV cache; those of --virtual follow' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l seed -d 'Another seed: other prompts, lengths and arrivals' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l slo -d 'What a good request meets: ttft=2s,tpot=100ms,e2e=30s; with share=95% a run that misses it ends with exit 5' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l tokenizer -d 'The model\'s tokenizer.json, for prompts of exactly so many of its tokens [default: about 4 characters a token]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l arm -d 'An arm: its name, and the URLs that are asked in turn; twice [default: round robin, and scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l repeats -d 'How often each arm is asked' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l replicas -d 'Model servers [default: 8]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l profile -d 'What each runs on [default: h100-tp2-qwen3-32b]' -r -f -a "h100-tp2-qwen3-32b\t''
digitalocean-qwen3-0.6b\t''
cpu\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l kv-tokens -d 'Tokens that each server\'s KV cache holds [default: as its profile, times --scale]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l slow -d 'Make the first server so many times slower, 0.01 to 1000' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l policy -d 'Who decides: default, upstream-default, round-robin, random, least-request, or an EndpointPickerConfig file; twice to compare two' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l save -d 'Folder for the comparison and for each run\'s report, in every format' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l virtual -d 'Play it on a virtual clock: simulated servers, the scheduler\'s own code, no requests'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -l warm -d 'Leave the servers\' caches as they are'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from compare" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from report" -l save -d 'Folder for the page and the comparison' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from report" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from report" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from report" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from report" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from report" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from report" -l different -d 'Compare them although they were asked different things'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from report" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from policies" -l case -d 'Only this load: ladder, slow-replica, 64-replicas, zipf, no-prefix; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from policies" -l seeds -d 'Seeds 1 to N' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from policies" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from policies" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from policies" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from policies" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from policies" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from policies" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from policies" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from scenarios" -s o -l output -d 'How the list is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from scenarios" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from scenarios" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from scenarios" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from scenarios" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from scenarios" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from scenarios" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from explain" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from explain" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from explain" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from explain" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from explain" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from part" -l scenario -d 'The scenario, as JSON' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from part" -l url -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from part" -l model -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from part" -l index -d 'Which share' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from part" -l of -d 'How many shares there are' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from part" -l start-at -d 'When all of them begin' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from part" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from part" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from part" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from part" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from part" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from part" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from help" -f -a "compare" -d 'Compare two ways to the same servers: by default plain round robin and the scheduler'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from help" -f -a "report" -d 'Show a saved run, or compare two'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from help" -f -a "policies" -d 'Measure the scheduler\'s policy against upstream\'s and round robin on the virtual clock, and judge its promises'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from help" -f -a "scenarios" -d 'List the built-in scenarios, or print one as a file to start from'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Explain a metric, its formula and what other tools mean by the name, or a stage\'s verdict'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from help" -f -a "part" -d 'Send one share of a load (run by the pods of `llmd bench --in-cluster`)'
complete -c llmd -n "__fish_llmd_using_subcommand bench; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand demo" -s c -l scenario -d 'Which load both are compared under; see `llmd bench scenarios`' -r
complete -c llmd -n "__fish_llmd_using_subcommand demo" -l save -d 'Folder for the reports [default: one of its own below llmd/reports in the user\'s state folder]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand demo" -l postfix -d 'End of the stack\'s names' -r
complete -c llmd -n "__fish_llmd_using_subcommand demo" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand demo" -l keep -d 'Leave the stack running'
complete -c llmd -n "__fish_llmd_using_subcommand demo" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -s f -l values -d 'Values keyed by part (infra, gaie, ms), or a chart\'s own file: `-f ms=values.yaml`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l set -d 'Set a value: `--set ms.decode.replicas=4`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l set-string -d 'Set a value that stays a text' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l set-file -d 'Set a value to the content of a file' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l set-json -d 'Set a value written as JSON' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l model -d 'Model to serve (modelArtifacts.name and .uri)' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l replicas -d 'Model servers (ms.decode.replicas)' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l tensor-parallel -d 'Accelerators of a model server (ms.decode.parallelism.tensor)' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l scheduler-image -d 'Image of the endpoint picker (gaie.inferenceExtension.image)' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l simulate -d 'Simulators in the place of the model servers: no accelerator, no token, on any cluster' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l no-fix -d 'Turn one fix off (see `llmd fixes`); repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l only -d 'Run these checks only; see --list' -r -f -a "api-server\t''
namespace\t''
permissions\t''
definitions\t''
monitoring\t''
gateway-class\t''
controller\t''
model-token\t''
accelerators\t''
node-disks\t''
devices\t''
drivers\t''
quota\t''
admission\t''
storage\t''
names\t''
neighbours\t''
platform\t''
open-shift\t''"
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l skip -d 'Leave these checks out' -r -f -a "api-server\t''
namespace\t''
permissions\t''
definitions\t''
monitoring\t''
gateway-class\t''
controller\t''
model-token\t''
accelerators\t''
node-disks\t''
devices\t''
drivers\t''
quota\t''
admission\t''
storage\t''
names\t''
neighbours\t''
platform\t''
open-shift\t''"
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l as-upstream -d 'Render exactly what Helm renders for the guide: no fixes'
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -l list -d 'List the checks and run none'
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and not __fish_seen_subcommand_from status diff help" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand crds; and not __fish_seen_subcommand_from status diff help" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and not __fish_seen_subcommand_from status diff help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and not __fish_seen_subcommand_from status diff help" -f -a "status" -d 'Show each CRD: what is needed, what is there, and what mends it'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and not __fish_seen_subcommand_from status diff help" -f -a "diff" -d 'Show only what is missing or differs'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and not __fish_seen_subcommand_from status diff help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -s f -l values -d 'Values keyed by part (infra, gaie, ms), or a chart\'s own file: `-f ms=values.yaml`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l set -d 'Set a value: `--set ms.decode.replicas=4`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l set-string -d 'Set a value that stays a text' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l set-file -d 'Set a value to the content of a file' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l set-json -d 'Set a value written as JSON' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l model -d 'Model to serve (modelArtifacts.name and .uri)' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l replicas -d 'Model servers (ms.decode.replicas)' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l tensor-parallel -d 'Accelerators of a model server (ms.decode.parallelism.tensor)' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l scheduler-image -d 'Image of the endpoint picker (gaie.inferenceExtension.image)' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l simulate -d 'Simulators in the place of the model servers: no accelerator, no token, on any cluster' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l no-fix -d 'Turn one fix off (see `llmd fixes`); repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -l as-upstream -d 'Render exactly what Helm renders for the guide: no fixes'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -s f -l values -d 'Values keyed by part (infra, gaie, ms), or a chart\'s own file: `-f ms=values.yaml`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l set -d 'Set a value: `--set ms.decode.replicas=4`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l set-string -d 'Set a value that stays a text' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l set-file -d 'Set a value to the content of a file' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l set-json -d 'Set a value written as JSON' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l model -d 'Model to serve (modelArtifacts.name and .uri)' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l replicas -d 'Model servers (ms.decode.replicas)' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l tensor-parallel -d 'Accelerators of a model server (ms.decode.parallelism.tensor)' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l scheduler-image -d 'Image of the endpoint picker (gaie.inferenceExtension.image)' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l simulate -d 'Simulators in the place of the model servers: no accelerator, no token, on any cluster' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l no-fix -d 'Turn one fix off (see `llmd fixes`); repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -l as-upstream -d 'Render exactly what Helm renders for the guide: no fixes'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show each CRD: what is needed, what is there, and what mends it'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Show only what is missing or differs'
complete -c llmd -n "__fish_llmd_using_subcommand crds; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand secret; and not __fish_seen_subcommand_from hf-token help" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand secret; and not __fish_seen_subcommand_from hf-token help" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand secret; and not __fish_seen_subcommand_from hf-token help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand secret; and not __fish_seen_subcommand_from hf-token help" -f -a "hf-token" -d 'Store the token for Hugging Face where the model servers look for it'
complete -c llmd -n "__fish_llmd_using_subcommand secret; and not __fish_seen_subcommand_from hf-token help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -s f -l values -d 'Values keyed by part (infra, gaie, ms), or a chart\'s own file: `-f ms=values.yaml`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l set -d 'Set a value: `--set ms.decode.replicas=4`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l set-string -d 'Set a value that stays a text' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l set-file -d 'Set a value to the content of a file' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l set-json -d 'Set a value written as JSON' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l model -d 'Model to serve (modelArtifacts.name and .uri)' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l replicas -d 'Model servers (ms.decode.replicas)' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l tensor-parallel -d 'Accelerators of a model server (ms.decode.parallelism.tensor)' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l scheduler-image -d 'Image of the endpoint picker (gaie.inferenceExtension.image)' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l simulate -d 'Simulators in the place of the model servers: no accelerator, no token, on any cluster' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l no-fix -d 'Turn one fix off (see `llmd fixes`); repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l from-file -d 'File that holds the token; `-` is standard input' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -l as-upstream -d 'Render exactly what Helm renders for the guide: no fixes'
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -s y -l yes -d 'Replace another token without asking'
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from hf-token" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from help" -f -a "hf-token" -d 'Store the token for Hugging Face where the model servers look for it'
complete -c llmd -n "__fish_llmd_using_subcommand secret; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l request-timeout -d 'How long the API server may take to answer a request, in seconds [default: 60]' -r
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l timeout -d 'How long to wait until everything is gone [default: 5m; processes of `local` are killed after 15s]' -r
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -s o -l output -d 'How the report is printed' -r -f -a "table\t'In words'
json\t'The report, when all is done'
jsonl\t'One event per line while it works (plan, applied, rollout, removing, verdict, error); the last line is the report, or the error where there is none'"
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -s y -l yes -d 'Delete without asking'
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l with-pvc -d 'Delete the persistent volume claims that its pods use and no other pod does; what is stored in them may be lost'
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l with-namespace -d 'Delete the namespace with everything in it, also what is not of this deployment'
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l no-wait -d 'Do not wait until its pods, and what has finalizers, are gone; processes of `local` are waited for all the same'
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand names" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -s f -l values -d 'Values keyed by part (infra, gaie, ms), or a chart\'s own file: `-f ms=values.yaml`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -l set -d 'Set a value: `--set ms.decode.replicas=4`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -l set-string -d 'Set a value that stays a text' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -l set-file -d 'Set a value to the content of a file' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -l set-json -d 'Set a value written as JSON' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -l model -d 'Model to serve (modelArtifacts.name and .uri)' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -l replicas -d 'Model servers (ms.decode.replicas)' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -l tensor-parallel -d 'Accelerators of a model server (ms.decode.parallelism.tensor)' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -l scheduler-image -d 'Image of the endpoint picker (gaie.inferenceExtension.image)' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -l simulate -d 'Simulators in the place of the model servers: no accelerator, no token, on any cluster' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -l no-fix -d 'Turn one fix off (see `llmd fixes`); repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand names" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand names" -l as-upstream -d 'Render exactly what Helm renders for the guide: no fixes'
complete -c llmd -n "__fish_llmd_using_subcommand names" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand names" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand image; and not __fish_seen_subcommand_from build push save help" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand image; and not __fish_seen_subcommand_from build push save help" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand image; and not __fish_seen_subcommand_from build push save help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand image; and not __fish_seen_subcommand_from build push save help" -f -a "build" -d 'Pack a static binary as an OCI image'
complete -c llmd -n "__fish_llmd_using_subcommand image; and not __fish_seen_subcommand_from build push save help" -f -a "push" -d 'Send a built image to a registry'
complete -c llmd -n "__fish_llmd_using_subcommand image; and not __fish_seen_subcommand_from build push save help" -f -a "save" -d 'Write a built image to a file that `docker load`, `podman load` and `ctr images import` take'
complete -c llmd -n "__fish_llmd_using_subcommand image; and not __fish_seen_subcommand_from build push save help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from build" -l binary -d 'The binary: static, for Linux' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from build" -s d -l directory -d 'Folder for the image, an OCI layout [default: llmd\'s own, where push and save find it]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from build" -l architecture -d 'Processor that the image is for [default: this machine\'s]' -r -f -a "amd64\t''
arm64\t''"
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from build" -l revision -d 'Commit that the binary was built from (org.opencontainers.image.revision)' -r
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from build" -l source -d 'Where the source is (org.opencontainers.image.source)' -r
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from build" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from build" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from build" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from push" -l from -d 'Folder that `llmd image build -d` wrote [default: where build writes without it]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from push" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from push" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from push" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from push" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from save" -l from -d 'Folder that `llmd image build -d` wrote [default: where build writes without it]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from save" -l name -d 'Name of the image once it is loaded [default: the one that `apply` deploys]' -r
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from save" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from save" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from save" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from save" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "build" -d 'Pack a static binary as an OCI image'
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "push" -d 'Send a built image to a registry'
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "save" -d 'Write a built image to a file that `docker load`, `podman load` and `ctr images import` take'
complete -c llmd -n "__fish_llmd_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand env; and not __fish_seen_subcommand_from list show help" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand env; and not __fish_seen_subcommand_from list show help" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand env; and not __fish_seen_subcommand_from list show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand env; and not __fish_seen_subcommand_from list show help" -f -a "list" -d 'List the built-in environments'
complete -c llmd -n "__fish_llmd_using_subcommand env; and not __fish_seen_subcommand_from list show help" -f -a "show" -d 'Show the effective values of an environment, as `-f` takes them'
complete -c llmd -n "__fish_llmd_using_subcommand env; and not __fish_seen_subcommand_from list show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from list" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from list" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -s f -l values -d 'Values keyed by part (infra, gaie, ms), or a chart\'s own file: `-f ms=values.yaml`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l set -d 'Set a value: `--set ms.decode.replicas=4`; repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l set-string -d 'Set a value that stays a text' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l set-file -d 'Set a value to the content of a file' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l set-json -d 'Set a value written as JSON' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l model -d 'Model to serve (modelArtifacts.name and .uri)' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l replicas -d 'Model servers (ms.decode.replicas)' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l tensor-parallel -d 'Accelerators of a model server (ms.decode.parallelism.tensor)' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l scheduler-image -d 'Image of the endpoint picker (gaie.inferenceExtension.image)' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l simulate -d 'Simulators in the place of the model servers: no accelerator, no token, on any cluster' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l no-fix -d 'Turn one fix off (see `llmd fixes`); repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l as-upstream -d 'Render exactly what Helm renders for the guide: no fixes'
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -l origins -d 'Say for each value which layer set it'
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the built-in environments'
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the effective values of an environment, as `-f` takes them'
complete -c llmd -n "__fish_llmd_using_subcommand env; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand values; and not __fish_seen_subcommand_from schema explain help" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand values; and not __fish_seen_subcommand_from schema explain help" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand values; and not __fish_seen_subcommand_from schema explain help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand values; and not __fish_seen_subcommand_from schema explain help" -f -a "schema" -d 'Print the JSON Schema of a values file, for editors'
complete -c llmd -n "__fish_llmd_using_subcommand values; and not __fish_seen_subcommand_from schema explain help" -f -a "explain" -d 'Explain a key: its type, its default, the keys below it'
complete -c llmd -n "__fish_llmd_using_subcommand values; and not __fish_seen_subcommand_from schema explain help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand values; and __fish_seen_subcommand_from schema" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand values; and __fish_seen_subcommand_from schema" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand values; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand values; and __fish_seen_subcommand_from explain" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand values; and __fish_seen_subcommand_from explain" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand values; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand values; and __fish_seen_subcommand_from help" -f -a "schema" -d 'Print the JSON Schema of a values file, for editors'
complete -c llmd -n "__fish_llmd_using_subcommand values; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Explain a key: its type, its default, the keys below it'
complete -c llmd -n "__fish_llmd_using_subcommand values; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand fixes" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand fixes" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand fixes" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand fixes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand schema" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand schema" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand completions" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand completions" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand exit-codes" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand exit-codes" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand exit-codes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand local-process" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand local-process" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand local-process" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "render" -d 'Print every object of an environment'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "diff" -d 'Show what `apply` would change, changing nothing'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "apply" -d 'Make the cluster what the environment says, and wait until it is ready'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "status" -d 'Show whether what is deployed is ready, and why not'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "list" -d 'List the releases of the guide\'s charts, whoever installed them, and the stacks on this machine'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "history" -d 'Show every revision of a deployment\'s releases, the latest last'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "get" -d 'Print what was applied: manifests, values, notes'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "rollback" -d 'Go back to what was deployed before, and wait until it is ready'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "verify" -d 'Check by requests that a stack serves, that the picker decides, and that it routes as it should'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "ask" -d 'Ask the model of a stack one question, by way of the front door'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "connect" -d 'Keep the front door open on a port of this machine until Ctrl-C'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "bench" -d 'Put load on a stack and report what came of it'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "demo" -d 'Bring up a stack on this machine, check it, compare it with round robin, and take it away'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "doctor" -d 'Check whether the cluster can take the stack, changing nothing'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "crds" -d 'Compare the CRDs that an environment needs with those of the cluster'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "secret" -d 'Make or change the Secrets that a stack reads'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "destroy" -d 'Take away what was applied, and nothing else'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "names" -d 'List the names that a stack will have, pods and proxies included, with their lengths and limits'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "image" -d 'Build images without a container runtime, and push or save them'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "env" -d 'List the environments, or show the values of one'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "values" -d 'Explain the values that can be set'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "fixes" -d 'List the defects of the guide that llmd mends by default'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "schema" -d 'Print the JSON Schema of a report, or list the reports that there are'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "completions" -d 'Print the completion script of a shell, or the man page'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "exit-codes" -d 'What the exit codes mean'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "local-process" -d 'Be a process of a local stack'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render diff apply status list history get rollback verify ask connect bench demo doctor crds secret destroy names image env values fixes schema completions exit-codes local-process help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from get" -f -a "manifest" -d 'Print the objects as they were applied; what Secrets hold, and what looks like a token, is hidden'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from get" -f -a "values" -d 'Print the values that were given over the charts\' own, as `-f` takes them again'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from get" -f -a "notes" -d 'Print the charts\' notes, where helm recorded any'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from bench" -f -a "compare" -d 'Compare two ways to the same servers: by default plain round robin and the scheduler'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from bench" -f -a "report" -d 'Show a saved run, or compare two'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from bench" -f -a "policies" -d 'Measure the scheduler\'s policy against upstream\'s and round robin on the virtual clock, and judge its promises'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from bench" -f -a "scenarios" -d 'List the built-in scenarios, or print one as a file to start from'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from bench" -f -a "explain" -d 'Explain a metric, its formula and what other tools mean by the name, or a stage\'s verdict'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from bench" -f -a "part" -d 'Send one share of a load (run by the pods of `llmd bench --in-cluster`)'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from crds" -f -a "status" -d 'Show each CRD: what is needed, what is there, and what mends it'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from crds" -f -a "diff" -d 'Show only what is missing or differs'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from secret" -f -a "hf-token" -d 'Store the token for Hugging Face where the model servers look for it'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "build" -d 'Pack a static binary as an OCI image'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "push" -d 'Send a built image to a registry'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "save" -d 'Write a built image to a file that `docker load`, `podman load` and `ctr images import` take'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from env" -f -a "list" -d 'List the built-in environments'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from env" -f -a "show" -d 'Show the effective values of an environment, as `-f` takes them'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from values" -f -a "schema" -d 'Print the JSON Schema of a values file, for editors'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from values" -f -a "explain" -d 'Explain a key: its type, its default, the keys below it'
