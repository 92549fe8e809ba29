
function __fish_meetmint_roles
    command -q meetmint; or return
    set -l words (commandline -opc)
    command meetmint complete-roles -- $words[2..-1] 2>/dev/null </dev/null
end
