
_meetmint_roles() {
    local role
    COMPREPLY=()
    while IFS= read -r role; do
        if [[ "${role}" == "${cur}"* ]]; then
            # A role can have any name: a blank or a dollar sign in it must not mean anything to the shell.
            printf -v role '%q' "${role}"
            COMPREPLY+=("${role}")
        fi
    done < <(command meetmint complete-roles -- "${COMP_WORDS[@]:1}" 2>/dev/null </dev/null)
}
