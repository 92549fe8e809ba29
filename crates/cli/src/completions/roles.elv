
var meetmint-options~ = $edit:completion:arg-completer[meetmint]
set edit:completion:arg-completer[meetmint] = {|@words|
    if (and (> (count $words) 2) (eq $words[-2] --role)) {
        try {
            e:meetmint complete-roles -- (all $words[1..]) 2>/dev/null </dev/null
        } catch e {
            nop
        }
    } else {
        meetmint-options $@words
    }
}
