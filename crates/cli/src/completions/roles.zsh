(( $+functions[_meetmint_roles] )) ||
_meetmint_roles() {
    local -a roles
    local expl
    roles=(${(f)"$(command meetmint complete-roles -- "${(@Q)line_words[2,-1]}" 2>/dev/null </dev/null)"})
    _wanted roles expl role compadd -a roles
}
