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
complete -c llmd -n "__fish_llmd_needs_command" -f -a "apply" -d 'Make the cluster what the environment says, and wait until it is ready'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "status" -d 'Show whether what is deployed is ready, and why not'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "list" -d 'List the releases of the guide\'s charts, whoever installed them, and the stacks on this machine'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "verify" -d 'Check by requests that a stack serves, that the picker decides, and that it routes as it should'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "ask" -d 'Ask the model of a stack one question, by way of the front door'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "connect" -d 'Keep the front door open on a port of this machine until Ctrl-C'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "destroy" -d 'Take away what was applied, and nothing else'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "names" -d 'List the names that a stack will have, pods and proxies included, with their lengths and limits'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "env" -d 'List the environments, or show the values of one'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "values" -d 'Explain the values that can be set'
complete -c llmd -n "__fish_llmd_needs_command" -f -a "fixes" -d 'List the defects of the guide that llmd mends by default'
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
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l no-fix -d 'Turn one fix off (see `llmd fixes`); repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l timeout -d 'How long to wait until everything is ready [default: what the startup probes allow, and 15m for images]' -r
complete -c llmd -n "__fish_llmd_using_subcommand apply" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l as-upstream -d 'Render exactly what Helm renders for the guide: no fixes'
complete -c llmd -n "__fish_llmd_using_subcommand apply" -s y -l yes -d 'Apply without asking'
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l no-wait -d 'Do not wait until everything is ready'
complete -c llmd -n "__fish_llmd_using_subcommand apply" -l take-ownership -d 'Take over objects and fields that belong to somebody else'
complete -c llmd -n "__fish_llmd_using_subcommand apply" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand status" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand status" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand status" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand status" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand status" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand status" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand status" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand status" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand list" -s e -l environment -d '`local` lists the stacks on this machine and nothing else; any other, the cluster alone [default: both]' -r
complete -c llmd -n "__fish_llmd_using_subcommand list" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand list" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand list" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand list" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand list" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand list" -s A -l all-namespaces -d 'Look into every namespace, whatever else names one'
complete -c llmd -n "__fish_llmd_using_subcommand list" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand verify" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l url -d 'A front door that can be reached already, such as a port-forward; no environment is looked at then' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l model -d 'The model that requests name [default: the one that the stack serves]' -r
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l only -d 'Run these checks only; see --list' -r -f -a "processes\t''
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
complete -c llmd -n "__fish_llmd_using_subcommand verify" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand verify" -l list -d 'List the checks and run none'
complete -c llmd -n "__fish_llmd_using_subcommand verify" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand ask" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand ask" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand ask" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand ask" -l url -d 'A front door that can be reached already, such as a port-forward; no environment is looked at then' -r
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
complete -c llmd -n "__fish_llmd_using_subcommand connect" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -l url -d 'A front door that can be reached already, such as a port-forward; no environment is looked at then' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -l model -d 'The model that requests name [default: the one that the stack serves]' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -l port -d 'Port on 127.0.0.1; 0 takes a free one' -r
complete -c llmd -n "__fish_llmd_using_subcommand connect" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand connect" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand connect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -s e -l environment -d 'Environment: a name from `llmd env list`, or the path of a file of your own' -r
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -s n -l namespace -d 'Namespace [default: llm-d-inference-scheduler]' -r
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l postfix -d 'End of the release names, so that several stacks live side by side [default: inference-scheduling]' -r
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l kubeconfig -d 'Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]' -r -F
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l context -d 'Context of the kubeconfig to use [default: its current one]' -r
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l timeout -d 'How long to wait until everything is gone [default: 5m; processes of `local` are killed after 15s]' -r
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand destroy" -s y -l yes -d 'Delete without asking'
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
complete -c llmd -n "__fish_llmd_using_subcommand names" -l no-fix -d 'Turn one fix off (see `llmd fixes`); repeatable' -r
complete -c llmd -n "__fish_llmd_using_subcommand names" -s o -l output -d 'How the report is printed' -r -f -a "table\t''
json\t''"
complete -c llmd -n "__fish_llmd_using_subcommand names" -l color -d 'When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`'
always\t''
never\t''"
complete -c llmd -n "__fish_llmd_using_subcommand names" -l as-upstream -d 'Render exactly what Helm renders for the guide: no fixes'
complete -c llmd -n "__fish_llmd_using_subcommand names" -s q -l quiet -d 'Print only data, warnings and errors'
complete -c llmd -n "__fish_llmd_using_subcommand names" -s h -l help -d 'Print help (see more with \'--help\')'
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
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "render" -d 'Print every object of an environment'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "apply" -d 'Make the cluster what the environment says, and wait until it is ready'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "status" -d 'Show whether what is deployed is ready, and why not'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "list" -d 'List the releases of the guide\'s charts, whoever installed them, and the stacks on this machine'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "verify" -d 'Check by requests that a stack serves, that the picker decides, and that it routes as it should'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "ask" -d 'Ask the model of a stack one question, by way of the front door'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "connect" -d 'Keep the front door open on a port of this machine until Ctrl-C'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "destroy" -d 'Take away what was applied, and nothing else'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "names" -d 'List the names that a stack will have, pods and proxies included, with their lengths and limits'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "env" -d 'List the environments, or show the values of one'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "values" -d 'Explain the values that can be set'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "fixes" -d 'List the defects of the guide that llmd mends by default'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "completions" -d 'Print the completion script of a shell, or the man page'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "exit-codes" -d 'What the exit codes mean'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "local-process" -d 'Be a process of a local stack'
complete -c llmd -n "__fish_llmd_using_subcommand help; and not __fish_seen_subcommand_from render apply status list verify ask connect destroy names env values fixes completions exit-codes local-process help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from env" -f -a "list" -d 'List the built-in environments'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from env" -f -a "show" -d 'Show the effective values of an environment, as `-f` takes them'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from values" -f -a "schema" -d 'Print the JSON Schema of a values file, for editors'
complete -c llmd -n "__fish_llmd_using_subcommand help; and __fish_seen_subcommand_from values" -f -a "explain" -d 'Explain a key: its type, its default, the keys below it'
